"""What the sites of the proving ground have in common, beyond the demo's shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from types import MappingProxyType

from demo.releases import DemoRelease
from demo.shapes import Answer, Shape, stamps
from demo.shapes.shape import number
from demo.sites import Site

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def _blocks(name: str) -> dict[str, Template]:
    """The templates of one file: each begins with a line `== its name`."""
    blocks: dict[str, Template] = {}
    for block in (_TEMPLATES / f"{name}.html").read_text("utf-8").split("\n== ")[1:]:
        title, _, text = block.partition("\n")
        blocks[title.strip()] = Template(text)
    return blocks


class Press(Shape):
    """A home page, a list in pages, a page a release. Shapes say where, and what else there is.

    A shape is made anew for each request, so `morning` is another number each time: counters and
    related lists are never twice the same.
    """

    template = ""
    """The file of its templates; the demo's own where empty."""
    listing_path = "/berita"
    home_path = "/"
    per_page = 10
    at_home = 5
    """Releases on the home page."""
    gone = "404"
    """What a withdrawn release's address answers: `404`, `410`, `home` (a redirect), `soft` (200)."""
    edits_shown = "lead"
    """What gives an edit away without asking for the release: the `lead` and title of what stands
    on the list's first page, the whole `text` there, `everything` (REST, lastmod), or `nothing`."""
    foreign = ""
    """Another machine's server, where redirects may point; scheme, host and port."""
    withdrawn: Sequence[DemoRelease] = ()
    modified: Mapping[int, datetime] = MappingProxyType({})
    """When releases (by number) were last changed (UTC), where that is not when they appeared."""

    @classmethod
    def where(cls, site: Site, release: DemoRelease) -> str:
        """The path of a release."""
        return site.where(release)

    @classmethod
    def linked(cls, site: Site, release: DemoRelease) -> str:
        """The path by which pages name a release, where its canonical one does not answer."""
        return cls.where(site, release)

    @classmethod
    def optional(cls, site: Site, releases: Sequence[DemoRelease]) -> list[str]:
        """Paths that may be archived or not: nobody could say that they are no releases."""
        return []

    @classmethod
    def numbered(cls, releases: list[DemoRelease]) -> list[DemoRelease]:
        """The releases with the ids this site would give them."""
        return releases

    def serve(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """The answer to a request; shapes with validators look at `headers`."""
        if any(self.where(self.site, release) == path for release in self.withdrawn):
            return self.withdrawal()
        return self.answer(path, query)

    def changed(self, release: DemoRelease) -> datetime:
        """When the release was last changed (UTC)."""
        return self.modified.get(release.number) or release.published.replace(tzinfo=UTC)

    def withdrawal(self) -> Answer:
        """What stands where a release stood."""
        if self.gone == "home":
            return Answer(b"", 302, headers={"Location": "/"})
        missing = self.not_found()
        status = {"404": 404, "410": 410, "soft": 200}[self.gone]
        return Answer(missing.body, status, missing.content_type)

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """The home page, the list's pages, the releases, and what a shape has besides."""
        if path in ("/", "/index.php"):
            return self.home()
        if page := self.page_asked(path, query):
            return self.listing(page)
        if found := self.find(path):
            return self.article(found)
        return self.more(path, query)

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Pages only this shape has."""
        return None

    def home(self) -> Answer:
        """The newest, as teasers."""
        return self.page("Beranda", self.each("teaser", self.releases[: self.at_home]))

    def page_asked(self, path: str, query: Mapping[str, str]) -> int | None:
        """Which page of the list is asked for, if any."""
        return number(query.get("page")) if path.rstrip("/") == self.listing_path else None

    def page_url(self, page: int) -> str:
        """The address of a page of the list."""
        return f"{self.listing_path}?page={page}" if page > 1 else self.listing_path

    def listing(self, page: int) -> Answer | None:
        """One page of the list; past the end it is an empty one."""
        teasers = self.each("teaser", self.part(page))
        content = f"<h1>Berita</h1>\n{teasers}\n{self.pager(page, self.pages())}"
        return self.page("Berita", content)

    def pager(self, page: int, pages: int) -> str:
        """Numbers around the current one, the first, the last, and arrows."""
        near = {1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)}
        links = [self.pager_link(n, str(n)) if n != page else f"<b>{n}</b>" for n in sorted(near)]
        if page > 1:
            links.insert(0, self.pager_link(page - 1, "&laquo;"))
        if page < pages:
            links.append(self.pager_link(page + 1, "&raquo;"))
        return f'<div class="pagination">{" ".join(links)}</div>'

    def pager_link(self, page: int, label: str) -> str:
        """One link of it."""
        return f'<a href="{escape(self.page_url(page))}">{label}</a>'

    def article(self, release: DemoRelease) -> Answer:
        """The page of a release."""
        related = self.links(self.related(release))
        return self.page(release.title, self.each("article", [release], related=related))

    def fill(self, template: str, **values: object) -> str:
        """A block of this shape's file; `values` are HTML."""
        if not self.template:
            return super().fill(template, **values)
        return _blocks(self.template)[template].substitute(values)

    def facts(self, release: DemoRelease) -> dict[str, object]:
        """As in the demo, with the date in every print these sites use."""
        day = release.published
        zone = self.site.zone or ""
        category = release.categories[0] if release.categories else "Berita"
        return {
            **super().facts(release),
            "url": self.where(self.site, release),
            "date": stamps.plain(day),
            "full_date": stamps.full(day),
            "short_date": stamps.short(day),
            "stamp": f"{stamps.full(day)} | {day:%H:%M} {zone}".strip(),
            "category": category,
            "offset": {"WIB": "+07:00", "WITA": "+08:00", "WIT": "+09:00"}.get(zone, "+08:00"),
        }

    def views(self, release: DemoRelease) -> int:
        """A counter that counts."""
        return release.number % 900 + self.morning % 1000 + 3 * (self.morning // 1000)

    def links(self, releases: Sequence[DemoRelease]) -> str:
        """A plain list of links."""
        return "\n".join(
            f'<li><a href="{self.where(self.site, r)}">{escape(r.title, quote=False)}</a></li>'
            for r in releases
        )

    def find(self, path: str) -> DemoRelease | None:
        """The release kept at `path`."""
        return next((r for r in self.releases if self.where(self.site, r) == path), None)

    def page(self, title: str, content: str, **more: str) -> Answer:
        """A whole page; the popular ones beside it change from day to day."""
        start = self.morning // 1000 % max(1, len(self.releases) - 6)
        return super().page(
            title, content, **{"popular": self.links(self.releases[start : start + 4]), **more}
        )
