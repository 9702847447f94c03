"""What a TOML expects of its source is an assertion: where it fails, the crawl fails."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from archive.database.connection import open_archive
from archive.health import findings
from archive.health.recent import Recent, recent
from archive.ingest.store import Store
from crawler.crawl.unmet_expectations import unmet
from crawler.registry.reader import SourceError, load_sources
from crawler.registry.source import Expect, Source
from tests.archive.samples import release, source
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import paged_site, rows
from tests.site import serve

GIVES = Recent(per_month=12, releases=400, dated=0.9, signed=0.5, words=180)


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        (Expect(), []),
        (
            Expect(per_month=12, per_month_max=12, releases=400, dated=0.9, signed=0.5, words=180),
            [],
        ),
        (Expect(per_month=20), ["12 releases in the last 30 days, at least 20 expected."]),
        (Expect(per_month_max=5), ["12 releases in the last 30 days, at most 5 expected."]),
        (Expect(releases=500), ["400 releases in the archive, at least 500 expected."]),
        (Expect(dated=1.0), ["90% of the newest releases are dated, 100% expected."]),
        (Expect(signed=0.8), ["50% of the newest releases are signed, 80% expected."]),
        (Expect(words=200), ["The newest texts have 180 words, 200 expected."]),
    ],
)
def test_each_expectation_has_its_sentence(expect: Expect, said: list[str]) -> None:
    assert unmet(expect, GIVES) == said


def test_what_is_counted(tmp_path: Path) -> None:
    now = datetime(2024, 9, 30, 22, 15, tzinfo=UTC)
    engine = open_archive(f"sqlite:///{tmp_path / 'archive.db'}", create=True)
    store = Store(engine)
    store.register([source("pemkot-contoh"), source("pemkot-misal")])
    with Session(engine) as session:
        empty = recent(session, "pemkot-contoh", now)
    assert empty == Recent(per_month=0, releases=0, dated=None, signed=None, words=None)
    for number, day in enumerate((date(2024, 9, 30), date(2024, 9, 2), date(2024, 8, 1))):
        store.store(release(number, published_on=day, published_at=None, body="kata " * 10), None)
    undated = {"published_on": None, "published_at": None, "byline": None, "body": "kata " * 90}
    store.store(release(9, fetched_at=now - timedelta(days=1), **undated), None)
    store.store(release(9, source="pemkot-misal"), None)
    with Session(engine) as session:
        found = recent(session, "pemkot-contoh", now)
    engine.dispose()
    assert found == Recent(per_month=3, releases=4, dated=0.75, signed=0.75, words=10)


def test_a_crawl_that_falls_short_fails(
    crawl: Crawl, declare: Callable[..., Source], archive_url: str
) -> None:
    with serve(paged_site(2)) as site:
        known = declare(site.home, listing=site.home + "berita", article="/berita/read/{id}")
        assert crawl(dataclasses.replace(known, expect=Expect(releases=4, signed=0.9))).healthy
        short = crawl(dataclasses.replace(known, expect=Expect(releases=5)))
        assert not short.healthy
        verdict = short.results[0].verdict
        assert verdict.outcome == "unmet"
        assert verdict.reason == "4 releases in the archive, at least 5 expected."
        assert rows(archive_url, "SELECT outcome FROM crawls") == [("ok",), ("unmet",)]
    engine = open_archive(archive_url)
    with Session(engine) as session:
        (finding,) = findings(session, datetime.now(UTC))
    engine.dispose()
    assert (finding.kind, finding.evidence) == ("unmet", verdict.reason)


def test_a_share_is_a_share(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    required = (
        'id = "a"\nkind = "pemkot"\npublisher = "A"\nregion = "64.71"\nhome = "http://a.example/"'
    )
    file.write_text(f"[[source]]\n{required}\nexpect = {{ dated = 90 }}\n")
    with pytest.raises(SourceError, match="must be a share from 0 to 1"):
        load_sources(file)
    file.write_text(f"[[source]]\n{required}\nexpect = {{ dated = 0.9, words = 80 }}\n")
    assert load_sources(file)[0].expect == Expect(dated=0.9, words=80)
