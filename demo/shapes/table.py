"""An old site: nested tables, windows-1252 without saying so, pages by offset."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from demo.releases import DemoRelease
from demo.shapes import stamps
from demo.shapes.shape import Answer, Shape


class Table(Shape):
    """`/index.php/show_post/index/{offset}`, `/index.php/show_post/detail/{id}`."""

    per_page = 5
    encoding = "windows-1252"
    content_type = "text/html"

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Only `/index.php/…` is known, and the home page."""
        match path.strip("/").split("/"):
            case [""] | ["index.php"]:
                return self.listing(0)
            case ["index.php", "show_post", "index", offset] if offset.isdecimal():
                return self.listing(int(offset))
        found = self.find(path)
        if not found:
            return None
        picture = self.each("picture", [found]) if found.caption else ""
        return self.page(found.title, self.each("article", [found], picture=picture))

    def listing(self, offset: int) -> Answer:
        """Rows of a table; the address of a page is how many releases come before it."""
        steps = range(0, len(self.releases), self.per_page)
        links = [
            f'<a href="/index.php/show_post/index/{n}">{n // self.per_page + 1}</a>' for n in steps
        ]
        rows = self.each("row", self.releases[offset : offset + self.per_page])
        return self.page("Berita Kota", self.fill("listing", rows=rows, pages=" | ".join(links)))

    def text(self, release: DemoRelease) -> str:
        """One cell, paragraphs parted by empty lines."""
        return "<br><br>\n".join(escape(p, quote=False) for p in release.printed)

    def facts(self, release: DemoRelease) -> dict[str, object]:
        """`Selasa, 14 Mei 2024 - 09:15 WIB`."""
        stamp = f"{stamps.full(release.published)} - {release.published:%H:%M} {self.site.zone}"
        return {**super().facts(release), "date": stamp}
