"""An election office: whole stories in listings, and a router that answers anything."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from demo.releases import DemoRelease
from demo.shapes import stamps
from demo.shapes.shape import Answer, Shape, number


class Kpu(Shape):
    """The CMS of the offices: `/blog/category/104?page=N`, `/blog/read/{id}_{slug}`."""

    per_page = 3

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """With and without `/index.php`; whatever it does not know is the home page, 200."""
        match path.removeprefix("/index.php").strip("/").split("/"):
            case ["blog", "category", "104"]:
                return self.listing(number(query.get("page")))
            case ["blog", "category", "96"]:
                return self.page("KPU Dalam Berita", self.fill("clippings"))
            case ["blog", "category", *_]:
                return self.listing(1)
            case ["blog", "read", name] if found := self.by_id(name.partition("_")[0]):
                return self.article(found)
        return self.static(path) or self.home()

    def by_id(self, text: str) -> DemoRelease | None:
        """The id alone finds a story, whatever slug stands behind it."""
        return next((r for r in self.releases if str(r.number) == text), None)

    def home(self) -> Answer:
        """The newest stories, each cut off in mid-sentence."""
        return self.page("Beranda", self.each("teaser", self.releases[:5]))

    def listing(self, page: int) -> Answer:
        """Whole stories; a page past the end is the first page."""
        page = page if page <= self.pages() else 1
        listing = "/index.php/blog/category/104"
        links = [f'<a href="{listing}?page={n}">{n}</a>' for n in range(1, self.pages() + 1)]
        if page < self.pages():
            links.append(f'<a href="{listing}?page={page + 1}">&raquo;</a>')
        content = self.fill(
            "listing", stories=self.each("story", self.part(page)), pages="\n".join(links)
        )
        return self.page("Berita Terkini", content)

    def article(self, release: DemoRelease) -> Answer:
        """One story; a bare counter stands between title and text."""
        return self.page(release.title, self.each("article", [release]))

    def text(self, release: DemoRelease) -> str:
        """Paragraphs as pasted from a word processor."""
        return "\n".join(
            f'<p style="text-align: justify;"><span>{escape(p, quote=False)}</span></p>'
            for p in release.printed
        )

    def facts(self, release: DemoRelease) -> dict[str, object]:
        """Dates without a time of day."""
        return {**super().facts(release), "date": stamps.plain(release.published)}
