"""Loads the gold pages: `tests/pages/{family}/{name}.html` with its `.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

from crawler.extraction.site_template import learn_template
from crawler.items import Hint, Page, SiteTemplate
from crawler.registry.reader import load_sources
from crawler.registry.source import Select, Source
from demo.releases import load
from demo.web import Web
from tests.web import ground
from tests.web.releases import NEWEST

_NOT_AS_CANONICAL = "kpu_behind_index"
"""The one made-up site that answers nothing at the addresses its pages call canonical."""
PAGES = Path(__file__).parents[1] / "tests" / "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A page of one family of sites, and what must come out of it."""

    family: str
    name: str
    page: Page
    source: Source
    expected: dict[str, Any] | None
    """The release's fields as the JSON beside the page has them; None: there is no release."""
    known: SiteTemplate = field(default_factory=SiteTemplate)
    """What the JSON says of the site beside its pages here, such as initials it signs with."""

    @property
    def key(self) -> str:
        """`family/name`."""
        return f"{self.family}/{self.name}"


def load_gold(folder: Path = PAGES) -> list[Gold]:
    """All gold pages below a folder, in order of family and name.

    Raises OSError or ValueError where a page or its JSON cannot be read.
    """
    return [_gold(file) for file in sorted(folder.glob("*/*.json"))]


def demo_pages() -> list[Gold]:
    """The pages of the demo's releases, as its sites serve them; for the clock alone.

    Raises OSError when no loopback port is free.
    """
    with Web() as web:
        sources = _declared(web.sources_toml)
        return [_served_page(web.url(release), sources[release.site]) for release in load()]


def proving_ground_pages(count: int = 3) -> list[Gold]:
    """The newest releases of each made-up site of `tests.web`; for the clock alone.

    Raises OSError when no loopback port is free.
    """
    served = [name for name in ground.names() if name != _NOT_AS_CANONICAL]
    with ground.Web(served, count=count, newest=NEWEST) as web:
        sources = _declared(web.sources_toml)
        return [
            _served_page(site.url(release), sources[site.id])
            for site in web
            for release in site.releases[:count]
        ]


def _declared(sources_toml: str) -> dict[str, Source]:
    with TemporaryDirectory() as folder:
        registry = Path(folder, "sources.toml")
        registry.write_text(sources_toml, "utf-8")
        return {source.id: source for source in load_sources(registry)}


def _served_page(url: str, source: Source) -> Gold:
    with urlopen(url, timeout=10) as answer:
        page = Page(
            url=url,
            body=answer.read(),
            captured_at=datetime.now(UTC),
            content_type=answer.headers.get("Content-Type"),
        )
    name = urlsplit(url).path
    return Gold(family=source.id, name=name, page=page, source=source, expected=None)


def learn_frames(golds: Sequence[Gold]) -> dict[str, SiteTemplate]:
    """The frame each page is read with, by the page's `key`.

    It is what a crawl would have learned of the site from its pages here, those of the same family
    and source, and what the page's own JSON says.
    """
    sites: dict[tuple[str, str], list[Gold]] = {}
    for gold in golds:
        sites.setdefault((gold.family, gold.source.id), []).append(gold)
    frames: dict[str, SiteTemplate] = {}
    for own in sites.values():
        learned = learn_template([gold.page for gold in own], own[0].source)
        frames |= {gold.key: _joined(learned, gold.known) for gold in own}
    return frames


def _joined(one: SiteTemplate, other: SiteTemplate) -> SiteTemplate:
    return SiteTemplate(
        blocks=one.blocks | other.blocks, signatures=one.signatures | other.signatures
    )


def _gold(file: Path) -> Gold:
    record = json.loads(file.read_text("utf-8"))
    source = dict(record["source"])
    source["select"] = Select(**source.get("select") or {})
    hint = record.get("hint")
    page = Page(
        url=record["url"],
        body=file.with_suffix(".html").read_bytes(),
        captured_at=datetime.fromisoformat(record["captured_at"]),
        content_type=record["content_type"],
        hint=Hint(**hint) if hint else None,
        continuations=tuple(_continuations(file)),
    )
    return Gold(
        family=file.parent.name,
        name=file.stem,
        page=page,
        source=Source(**source),
        expected=None if record.get("rejected") else record["expected"],
        known=SiteTemplate(
            **{name: frozenset(texts) for name, texts in record.get("frame", {}).items()}
        ),
    )


def _continuations(file: Path) -> Iterator[bytes]:
    number = 2
    while (part := file.with_suffix(f".part{number}.html")).exists():
        yield part.read_bytes()
        number += 1
