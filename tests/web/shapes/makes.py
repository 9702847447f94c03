"""Systems that show their lists to a script, or in a way of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

from demo.releases import DemoRelease
from demo.shapes import Answer
from demo.shapes.shape import number
from demo.shapes.sitemaps import url_set
from demo.sites import Site
from tests.web.shapes.cities import Balikpapan
from tests.web.shapes.kpu import Kpu
from tests.web.shapes.others import Joomla
from tests.web.shapes.plain import Plain
from tests.web.shapes.wordpress import Makassar


class KpuBehindIndex(Kpu):
    """The offices' CMS on a server that rewrites nothing: without `/index.php` there is a 404."""

    @classmethod
    def linked(cls, site: Site, release: DemoRelease) -> str:
        """Through `index.php`."""
        return "/index.php" + cls.where(site, release)

    def serve(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Only the home page and files stand outside."""
        if path not in ("/", "/robots.txt") and not path.startswith(("/index.php", "/gambar/")):
            return self.not_found()
        return super().serve(path, query, headers)

    def page(self, title: str, content: str, **more: str) -> Answer:
        """All links lead through it."""
        page = super().page(title, content, **more)
        body = page.body.replace(b'href="/', b'href="/index.php/')
        body = body.replace(b"/index.php/index.php/", b"/index.php/")
        return Answer(body, page.status, page.content_type)


class KpuJoomla(Joomla):
    """An election office on Joomla."""


class KpuWordPress(Makassar):
    """An election office on WordPress with REST, feeds and sitemaps off."""


class Blogger(Plain):
    """Posts under their month; `/search` is disallowed, and older posts stand there alone, but for
    the archives of each month and a feed that is continued on another host."""

    label = "Beranda"
    listing_path = "/"
    per_page = 7
    feed_size = 25

    @classmethod
    def where(cls, site: Site, release: DemoRelease) -> str:
        """Slugs are cut."""
        return f"/{release.published:%Y/%m}/{release.slug[:39].rstrip('-')}_{release.number}.html"

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Home, months, feed, and what is disallowed."""
        match path.strip("/").split("/"):
            case [""]:
                older = '<a class="blog-pager-older-link" href="/search?updated-max=2024-11-01T08:00:00%2B08:00&amp;max-results=7">Postingan Lama</a>'
                return self.page("Beranda", self.stories(self.part(1)) + older + self.months())
            case ["search"]:
                return self.page("Cari", self.stories(self.releases))
            case [year, month] if year.isdecimal() and month.isdecimal():
                chosen = [r for r in self.releases if f"{r.published:%Y/%m}" == f"{year}/{month}"]
                return self.page(f"{year}", self.stories(chosen) + self.months())
            case ["feeds", "posts", "default"]:
                return self.feed(int(query.get("start-index", "1")))
        return super().route(path, query)

    def months(self) -> str:
        """The archive beside."""
        months = dict.fromkeys(f"{r.published:%Y/%m}" for r in self.releases)
        links = "".join(f'<li><a href="{self.base}/{month}/">{month}</a></li>' for month in months)
        return f'<div class="widget BlogArchive"><h2>Arsip Blog</h2><ul>{links}</ul></div>'

    def feed(self, start: int) -> Answer:
        """Atom, with the next page as Blogger names it."""
        chosen = self.releases[start - 1 : start - 1 + self.feed_size]
        links = ""
        if start - 1 + self.feed_size < len(self.releases):
            further = f"start-index={start + self.feed_size}&amp;max-results={self.feed_size}"
            links = f'<link rel="next" type="application/atom+xml" href="https://www.blogger.example/feeds/77/posts/default?{further}"/>'
        items = self.each("entry", chosen, base=self.base)
        text = self.fill("feed", name=self.site.name, links=links, items=items)
        return Answer(text.encode(), content_type="application/atom+xml; charset=UTF-8")

    def page(self, title: str, content: str, **more: str) -> Answer:
        """The feed in the head."""
        link = '<link rel="alternate" type="application/atom+xml" title="Atom" href="/feeds/posts/default">'
        return super().page(title, content, **{"head": link, **more})


class BloggerMonths(Blogger):
    """The same with its feed switched off: the months alone."""

    def feed(self, start: int) -> Answer:
        """Redirected to nowhere."""
        return self.not_found()


class AtomPages(Plain):
    """A list that shows its newest eight, and an Atom feed that goes on by `rel=next`."""

    label = "Suara Kota"
    listing_path = "/suara"

    def pager(self, page: int, pages: int) -> str:
        """None."""
        return ""

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Ten entries a page."""
        if path != "/atom.xml":
            return None
        start = number(query.get("bagian")) - 1
        further = (
            f'<link rel="next" href="/atom.xml?bagian={start + 2}"/>'
            if 10 * start + 10 < len(self.releases)
            else ""
        )
        items = self.each("entry", self.releases[10 * start : 10 * start + 10], base=self.base)
        text = self.fill("feed", name=self.site.name, links=further, items=items)
        return Answer(text.encode(), content_type="application/atom+xml")

    def page(self, title: str, content: str, **more: str) -> Answer:
        """The feed in the head."""
        link = '<link rel="alternate" type="application/atom+xml" href="/atom.xml">'
        return super().page(title, content, **{"head": link, **more})


class AspNet(Plain):
    """`/Rincian.aspx?ID=12`; the list turns its pages by `__doPostBack`, so the sitemap is all."""

    label = "Informasi Terkini"
    listing_path = "/Informasi.aspx"
    story = "row"

    def about(self, name: str) -> str:
        """A file each."""
        return f"/{name.title()}.aspx"

    def pager(self, page: int, pages: int) -> str:
        """Links that only a script follows."""
        return " ".join(
            f"<a href=\"javascript:__doPostBack('ctl00$Grid','Page${n}')\">{n}</a>"
            for n in range(1, pages + 1)
        )

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Everything, the pages about the city too."""
        if path != "/sitemap.xml":
            return None
        urls = ["/", "/Sejarah.aspx", "/Visi.aspx", "/Dinas.aspx", self.listing_path]
        urls += [escape(self.where(self.site, r)) for r in self.releases]
        return Answer(url_set(self.base + url for url in urls), content_type="text/xml")


class BareSitemap(AspNet):
    """The same without a list that could be read: a sitemap, and nothing to learn from."""

    edits_shown = "nothing"
    at_home = 0

    def listing(self, page: int) -> Answer | None:
        """Drawn by a script."""
        return self.page(self.label, "<div id='grid'></div><script src='/grid.js'></script>")


class NextData(Plain):
    """Pages a script draws from `__NEXT_DATA__`; without it they show their menu only."""

    label = "Kabar"
    listing_path = "/kabar"
    per_page = 10

    def stories(self, releases: object) -> str:
        """None in the HTML."""
        return '<div id="daftar"></div>'

    def home(self) -> Answer:
        """The newest."""
        return self.drawn("/", 1, 4)

    def listing(self, page: int) -> Answer | None:
        """A page of the list."""
        return self.drawn("/kabar", page, self.per_page)

    def drawn(self, route: str, page: int, size: int) -> Answer:
        """The data of a page."""
        told = [self.item(r) for r in self.releases[(page - 1) * size : page * size]]
        props = {"pageProps": {"posts": told, "meta": {"page": page, "totalPages": self.pages()}}}
        data = {"props": props, "page": route, "query": {}, "buildId": "k3"}
        script = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
        content = f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{script}</script>'
        return self.page(self.label, content)

    def item(self, release: DemoRelease) -> dict[str, object]:
        """One release there."""
        return {
            "id": release.number,
            "title": release.title,
            "href": self.where(self.site, release),
            "publishedAt": f"{release.published:%Y-%m-%dT%H:%M:%S}+08:00",
            "image": f"/gambar/{release.number}.svg",
        }


class NextSlugs(NextData):
    """The same, with slugs in place of addresses."""

    def item(self, release: DemoRelease) -> dict[str, object]:
        """Where it stands only the script knows."""
        told = super().item(release)
        return {"slug": release.slug} | {
            name: told[name] for name in ("id", "title", "publishedAt")
        }


class Scripted(Balikpapan):
    """Nothing at all without JavaScript."""

    def answer(self, path: str, query: Mapping[str, str]) -> Answer:
        """One shell at every address."""
        if path == "/robots.txt":
            return super().answer(path, query)
        if path.startswith(("/sitemap", "/wp-", "/feed")):
            return Answer(b"", 404)
        body = (
            '<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Portal Kota</title>'
            '<script type="module" src="/assets/index-4f1c.js"></script></head><body>'
            "<noscript>You need to enable JavaScript to run this app.</noscript>"
            '<div id="root"></div></body></html>'
        )
        return Answer(body.encode())
