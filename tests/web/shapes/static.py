"""Sites without a program behind them, a page made by a script, and validators as they should be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from demo.releases import DemoRelease
from demo.shapes import Answer
from tests.web.press import Press

_XML = "application/xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def dated(entries: Iterable[tuple[str, datetime]]) -> bytes:
    """A sitemap with lastmod."""
    urls = "\n".join(
        f"<url><loc>{url}</loc><lastmod>{when:%Y-%m-%dT%H:%M:%S+00:00}</lastmod></url>"
        for url, when in entries
    )
    return f'{_HEAD}<urlset xmlns="{_NAMESPACE}">\n{urls}\n</urlset>\n'.encode()


def conditional(answer: Answer, headers: Mapping[str, str], changed: datetime) -> Answer:
    """With ETag and Last-Modified; 304 when the client has just that (RFC 9110, 13.2.2)."""
    tag = f'"{hashlib.sha1(answer.body).hexdigest()[:16]}"'
    changed = changed.replace(microsecond=0)
    own = {**answer.headers, "ETag": tag, "Last-Modified": format_datetime(changed, usegmt=True)}
    sent = headers.get("if-none-match")
    if sent is not None:
        same = tag in (part.strip().removeprefix("W/") for part in sent.split(","))
    else:
        since = headers.get("if-modified-since")
        same = since is not None and parsedate_to_datetime(since) >= changed
    return Answer(b"", 304, answer.content_type, own) if same else replace(answer, headers=own)


class Static(Press):
    """A generator's output: `index-11.html` is the second page, a sitemap names 150 feeds."""

    template = "static"
    per_page = 10

    @property
    def built(self) -> datetime:
        """Each change builds all of the site anew, and every file gets that day's lastmod."""
        return max(map(self.changed, self.releases))

    def serve(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Files have validators."""
        answer = super().serve(path, query, headers)
        if answer.status != 200:
            return answer
        found = self.find(path)
        return conditional(answer, headers, self.changed(found) if found else self.built)

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Files only."""
        name = path.strip("/")
        if name in ("", "index.html"):
            return self.listing(1)
        if name.startswith("index-") and name.endswith(".html"):
            counted = name.removeprefix("index-").removesuffix(".html")
            page = self.pages() + 1 - int(counted) if counted.isdecimal() else 0
            return self.listing(page) if 2 <= page <= self.pages() else None
        if name == "archive.html":
            return self.page("Arsip", f"<h1>Arsip</h1><ul>{self.links(self.releases)}</ul>")
        if found := self.find(path):
            return self.article(found)
        return self.machine_readable(name)

    def machine_readable(self, name: str) -> Answer | None:
        """Sitemaps and feeds."""
        if name == "sitemapindex.xml":
            files = "\n".join(
                f"<sitemap><loc>{self.base}/{file}</loc></sitemap>"
                for file in ("sitemap.xml", "rss.xml")
            )
            text = f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{files}\n</sitemapindex>\n'
            return Answer(text.encode(), content_type=_XML)
        if name == "sitemap.xml":
            posts = [self.where(self.site, r) for r in self.releases]
            lists = ["/", *(f"/index-{n}.html" for n in range(1, self.pages())), "/archive.html"]
            feeds = [f"/kategori/{feed}.xml" for feed in self.feeds()]
            others = [f"/kategori/{feed}/" for feed in self.feeds()]
            paths = [*feeds, *others, *lists, "/profil", "/kontak", *posts]
            return Answer(dated((self.base + p, self.built) for p in paths), content_type=_XML)
        if name == "rss.xml":
            return self.rss(self.releases[:10])
        folder, _, feed = name.partition("/")
        if folder == "kategori" and feed.removesuffix(".xml") in self.feeds():
            chosen = self.of_feed(feed.removesuffix(".xml"))
            if feed.endswith(".xml"):
                return self.rss(chosen[:10])
            return self.page(feed, f"<h1>{feed}</h1><ul>{self.links(chosen)}</ul>")
        return None

    def feeds(self) -> list[str]:
        """150 names: the categories, and a tag a kelurahan and desk."""
        categories = sorted({r.categories[0].lower() for r in self.releases})
        return [*categories, *(f"tag-{n}" for n in range(150 - len(categories)))]

    def of_feed(self, name: str) -> list[DemoRelease]:
        """Its releases; a tag has one or none."""
        if name.startswith("tag-"):
            return self.releases[int(name.removeprefix("tag-")) :][:1]
        return [r for r in self.releases if r.categories[0].lower() == name]

    def rss(self, releases: Iterable[DemoRelease]) -> Answer:
        """A feed without texts."""
        items = "\n".join(
            self.fill("item", **{**self.facts(r), "url": self.base + self.where(self.site, r)})
            for r in releases
        )
        feed = self.fill("feed", name=self.site.name, base=self.base, items=items)
        return Answer(feed.encode(), content_type="application/rss+xml")

    def pager(self, page: int, pages: int) -> str:
        """Counted backwards: the second page of twelve is `index-11.html`."""
        links = []
        if page > 1:
            newer = "/" if page == 2 else f"/index-{pages - page + 2}.html"
            links.append(f'<li class="previous"><a href="{newer}" rel="prev">Lebih baru</a></li>')
        if page < pages:
            older = f"/index-{pages - page}.html"
            links.append(f'<li class="next"><a href="{older}" rel="next">Lebih lama</a></li>')
        return f'<ul class="pager">{"".join(links)}</ul>'

    def facts(self, release: DemoRelease) -> dict[str, object]:
        """Dates as in mail, for feeds."""
        stamp = format_datetime((release.published - timedelta(hours=8)).replace(tzinfo=UTC))
        return {**super().facts(release), "mail_date": stamp}

    def related(self, release: DemoRelease) -> list[DemoRelease]:
        """A generator does not shuffle."""
        return [r for r in self.releases if r.categories == release.categories and r != release][:3]

    def views(self, release: DemoRelease) -> int:
        """Nobody counts."""
        return 0

    def page(self, title: str, content: str, **more: str) -> Answer:
        """Nothing on it changes by itself."""
        return super().page(title, content, **{"popular": self.links(self.releases[:0]), **more})


class SitemapOnly(Press):
    """A script draws the lists; only the sitemap that robots.txt names leads to the releases."""

    edits_shown = "everything"
    template = "sitemap_only"
    gone = "410"

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """An empty home page, the sitemap, the releases."""
        if path in ("/", "/kabar"):
            return self.page("Beranda", '<div id="app">Memuat…</div>')
        if path == "/peta-situs.xml":
            posts = [(self.base + self.where(self.site, r), self.changed(r)) for r in self.releases]
            old = datetime(2023, 1, 2, tzinfo=UTC)
            others = [(self.base + p, old) for p in ("/", "/kabar", "/profil", "/kontak")]
            return Answer(dated([*others, *posts]), content_type=_XML)
        found = self.find(path)
        return self.article(found) if found else None

    def answer(self, path: str, query: Mapping[str, str]) -> Answer:
        """robots.txt names the sitemap by its whole address."""
        if path == "/robots.txt":
            text = f"User-agent: *\nDisallow: /api/\n\nSitemap: {self.base}/peta-situs.xml\n"
            return Answer(text.encode(), content_type="text/plain")
        return super().answer(path, query)


class Validators(Static):
    """A portal that sends ETag and Last-Modified and honours both."""

    template = "balikpapan"

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """As any portal."""
        return Press.route(self, path, query)

    def pager(self, page: int, pages: int) -> str:
        """As any portal."""
        return Press.pager(self, page, pages)
