"""A city whose lists carry whole texts, one text in several lists, addresses in variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zlib import crc32

from demo.releases import DemoRelease
from demo.shapes import stamps
from demo.shapes.shape import Answer, Shape, number

_ROOT = "sungai-lestari-hari-ini"


class FullText(Shape):
    """`/…-hari-ini/berita?page=N` and `/kategori/{name}`; links carry session and campaign."""

    per_page = 3

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Lists and articles; what else the query says changes nothing."""
        page = number(query.get("page"))
        match path.strip("/").split("/"):
            case [""]:
                return self.page("Beranda", self.each("story", self.releases[:2]))
            case [root, "berita"] if root == _ROOT:
                return self.listing("berita", self.releases, page)
            case [root, "kategori", name] if root == _ROOT:
                chosen = [r for r in self.releases if name in r.categories]
                return self.listing(f"kategori/{name}", chosen, page) if chosen else None
        found = self.find(path)
        return self.page(found.title, self.each("article", [found])) if found else None

    def listing(self, name: str, releases: Sequence[DemoRelease], page: int) -> Answer:
        """Whole texts. Each list links to them with parameters of its own."""
        session = f"{crc32(f'{name}{page}'.encode()):08x}"
        variant = f"?utm_source={name.rpartition('/')[2]}" if "/" in name else f"?sid={session}"
        links = [
            f'<a href="/{_ROOT}/{name}?page={n}">{n}</a>'
            for n in range(1, self.pages(releases) + 1)
        ]
        stories = "\n".join(
            self.fill("story", **{**self.facts(r), "url": self.site.where(r) + variant})
            for r in self.part(page, releases)
        )
        content = self.fill("listing", stories=stories, pages="\n".join(links))
        return self.page("Berita", content)

    def facts(self, release: DemoRelease) -> dict[str, object]:
        """`SABTU, 28 SEPTEMBER 2024 | 23:31 WIB`."""
        stamp = f"{stamps.full(release.published)} | {release.published:%H:%M} {self.site.zone}"
        return {**super().facts(release), "date": stamp.upper()}
