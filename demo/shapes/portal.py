"""A city portal with ids for addresses, and much around its texts."""

from __future__ import annotations

from collections.abc import Mapping

from demo.releases import DemoRelease
from demo.shapes import stamps
from demo.shapes.shape import Answer, Shape, number


class Portal(Shape):
    """`/berita?page=N`, `/berita/read/{id}`; meta line, photo credit, shares, related, popular."""

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Home, list and articles; unknown ids are an honest 404."""
        match path.strip("/").split("/"):
            case [""]:
                return self.page("Beranda", self.each("teaser", self.releases[:4]))
            case ["berita"]:
                return self.listing(number(query.get("page")))
        found = self.find(path)
        return self.article(found) if found else None

    def listing(self, page: int) -> Answer:
        """Teasers and numbered pages."""
        links = [f'<a href="/berita?page={n}">{n}</a>' for n in range(1, self.pages() + 1)]
        content = self.fill(
            "listing", teasers=self.each("teaser", self.part(page)), pages="\n".join(links)
        )
        return self.page("Berita", content)

    def article(self, release: DemoRelease) -> Answer:
        """The article page."""
        related = self.links(self.related(release))
        tags = " ".join(f'<a href="/berita">{name}</a>' for name in release.categories)
        picture = self.each("picture", [release]) if release.caption else ""
        content = self.each("article", [release], related=related, tags=tags, picture=picture)
        return self.page(release.title, content)

    def facts(self, release: DemoRelease) -> dict[str, object]:
        """`Minggu, 26 Mei 2024 | 10:22 WITA`."""
        stamp = f"{stamps.full(release.published)} | {release.published:%H:%M} {self.site.zone}"
        return {**super().facts(release), "date": stamp}
