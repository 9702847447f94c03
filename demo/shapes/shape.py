"""What all sites have in common: pages from templates, lists of releases, static pages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from zlib import crc32

from demo.releases import DemoRelease
from demo.sites import Site

_TEMPLATES = Path(__file__).parent.parent / "templates"
_STATIC = ("profil", "kontak", "agenda")
_PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360">'
    b'<rect width="640" height="360" fill="#b8c4cc"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site sends."""

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def redirect(cls, location: str) -> Answer:
        """A permanent redirect."""
        return cls(b"", 301, headers={"Location": location})


@cache
def _template(path: str) -> Template:
    return Template((_TEMPLATES / path).read_text("utf-8"))


class Shape(ABC):
    """One site on one morning. Subclasses say which page stands where."""

    per_page = 4
    encoding = "utf-8"
    content_type = "text/html; charset=utf-8"

    def __init__(self, site: Site, base: str, releases: Sequence[DemoRelease], morning: int):
        self.site = site
        self.base = base
        self.morning = morning
        self.releases = sorted(releases, key=lambda r: (r.published, r.number), reverse=True)

    def answer(self, path: str, query: Mapping[str, str]) -> Answer:
        """The answer to a GET of `path` (unquoted)."""
        if path == "/robots.txt":
            return Answer(self.site.robots.encode(), content_type="text/plain")
        if path.startswith("/gambar/"):
            return Answer(_PICTURE, content_type="image/svg+xml")
        return self.route(path, query) or self.static(path) or self.not_found()

    @abstractmethod
    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """The pages that make this shape; None for what it does not know."""

    def static(self, path: str) -> Answer | None:
        """Pages every office has, none of them a release."""
        name = path.strip("/")
        if name not in _STATIC:
            return None
        content = _template(f"static/{name}.html").substitute(
            name=self.site.name, city=self.site.city
        )
        return self.page(name.capitalize(), content)

    def not_found(self) -> Answer:
        """An honest 404, in the site's own layout."""
        content = "<h2>404</h2><p>Halaman yang Anda cari tidak ditemukan.</p>"
        page = self.page("Halaman tidak ditemukan", content)
        return Answer(page.body, 404, page.content_type)

    def page(self, title: str, content: str, **more: str) -> Answer:
        """A whole page: the layout around `content` (HTML). `title` is plain text."""
        text = self.fill(
            "layout",
            title=escape(title),
            content=content,
            name=self.site.name,
            city=self.site.city,
            **{"head": "", "popular": self.links(self.releases[2:7]), **more},
        )
        return Answer(text.encode(self.encoding), content_type=self.content_type)

    def fill(self, template: str, **values: object) -> str:
        """A template of this shape's own folder; `values` are HTML."""
        file = template if "." in template else f"{template}.html"
        return _template(f"{self.site.shape}/{file}").substitute(values)

    def each(self, template: str, releases: Sequence[DemoRelease], **more: str) -> str:
        """The template once for each release, with all that is known about it."""
        return "\n".join(self.fill(template, **{**self.facts(r), **more}) for r in releases)

    def facts(self, release: DemoRelease) -> dict[str, object]:
        """What templates may say about a release. Shapes add how they print a date."""
        return {
            "url": self.site.where(release),
            "heading": escape(release.title, quote=False),
            "text": self.text(release),
            "start": escape(" ".join(release.text.split()[:24]), quote=False),
            "number": release.number,
            "views": self.views(release),
            "caption": escape(release.caption or "", quote=False),
            "iso": f"{release.published:%Y-%m-%dT%H:%M:%S}",
        }

    def text(self, release: DemoRelease) -> str:
        """The release as this site marks up its paragraphs."""
        return "\n".join(f"<p>{escape(p, quote=False)}</p>" for p in release.printed)

    def views(self, release: DemoRelease) -> int:
        """A counter, which is another one each morning."""
        return crc32(release.key.encode()) % 900 + 37 * self.morning

    def links(self, releases: Sequence[DemoRelease]) -> str:
        """A plain list of links."""
        return "\n".join(
            f'<li><a href="{self.site.where(r)}">{escape(r.title, quote=False)}</a></li>'
            for r in releases
        )

    def related(self, release: DemoRelease) -> list[DemoRelease]:
        """Three others; which ones changes from morning to morning."""
        others = [r for r in self.releases if r is not release and r.language == release.language]
        start = (release.number + self.morning) % max(1, len(others) - 2)
        return others[start : start + 3]

    def find(self, path: str) -> DemoRelease | None:
        """The release kept at `path`."""
        return next((r for r in self.releases if self.site.where(r) == path), None)

    def part(self, page: int, releases: Sequence[DemoRelease] | None = None) -> list[DemoRelease]:
        """One page of a list, counted from 1."""
        chosen = self.releases if releases is None else releases
        return list(chosen[(page - 1) * self.per_page : page * self.per_page])

    def pages(self, releases: Sequence[DemoRelease] | None = None) -> int:
        """How many pages the list has."""
        return max(1, -(-len(self.releases if releases is None else releases) // self.per_page))


def number(text: str | None) -> int:
    """A page number as visitors send it; 1 for nonsense."""
    return int(text) if text and text.isdecimal() and int(text) > 0 else 1
