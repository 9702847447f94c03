"""A site with slugs only, found through a packed sitemap; it prints each title twice."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from demo.releases import DemoRelease
from demo.shapes import stamps
from demo.shapes.shape import Answer, Shape, number
from demo.shapes.sitemaps import index, url_set

_OTHERS = ("/", "/profil", "/kontak", "/berita-ppid", "/galeri-foto/kegiatan")


class Laravel(Shape):
    """`/berita-ppid?page=N`, `/berita-ppid/{slug}`, `/sitemap.xml` over a gzip file."""

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Lists, articles, a gallery, a post somebody left empty, and sitemaps."""
        match path.strip("/").split("/"):
            case [""]:
                return self.page("Beranda", self.each("teaser", self.releases[:3]))
            case ["berita-ppid"]:
                return self.listing(number(query.get("page")))
            case ["berita-ppid", "uji-coba-unggah"]:
                return self.page("uji coba unggah", self.fill("empty"))
            case ["galeri-foto", "kegiatan"]:
                return self.page("Galeri Foto", self.fill("gallery"))
            case ["sitemap.xml"]:
                return Answer(index([self.base + "/sitemap-1.xml.gz"]), content_type="text/xml")
            case ["sitemap-1.xml.gz"]:
                return Answer(gzip.compress(self.sitemap()), content_type="application/gzip")
        found = self.find(path)
        return self.article(found) if found else None

    def sitemap(self) -> bytes:
        """Everything in one file, what is no release included."""
        paths = [*_OTHERS, *map(self.site.where, self.releases), "/berita-ppid/uji-coba-unggah"]
        return url_set([self.base + path for path in paths])

    def listing(self, page: int) -> Answer:
        """Cards and numbered pages."""
        links = [f'<a href="/berita-ppid?page={n}">{n}</a>' for n in range(1, self.pages() + 1)]
        cards = self.each("teaser", self.part(page))
        return self.page("Berita", self.fill("listing", cards=cards, pages="\n".join(links)))

    def article(self, release: DemoRelease) -> Answer:
        """The article page."""
        related = self.links(self.related(release))
        return self.page(release.title, self.each("article", [release], related=related))

    def facts(self, release: DemoRelease) -> dict[str, object]:
        """`12 Mar 2024`."""
        return {**super().facts(release), "date": stamps.short(release.published)}
