"""WordPress as it was observed: with everything on, and with REST, feeds and sitemaps off."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime

from demo.releases import DemoRelease
from demo.shapes import Answer
from demo.shapes.shape import number
from demo.shapes.sitemaps import index, url_set
from demo.sites import Site
from tests.web.shapes.rest import ZONE, Rest, texturize

_XML = "text/xml; charset=UTF-8"


class WordPress(Rest):
    """Posts under dates, `/page/N/`, feeds that page, REST, `wp-sitemap.xml`; second addresses."""

    template = "wordpress"
    per_page = 10

    @classmethod
    def optional(cls, site: Site, releases: Sequence[DemoRelease]) -> list[str]:
        """The twins in English, which a machine wrote."""
        return ["/en" + cls.where(site, r) for r in releases if cls.has_twin(r)]

    @staticmethod
    def has_twin(release: DemoRelease) -> bool:
        return release.number // 7 % 9 == 0

    @staticmethod
    def has_picture(release: DemoRelease) -> bool:
        return release.number // 7 % 4 == 0

    @staticmethod
    def break_of(release: DemoRelease) -> int:
        """After which paragraph `<!--nextpage-->` stands; 0: nowhere."""
        return 2 if release.number // 7 % 11 == 0 and len(release.printed) > 3 else 0

    def serve(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Only feeds have validators, and they are read as WordPress reads them."""
        answer = super().serve(path, query, headers)
        link = f'<{self.base}{self.rest_root}>; rel="https://api.w.org/"'
        if "rss" in answer.content_type and answer.status == 200:
            return self.validated(answer, headers)
        if self.has_rest and answer.content_type.startswith("text/html"):
            return replace(answer, headers={**answer.headers, "Link": link})
        return answer

    has_rest = True
    rest_root = "/wp-json/"

    def validated(self, answer: Answer, headers: Mapping[str, str]) -> Answer:
        """304 when date and tag, as far as sent, are the newest post's; `W/"…"` is not `"…"`."""
        newest = max(map(self.changed, self.releases)).replace(microsecond=0)
        last, tag = (
            format_datetime(newest, usegmt=True),
            hashlib.md5(str(newest).encode()).hexdigest(),
        )
        own = {"Last-Modified": last, "ETag": f'"{tag}"'}
        sent_tag, since = headers.get("if-none-match"), headers.get("if-modified-since")
        same = [sent_tag == own["ETag"]] if sent_tag else []
        if since:
            same.append(parsedate_to_datetime(since) >= newest)
        if same and all(same):
            return Answer(b"", 304, answer.content_type, own)
        return replace(answer, headers={**answer.headers, **own})

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """WordPress's own routes, in its own order."""
        if found := next((r for r in self.releases if str(r.number) == query.get("p")), None):
            return Answer.redirect(self.where(self.site, found))
        match path.strip("/").split("/"):
            case ["wp-json", *rest] if self.has_rest:
                return self.rest("/".join(rest), query)
            case ["feed"] if self.has_rest:
                return self.feed(number(query.get("paged")))
            case ["sitemap.xml"] if self.has_rest:
                return Answer(b"", 302, headers={"Location": "/wp-sitemap.xml"})
            case ["wp-sitemap.xml"] if self.has_rest:
                kinds = (
                    "posts-post",
                    "posts-page",
                    "taxonomies-category",
                    "taxonomies-post_tag",
                    "users",
                )
                files = [f"{self.base}/wp-sitemap-{kind}-1.xml" for kind in kinds]
                return Answer(index(files), content_type=_XML)
            case [name] if name.startswith("wp-sitemap-") and self.has_rest:
                return self.sitemap(name.removeprefix("wp-sitemap-").removesuffix("-1.xml"))
        return self.lists(path) or self.post(path)

    def lists(self, path: str) -> Answer | None:
        """The blog, categories, tags, authors, days: each in pages of its own."""
        head, _, page = path.strip("/").partition("page/")
        if page and not page.isdecimal():
            return None
        match head.strip("/").split("/"):
            case [""]:
                return self.archive("", self.releases, number(page))
            case ["category", name]:
                chosen = [r for r in self.releases if r.categories[0].lower() == name]
                return self.archive(f"/category/{name}", chosen, number(page))
            case ["tag", "kota"]:
                return self.archive("/tag/kota", self.releases, number(page))
            case ["author", "humas"]:
                return self.archive("/author/humas", self.releases, number(page))
            case [year, *rest] if year.isdecimal() and len(year) == 4 and len(rest) < 3:
                start = "-".join([year, *rest])
                chosen = [r for r in self.releases if f"{r.published:%Y-%m-%d}".startswith(start)]
                return self.archive("/" + head.strip("/"), chosen, number(page))
        return None

    def archive(self, root: str, releases: Sequence[DemoRelease], page: int) -> Answer | None:
        """Excerpts, newest first, with numbers and arrows; 404 past the end."""
        if not releases or page > self.pages(releases):
            return None
        links = []
        if page > 1:
            links.append(
                f'<a class="prev page-numbers" href="{root}/page/{page - 1}/">Sebelumnya</a>'
            )
        links += [
            f'<a class="page-numbers" href="{root}/page/{n}/">{n}</a>'
            for n in range(max(1, page - 1), min(self.pages(releases), page + 1) + 1)
        ]
        if page < self.pages(releases):
            links.append(
                f'<a class="next page-numbers" href="{root}/page/{page + 1}/">Selanjutnya</a>'
            )
        excerpts = self.each("excerpt", self.part(page, releases))
        content = self.fill("listing", excerpts=excerpts, links=" ".join(links))
        return self.page("Berita", content, kind="archive" if root else "home blog")

    def post(self, path: str) -> Answer | None:
        """A post under any case, its later parts, embed, attachment and twin."""
        english, whole = path.startswith("/en/"), path.removeprefix("/en").rstrip("/").lower() + "/"
        for release in self.releases:
            own = self.where(self.site, release)
            if not whole.startswith(own):
                continue
            if not path.endswith("/"):
                return Answer.redirect(path + "/")
            match whole.removeprefix(own).strip("/"):
                case "" if english:
                    return self.twin(release) if self.has_twin(release) else None
                case "":
                    return self.part_of(release, 1)
                case "2" if self.break_of(release):
                    return self.part_of(release, 2)
                case "embed":
                    return self.page(release.title, self.each("embed", [release]), kind="embed")
                case name if self.has_picture(release) and name == f"foto-{release.number}":
                    content = self.each("attachment", [release])
                    return self.page(name, content, kind="attachment attachment-template-default")
        return None

    def part_of(self, release: DemoRelease, part: int) -> Answer:
        """One part of a post."""
        paragraphs, cut = release.printed, self.break_of(release)
        if cut:
            paragraphs = paragraphs[:cut] if part == 1 else paragraphs[cut:]
        own = self.where(self.site, release)
        content = self.each(
            "article",
            [release],
            text=self.paragraphs(paragraphs, sloppy=release.number % 3 == 0),
            parts=self.fill("parts", url=own) if cut else "",
            picture=self.each("picture", [release])
            if self.has_picture(release) and part == 1
            else "",
            twin=f'<a href="/en{own}" hreflang="en">English</a>' if self.has_twin(release) else "",
            related=self.links(self.related(release)),
        )
        canonical = own if part == 1 else f"{own}{part}/"
        head = self.each("head", [release], canonical=self.base + canonical)
        return self.page(release.title, content, head=head, kind="single single-post")

    def twin(self, release: DemoRelease) -> Answer:
        """The machine's translation; a sentence is enough to be another text."""
        text = f"<p>{release.dateline}The city government of {self.site.city} held an activity that was attended by many residents, officials said. The report will be published at every office of the city within a few days.</p>"
        more = {"parts": "", "picture": "", "twin": "", "related": "", "text": text}
        content = self.each("article", [release], heading=f"English: {release.title}", **more)
        return self.page(f"English: {release.title}", content, kind="single single-post")

    def text(self, release: DemoRelease) -> str:
        """All of it."""
        return self.paragraphs(release.printed)

    def feed(self, page: int) -> Answer | None:
        """RSS, ten posts a page; 404 past the end."""
        posts = self.part(page)
        if not posts:
            return None
        items = "\n".join(self.fill("item", **self.feed_facts(r)) for r in posts)
        feed = self.fill("feed", name=self.site.name, base=self.base, items=items)
        return Answer(feed.encode(), content_type="application/rss+xml; charset=UTF-8")

    def feed_facts(self, release: DemoRelease) -> dict[str, object]:
        """With absolute addresses and the date as in mail."""
        stamp = format_datetime(release.published.replace(tzinfo=ZONE).astimezone(UTC))
        url = self.base + self.where(self.site, release)
        return {**self.facts(release), "url": url, "base": self.base, "date": stamp}

    def sitemap(self, kind: str) -> Answer | None:
        """One sitemap a kind of page, none with dates."""
        posts = [self.where(self.site, r) for r in self.releases]
        categories = sorted({r.categories[0].lower() for r in self.releases})
        paths = {
            "posts-post": posts + self.optional(self.site, self.releases),
            "posts-page": ["/profil/", "/kontak/"],
            "taxonomies-category": [f"/category/{name}/" for name in categories],
            "taxonomies-post_tag": ["/tag/kota/"],
            "users": ["/author/humas/"],
        }.get(kind)
        return Answer(url_set(self.base + p for p in paths), content_type=_XML) if paths else None

    def page(self, title: str, content: str, **more: str) -> Answer:
        """The layout, with the body's class."""
        told = self.fill("discovery", name=self.site.name) if self.has_rest else ""
        return super().page(title, content, **{"kind": "page", "discovery": told, **more})

    def facts(self, release: DemoRelease) -> dict[str, object]:
        """The title texturized; the archive of its day."""
        heading = texturize(release.title)
        day = f"/{release.published:%Y/%m/%d}/"
        return {**super().facts(release), "heading": heading, "day_archive": day}


class Makassar(WordPress):
    """REST, feeds and sitemaps off; the home page shows five. What is left: author, days, months."""

    edits_shown = "lead"
    has_rest = False

    def lists(self, path: str) -> Answer | None:
        """The home page has no second page."""
        if path == "/":
            content = self.each("excerpt", self.releases[: self.at_home])
            return self.page("Beranda", content, kind="home page")
        return None if path.startswith("/page/") else super().lists(path)

    def has_twin(self, release: DemoRelease) -> bool:  # type: ignore[override]
        return False

    @classmethod
    def optional(cls, site: Site, releases: Sequence[DemoRelease]) -> list[str]:
        """None: no twins here."""
        return []
