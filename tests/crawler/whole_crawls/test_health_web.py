"""All shapes of the proving ground, crawled for some days: well ones, and ones that fall ill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from archive.database.connection import open_archive
from archive.health import findings
from crawler.registry.reader import load_sources
from tests.conftest import Crawl
from tests.web import Web
from tests.web.ground import names
from tests.web.server import BLOCKED, REPAIR

pytestmark = pytest.mark.soak


class Days:
    """The sites, and what becomes of them from one morning to the next."""

    def __init__(self, web: Web, crawl: Crawl, archive_url: str, file: Path) -> None:
        file.write_text(web.sources_toml, encoding="utf-8")
        self.web, self._crawl, self._url = web, crawl, archive_url
        self._sources = load_sources(file)

    def pass_by(self, days: int, *, deep: bool = False) -> None:
        for _ in range(days):
            self._crawl(*self._sources, deep=deep)
            for site in self.web:
                site.publish(2)
                site.edit(site.releases[3])
                site.withdraw(site.releases[5])
                site.next_day()

    def found(self) -> dict[str | None, str]:
        """The kinds, by source."""
        engine = open_archive(self._url)
        with Session(engine) as session:
            found = {one.source: one.kind for one in findings(session, datetime.now(UTC))}
        engine.dispose()
        return found


@pytest.fixture
def days(crawl: Crawl, archive_url: str, tmp_path: Path) -> Iterator[Days]:
    with Web(names("shape"), count=40) as web:
        yield Days(web, crawl, archive_url, tmp_path / "sources.toml")


def test_healthy_sites_of_all_shapes(days: Days) -> None:
    for deep in (False, False, False, True, False, False):
        days.pass_by(1, deep=deep)
        assert days.found() == {}


@pytest.mark.parametrize(
    ("attribute", "value", "kind"),
    [
        ("instead", REPAIR, "same-answer"),
        ("instead", BLOCKED, "blocked"),
        ("refusing", True, "unreachable"),
    ],
)
def test_sick_sites_of_all_shapes(days: Days, attribute: str, value: object, kind: str) -> None:
    days.pass_by(2)
    before = [getattr(site.server, attribute) for site in days.web]
    for site in days.web:
        setattr(site.server, attribute, value)
    days.pass_by(1)
    assert days.found() == {}, "one bad day"
    days.pass_by(1)
    assert days.found() == {site.id: kind for site in days.web}
    for site, normal in zip(days.web, before, strict=True):
        setattr(site.server, attribute, normal)
    days.pass_by(1)
    assert days.found() == {}, "and it is over"
