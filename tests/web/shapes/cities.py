"""City sites, each with addresses and a layout of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape

from demo.releases import DemoRelease
from demo.shapes import Answer, stamps
from demo.shapes.shape import number
from tests.web.press import Press


class Balikpapan(Press):
    """`/berita/read/{id}`, nothing but the id; a plain portal."""

    template = "balikpapan"


class Samarinda(Press):
    """`/berita-ppid/{slug}`, no id, no sitemap; each title printed twice."""

    template = "samarinda"
    listing_path = "/berita-ppid"
    per_page = 9
    gone = "soft"


class Surakarta(Press):
    """`/page/detail_berita/{slug}`; static pages stand in the same folder `/page/`."""

    template = "surakarta"
    listing_path = "/page/berita"
    gone = "home"

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """`/page/tupoksi` and its like: long texts, undated."""
        match path.strip("/").split("/"):
            case ["page", ("tupoksi" | "sejarah" | "maklumat_pelayanan") as name]:
                return self.page(
                    name.replace("_", " ").title(), self.fill("static", city=self.site.city)
                )
        return None


class Surabaya(Press):
    """`/id/berita/{id}/{slug}`, ids that do not grow with the date; agenda beside it."""

    template = "surabaya"
    listing_path = "/id/berita"
    per_page = 12

    @classmethod
    def numbered(cls, releases: list[DemoRelease]) -> list[DemoRelease]:
        """Ids in disorder: two systems were merged."""
        return [
            replace(r, number=20_000 + (r.number * 7919) % 70_000, slug=r.slug[:44].rstrip("-"))
            for r in releases
        ]

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """The home page is `/id`; `/` leads there."""
        if path == "/":
            return Answer(b"", 302, headers={"Location": "/id"})
        return self.home() if path == "/id" else super().route(path, query)

    def find(self, path: str) -> DemoRelease | None:
        """The id decides; a cut or wrong slug is answered too."""
        parts = path.strip("/").split("/")
        if parts[:2] != ["id", "berita"] or len(parts) != 4:
            return None
        return next((r for r in self.releases if str(r.number) == parts[2]), None)

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """An agenda, whose entries are built like articles, and pages about the city."""
        match path.strip("/").split("/"):
            case ["id", "agenda"]:
                entries = "\n".join(
                    f'<div class="box"><h4><a href="/id/agenda/{n}/kegiatan-{n}">Kegiatan {n}</a></h4>'
                    f"<span>{n} Desember 2024</span></div>"
                    for n in range(1, 13)
                )
                return self.page("Agenda", f"<h1>Agenda Kota</h1>{entries}")
            case ["id", "agenda", name, _] if name.isdecimal():
                return self.page(f"Kegiatan {name}", self.fill("agenda", number=name))
            case ["id", "page", _, _, name]:
                return self.page(name.title(), self.fill("static", city=self.site.city))
        return None


class Bandung(Press):
    """`/news/read/{id}/{slug}`; categories that repeat the list."""

    template = "bandung"
    listing_path = "/news"
    per_page = 8
    gone = "410"

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """`/news/kategori/{name}?page=N`: the same releases once more."""
        match path.strip("/").split("/"):
            case ["news", "kategori", name]:
                chosen = [r for r in self.releases if r.categories[0].lower() == name]
                page = number(query.get("page"))
                more = page < self.pages(chosen)
                older = (
                    f'<a href="/news/kategori/{name}?page={page + 1}">Berikutnya</a>'
                    if more
                    else ""
                )
                return self.page(name.title(), self.each("teaser", self.part(page, chosen)) + older)
        return None


class Semarang(Press):
    """`/berita/read/7/berita-kota/{id}/{slug}`; pages by `?halaman=`."""

    template = "semarang"
    listing_path = "/berita/kategori/7/berita-kota"

    def page_asked(self, path: str, query: Mapping[str, str]) -> int | None:
        """By `halaman`."""
        return number(query.get("halaman")) if path == self.listing_path else None

    def page_url(self, page: int) -> str:
        """By `halaman`."""
        return f"{self.listing_path}?halaman={page}"


class Medan(Press):
    """`/berita/{slug}__read{id}.html`; pages in the path, a gallery that repeats the titles."""

    template = "medan"
    per_page = 10

    def page_asked(self, path: str, query: Mapping[str, str]) -> int | None:
        """`/berita/halaman-2.html`."""
        if path == "/berita":
            return 1
        name = path.removeprefix("/berita/halaman-").removesuffix(".html")
        return int(name) if name.isdecimal() and path.startswith("/berita/halaman-") else None

    def page_url(self, page: int) -> str:
        """`/berita/halaman-2.html`."""
        return f"/berita/halaman-{page}.html" if page > 1 else "/berita"

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """`/galeri-foto/{slug}__foto{id}.html`: pictures under the titles of releases."""
        match path.strip("/").split("/"):
            case ["galeri-foto"]:
                links = "\n".join(
                    f'<div class="foto"><a href="/galeri-foto/{r.slug}__foto{r.number}.html">'
                    f"{escape(r.title)}</a></div>"
                    for r in self.releases[:12]
                )
                return self.page("Galeri Foto", f"<h1>Galeri Foto</h1>{links}")
            case ["galeri-foto", name]:
                shown = [r for r in self.releases if name == f"{r.slug}__foto{r.number}.html"]
                return self.page(shown[0].title, self.each("photo", shown)) if shown else None
        return None


class Bogor(Press):
    """`/index.php/show_post/detail/{id}`; pages by offset in the path; windows-1252 unsaid."""

    template = "bogor"
    encoding = "windows-1252"
    content_type = "text/html"
    listing_path = "/index.php/show_post/index"
    gone = "soft"

    def page_asked(self, path: str, query: Mapping[str, str]) -> int | None:
        """`/index/20` begins with the twenty-first."""
        if not path.startswith(self.listing_path):
            return None
        offset = path.removeprefix(self.listing_path).strip("/") or "0"
        return int(offset) // self.per_page + 1 if offset.isdecimal() else None

    def page_url(self, page: int) -> str:
        """The offset of the page's first release."""
        return f"{self.listing_path}/{(page - 1) * self.per_page}"


class Pontianak(Press):
    """Whole texts in lists, and each in the list of its category too; links carry parameters."""

    edits_shown = "text"
    template = "pontianak"
    listing_path = "/pontianak-hari-ini/berita"
    per_page = 6
    at_home = 2

    def listing(self, page: int) -> Answer:
        """All releases, whole."""
        stories = self.each("story", self.part(page))
        return self.page("Berita", stories + self.pager(page, self.pages()))

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """`/…/berita/{Kategori}/kategori?page=N`; links say where they were clicked."""
        match path.strip("/").split("/"):
            case ["pontianak-hari-ini", "berita", name, "kategori"]:
                chosen = [r for r in self.releases if name in r.categories]
                page, pages = number(query.get("page")), self.pages(chosen)
                stories = "\n".join(
                    self.fill(
                        "story",
                        **{**self.facts(r), "url": f"{self.where(self.site, r)}?ref={name}"},
                    )
                    for r in self.part(page, chosen)
                )
                links = " ".join(f'<a href="{path}?page={n}">{n}</a>' for n in range(1, pages + 1))
                return self.page(name, f'{stories}<div class="halaman">{links}</div>')
        return None

    def home(self) -> Answer:
        """Two whole stories."""
        return self.page("Beranda", self.each("story", self.releases[: self.at_home]))

    def fill(self, template: str, **values: object) -> str:
        """The layout names the categories there are."""
        names = sorted({r.categories[0] for r in self.releases})
        links = " ".join(f'<a href="{self.listing_path}/{n}/kategori">{n}</a>' for n in names)
        return super().fill(template, **{"categories": links, **values})

    def facts(self, release: DemoRelease) -> dict[str, object]:
        """`SABTU, 28 SEPTEMBER 2024 | 23:31 WIB`."""
        facts = super().facts(release)
        return {
            **facts,
            "stamp": str(facts["stamp"]).upper(),
            "day": stamps.full(release.published),
        }
