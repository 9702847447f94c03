"""Further ways of sites: query addresses, a home in a folder, a splash page, two lists, pinned posts."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from demo.releases import DemoRelease
from demo.shapes import Answer
from demo.shapes.shape import number
from demo.shapes.sitemaps import index, url_set
from demo.sites import Site
from tests.web.press import Press
from tests.web.shapes.cities import Balikpapan, Samarinda
from tests.web.shapes.wordpress import WordPress


class Joomla(Press):
    """`/index.php/berita/item/{id}-{slug}`, pages by `?start=`; the component's own addresses too."""

    template = "joomla"
    listing_path = "/index.php/berita"

    def page_asked(self, path: str, query: Mapping[str, str]) -> int | None:
        """By offset."""
        if path != self.listing_path:
            return None
        start = query.get("start", "0")
        return int(start) // self.per_page + 1 if start.isdecimal() else 1

    def page_url(self, page: int) -> str:
        """By offset."""
        return f"{self.listing_path}?start={(page - 1) * self.per_page}"

    def find(self, path: str) -> DemoRelease | None:
        """The id decides, under any menu item."""
        name = path.rpartition("/item/")[2].partition("-")[0]
        if not path.startswith("/index.php/") or "/item/" not in path:
            return None
        return next((r for r in self.releases if str(r.number) == name), None)


class Lokomedia(Press):
    """`media.php?module=detailberita&id={id}`: everything is one file, links have no slash."""

    template = "lokomedia"
    gone = "soft"
    per_page = 8

    @classmethod
    def where(cls, site: Site, release: DemoRelease) -> str:
        """The query tells releases apart."""
        return f"/media.php?module=detailberita&id={release.number}"

    def serve(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """An id that is not there gives an empty page, 200."""
        return self.answer(path, query)

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """By module."""
        if path not in ("/", "/media.php"):
            return None
        match query.get("module", "home"):
            case "detailberita":
                found = next((r for r in self.releases if str(r.number) == query.get("id")), None)
                return self.article(found) if found else self.page("", "")
            case "berita":
                return self.listing(number(query.get("halberita")))
            case "profilkami":
                return self.page("Profil", self.fill("static", city=self.site.city))
        return self.home()

    def page_url(self, page: int) -> str:
        """By `halberita`."""
        return f"/media.php?module=berita&halberita={page}"

    def page(self, title: str, content: str, **more: str) -> Answer:
        """Links without a slash, ampersands as they were typed."""
        page = super().page(title, content, **more)
        body = page.body.replace(b'href="/media.php', b'href="media.php').replace(b"&amp;", b"&")
        return Answer(body, page.status, page.content_type)


class Madiun(WordPress):
    """A WordPress whose server rewrites nothing: all but the home page stands under `/index.php/`."""

    rest_root = "/index.php/wp-json/"

    def answer(self, path: str, query: Mapping[str, str]) -> Answer:
        """Without rewriting WordPress cannot make a robots.txt up."""
        return self.not_found() if path == "/robots.txt" else super().answer(path, query)

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Other addresses are the server's own 404."""
        if path == "/":
            return super().route(path, query)
        if not path.startswith("/index.php"):
            return None
        return super().route(path.removeprefix("/index.php") or "/", query) or self.post(path)

    def page(self, title: str, content: str, **more: str) -> Answer:
        """All links lead through `/index.php/`."""
        page = super().page(title, content, **more)
        body = page.body.replace(b'href="/', b'href="/index.php/')
        body = body.replace(b"/index.php/index.php/", b"/index.php/")
        return Answer(body, page.status, page.content_type)

    @staticmethod
    def has_twin(release: DemoRelease) -> bool:
        return False


class Folder(Balikpapan):
    """The office's home is `/portal/`; at the root of the host stands a list of the city's services."""

    home_path = "/portal/"

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Everything under `/portal`."""
        if path == "/":
            links = '<a href="/portal/">Portal</a> <a href="/layanan/1">Layanan</a>'
            return Answer(f"<html><body><h1>Layanan</h1>{links}</body></html>".encode())
        inner = path.removeprefix("/portal") or "/"
        return super().route(inner, query) if inner != path else None

    def find(self, path: str) -> DemoRelease | None:
        """`where` has the folder, routes do not."""
        return super().find("/portal" + path)

    def page(self, title: str, content: str, **more: str) -> Answer:
        """Links stay in the folder."""
        page = super().page(title, content, **more)
        body = page.body.replace(b'href="/', b'href="/portal/')
        body = body.replace(b"/portal/portal/", b"/portal/")
        return Answer(body, page.status, page.content_type)


class Splash(Balikpapan):
    """`/` greets and sends on to `/beranda` after three seconds."""

    def home(self) -> Answer:
        """A picture, a link and a refresh."""
        refresh = '<meta http-equiv="refresh" content="3;url=/beranda">'
        body = f'<html><head>{refresh}</head><body><a href="/beranda"><img src="/gambar/1.svg"></a></body></html>'
        return Answer(body.encode())

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """The real home page."""
        return super().home() if path == "/beranda" else None


class Pinned(Samarinda):
    """An old release stands first on each page of the list, undated; the sitemap knows a third.

    A page past the end is the first one.
    """

    edits_shown = "lead"

    def listing(self, page: int) -> Answer:
        """The pinned one, then the page."""
        page = page if page <= self.pages() else 1
        pinned = self.releases[-1]
        shown = [pinned, *(r for r in self.part(page) if r != pinned)]
        teasers = "\n".join(
            f'<div class="card"><h5><a href="{self.where(self.site, r)}">{self.facts(r)["heading"]}</a></h5>'
            f"<p>{self.facts(r)['start']}...</p></div>"
            for r in shown
        )
        return self.page("Berita", teasers + self.pager(page, self.pages()))

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """A sitemap of sitemaps, packed."""
        if path == "/sitemap.xml":
            return Answer(index([self.base + "/sitemap-1.xml.gz"]), content_type="text/xml")
        if path == "/sitemap-1.xml.gz":
            some = self.releases[2 * len(self.releases) // 3 :]
            urls = [self.base + self.where(self.site, r) for r in some]
            packed = gzip.compress(url_set([self.base + "/profil", *urls]))
            return Answer(packed, content_type="application/gzip")
        return None


class TwoLists(Balikpapan):
    """`/berita/{id}` and, apart from it, `/siaran-pers/{id}-{slug}`; neither list has the other's."""

    @classmethod
    def where(cls, site: Site, release: DemoRelease) -> str:
        """Every fourth is a `siaran pers`."""
        if release.number // 7 % 4 == 0:
            return f"/siaran-pers/{release.number}-{release.slug}"
        return f"/berita/{release.number}"

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """A list each."""
        if path in ("/berita", "/siaran-pers"):
            chosen = [r for r in self.releases if self.where(self.site, r).startswith(path + "/")]
            page, pages = number(query.get("page")), self.pages(chosen)
            links = [f'<a href="{path}?page={n}">{n}</a>' for n in range(1, pages + 1)]
            return self.page(
                "Berita", self.each("teaser", self.part(page, chosen)) + " ".join(links)
            )
        return super().route(path, query)

    def page(self, title: str, content: str, **more: str) -> Answer:
        """The menu names both."""
        link = '<a href="/siaran-pers">Siaran Pers</a>'
        return super().page(title, f"<div class='submenu'>{link}</div>{content}", **more)
