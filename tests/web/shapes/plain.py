"""Sites whose addresses and menus say nothing of news: only what their pages hold tells the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from demo.releases import DemoRelease
from demo.shapes import Answer
from demo.sites import Site
from tests.web.press import Press

_ABOUT = {
    "sejarah": (
        "Sejarah Kota",
        "Kota ini tumbuh dari pelabuhan sungai pada abad kesembilan belas.",
    ),
    "visi": ("Visi dan Misi", "Menjadi kota yang nyaman dihuni, tertib administrasi, dan terbuka."),
    "dinas": (
        "Perangkat Daerah",
        "Dua puluh empat dinas dan badan melayani warga setiap hari kerja.",
    ),
    "hubungi": (
        "Hubungi Kami",
        "Loket pengaduan buka Senin sampai Jumat pukul 08.00 sampai 15.00.",
    ),
}


class Plain(Press):
    """A home page, one list, pages about the city. Shapes say how each is addressed and printed."""

    template = "plain"
    label = "Catatan"
    """What the menu calls the list."""
    listing_path = "/catatan"
    """May have a query."""
    story = "card"
    """The template of a story in the list."""
    folder = ""
    """What stands before the addresses of pages about the city, a query's beginning too."""
    at_home = 3
    per_page = 8
    gone = "404"
    page_parameter = "page"
    first_page = 1

    def serve(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """By path and query together."""
        target = self.target(path, query)
        if any(_fits(self.where(self.site, one), *target) for one in self.withdrawn):
            return self.withdrawal()
        return self.answer(path, query)

    @staticmethod
    def target(path: str, query: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
        """What is asked for, as this server takes it."""
        return path, query

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """The releases, the list's pages, the home page, pages about the city."""
        path, query = self.target(path, query)
        for release in self.releases:
            if _fits(self.where(self.site, release), path, query):
                return self.article(release)
        if page := self.page_asked(path, query):
            return self.listing(page) if page <= self.pages() else None
        for name, (title, words) in _ABOUT.items():
            if _fits(self.about(name), path, query):
                return self.page(
                    title, self.fill("static", heading=title, words=words, city=self.site.city)
                )
        if path == urlsplit(self.home_path).path and not query:
            return self.home()
        return self.more(path, query)

    def about(self, name: str) -> str:
        """The address of a page about the city."""
        return f"{self.folder or '/'}{name}"

    def page_asked(self, path: str, query: Mapping[str, str]) -> int | None:
        """By a number in the query, counted from `first_page`."""
        if not _fits(self.listing_path, path, query):
            return None
        said = query.get(self.page_parameter, str(self.first_page))
        return int(said) - self.first_page + 1 if said.isdecimal() else None

    def page_url(self, page: int) -> str:
        """The number last."""
        mark = "&" if "?" in self.listing_path else "?"
        number = page - 1 + self.first_page
        return (
            f"{self.listing_path}{mark}{self.page_parameter}={number}"
            if page > 1
            else self.listing_path
        )

    def listing(self, page: int) -> Answer | None:
        """The stories in the shape's own print, a table around rows."""
        return self.page(
            self.label,
            self.fill(
                "list",
                label=self.label,
                stories=self.stories(self.part(page)),
                pages=self.pager(page, self.pages()),
            ),
        )

    def stories(self, releases: Sequence[DemoRelease]) -> str:
        """As the list shows them."""
        stories = self.each(self.story, releases)
        if self.story == "row":
            return self.fill("table", stories=stories)
        return f"<ul>{stories}</ul>" if self.story in ("line", "bare") else stories

    def home(self) -> Answer:
        """A greeting, and the newest."""
        newest = self.stories(self.releases[: self.at_home])
        return self.page(
            "Beranda", f"<p>Selamat datang di laman kami.</p>{newest if self.at_home else ''}"
        )

    def menu(self) -> list[tuple[str, str]]:
        """What the menu says, and where that leads."""
        about = [(title, self.about(name)) for name, (title, _) in _ABOUT.items()]
        return [("Beranda", self.home_path), *about[:3], (self.label, self.listing_path), about[3]]

    def page(self, title: str, content: str, **more: str) -> Answer:
        """The menu on each."""
        links = " ".join(f'<a href="{escape(url)}">{label}</a>' for label, url in self.menu())
        return super().page(title, content, **{"menu": links, **more})

    def article(self, release: DemoRelease) -> Answer:
        """No lists beside it."""
        return self.page(release.title, self.each("article", [release]))

    def facts(self, release: DemoRelease) -> dict[str, object]:
        """Addresses as HTML has them."""
        facts = super().facts(release)
        return {**facts, "url": escape(str(facts["url"]))}


def _fits(address: str, path: str, query: Mapping[str, str]) -> bool:
    """Whether a request is for this address; what else stands in its query does not matter."""
    parts = urlsplit(address)
    return parts.path == path and all(
        query.get(name) == value for name, value in parse_qsl(parts.query)
    )


class Numbered(Plain):
    """Files of a generator, `/p/00012.html`; the list is called "Arsip", its pages `arsip-2.html`."""

    label = "Arsip"
    listing_path = "/arsip.html"
    story = "line"

    @classmethod
    def where(cls, site: Site, release: DemoRelease) -> str:
        """Five digits."""
        return f"/p/{release.number:05}.html"

    def about(self, name: str) -> str:
        """A file each."""
        return f"/{name}.html"

    def page_asked(self, path: str, query: Mapping[str, str]) -> int | None:
        """A file a page."""
        number = path.removeprefix("/arsip").removesuffix(".html").removeprefix("-") or "1"
        return int(number) if path.startswith("/arsip") and number.isdecimal() else None

    def page_url(self, page: int) -> str:
        """A file a page."""
        return f"/arsip-{page}.html" if page > 1 else "/arsip.html"


class TwoNotes(Numbered):
    """The same with two lists, "Arsip" and "Catatan", and no release on the home page."""

    at_home = 0
    story = "bare"

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Every third stands in the other list."""
        if path in ("/arsip.html", "/catatan.html"):
            chosen = [
                r for r in self.releases if (r.number // 7 % 3 == 0) == (path == "/catatan.html")
            ]
            return self.page(
                "Arsip", self.fill("list", label="Arsip", stories=self.stories(chosen), pages="")
            )
        return super().route(path, query)

    def menu(self) -> list[tuple[str, str]]:
        """Both."""
        return [*super().menu(), ("Catatan", "/catatan.html")]


class Drupal(Plain):
    """`/node/123`; pages of the list from `?page=0`."""

    label = "Dari Balai Kota"
    listing_path = "/balai-kota"
    page_parameter = "page"
    first_page = 0

    def pager(self, page: int, pages: int) -> str:
        """Links to the first page too."""
        links = [
            f'<li><a href="{self.listing_path}?page={n - 1}">{n}</a></li>'
            for n in range(1, pages + 1)
            if n != page
        ]
        if page < pages:
            links.append(
                f'<li class="pager-next"><a href="{self.listing_path}?page={page}">berikutnya ›</a></li>'
            )
        return f'<ul class="pager">{"".join(links)}</ul>'

    def menu(self) -> list[tuple[str, str]]:
        """With its number, as its own pager writes it."""
        return [
            (label, f"{url}?page=0" if url == self.listing_path else url)
            for label, url in super().menu()
        ]


class OneScript(Plain):
    """Written by hand: everything is `/?p=…`, a table with "Selengkapnya", pages by `hal`."""

    label = "Kegiatan Wali Kota"
    listing_path = "/?p=kegiatan"
    story = "row"
    page_parameter = "hal"
    folder = "/?p="
    at_home = 0


class Component(Plain):
    """A Joomla without tidy addresses: `index.php?option=com_content&view=article&id=…`."""

    label = "Ruang Warga"
    listing_path = "/index.php?option=com_content&view=category&id=9&Itemid=102"
    page_parameter = "start"
    first_page = 0
    folder = "/index.php?option=com_content&view=article&id="

    def page_asked(self, path: str, query: Mapping[str, str]) -> int | None:
        """By offset."""
        if not _fits("/index.php?option=com_content&view=category&id=9", path, query):
            return None
        return int(query.get("start", "0")) // self.per_page + 1

    def page_url(self, page: int) -> str:
        """By offset."""
        return self.listing_path + (f"&start={(page - 1) * self.per_page}" if page > 1 else "")


class Typo(Plain):
    """TYPO3: `/warga/baca?tx_news_pi1[news]=12&cHash=…`, pages by a parameter in brackets."""

    label = "Untuk Warga"
    listing_path = "/warga"
    page_parameter = "tx_news_pi1[currentPage]"
    story = "whole"

    @classmethod
    def where(cls, site: Site, release: DemoRelease) -> str:
        """A hash that is checked."""
        query = {
            "tx_news_pi1[action]": "detail",
            "tx_news_pi1[news]": release.number,
            "cHash": f"{release.number * 7919:08x}",
        }
        return f"/warga/baca?{urlencode(query)}"


class Plone(Plain):
    """`/warta-kota/{slug}` in a list of `?b_start:int=8`; bare titles, no dates."""

    label = "Sekitar Kita"
    listing_path = "/sekitar-kita"
    story = "bare"
    page_parameter = "b_start:int"

    def page_asked(self, path: str, query: Mapping[str, str]) -> int | None:
        """By offset."""
        start = query.get("b_start:int", "0")
        return (
            int(start) // self.per_page + 1
            if path == self.listing_path and start.isdecimal()
            else None
        )

    def page_url(self, page: int) -> str:
        """By offset."""
        return f"{self.listing_path}?b_start:int={(page - 1) * self.per_page}"


class Cards(Plain):
    """Laravel: `/artikel/{slug}`, cards that are links as a whole, "Muat lebih banyak" by a script's address."""

    label = "Artikel"
    listing_path = "/artikel"
    story = "whole"

    def pager(self, page: int, pages: int) -> str:
        """A button."""
        if page >= pages:
            return ""
        return (
            f'<button class="muat" data-url="{self.page_url(page + 1)}">Muat lebih banyak</button>'
        )


class Sections(Plain):
    """No list of all: `/rubrik/{name}` holds what belongs there, each with pages; none called news."""

    label = "Rubrik"
    at_home = 3

    def sections(self) -> dict[str, list[DemoRelease]]:
        """By the first category. A section whose releases were all withdrawn stays, empty."""
        every = [*self.releases, *self.withdrawn]
        found: dict[str, list[DemoRelease]] = {one.categories[0].lower(): [] for one in every}
        for release in self.releases:
            found[release.categories[0].lower()].append(release)
        return found

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """One list a section."""
        for name, chosen in self.sections().items():
            if path == f"/rubrik/{name}":
                page, pages = int(query.get("page", "1")), self.pages(chosen)
                links = " ".join(f'<a href="{path}?page={n}">{n}</a>' for n in range(1, pages + 1))
                stories = self.stories(self.part(page, chosen))
                return self.page(name, self.fill("list", label=name, stories=stories, pages=links))
        return super().route(path, query)

    def page_asked(self, path: str, query: Mapping[str, str]) -> int | None:
        """None."""
        return None

    def menu(self) -> list[tuple[str, str]]:
        """A section each."""
        about = [one for one in super().menu() if one[0] != self.label]
        return [*about, *((name.title(), f"/rubrik/{name}") for name in self.sections())]


class Years(Plain):
    """An archive a year, `/arsip/2024`; the home page names the years, nothing else leads on."""

    label = "Arsip"
    story = "line"
    at_home = 6

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """All of a year on one page."""
        for year in self.years():
            if path == f"/arsip/{year}":
                chosen = [r for r in self.releases if r.published.year == year]
                return self.page(
                    f"Arsip {year}",
                    self.fill(
                        "list", label=f"Arsip {year}", stories=self.stories(chosen), pages=""
                    ),
                )
        return super().route(path, query)

    def years(self) -> list[int]:
        """The newest first."""
        return sorted({r.published.year for r in self.releases}, reverse=True)

    def page_asked(self, path: str, query: Mapping[str, str]) -> int | None:
        """None."""
        return None

    def menu(self) -> list[tuple[str, str]]:
        """The years in place of a list."""
        about = [one for one in super().menu() if one[0] != self.label]
        return [*about, *((str(year), f"/arsip/{year}") for year in self.years())]
