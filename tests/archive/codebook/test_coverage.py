"""Coverage by office and month, and the gaps that are known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from archive.codebook.contents import Codebook, codebook
from archive.codebook.markdown import markdown
from archive.i18n import speaking
from archive.ingest.store import Store
from archive.lookup.selection import Selection
from tests.archive.conftest import Run
from tests.archive.samples import rejected, release

_NOW = datetime(2024, 12, 2, tzinfo=UTC)


def _crawl(store: Store, day: str, outcome: str = "ok", reason: str = "") -> None:
    begun = datetime.fromisoformat(f"{day}T22:00:00+00:00")
    crawl = store.begin_crawl("pemkot-contoh", begun)
    store.end_crawl(crawl, outcome, reason, {"pages": 1}, begun + timedelta(minutes=5))


@pytest.fixture
def holed(store: Store) -> Store:
    """One office: crawled in August, blocked in September, not crawled in October, well in
    November."""
    for day in ("2024-08-20", "2024-08-26", "2024-09-01"):
        _crawl(store, day)
    for day in ("2024-09-05", "2024-09-12"):
        _crawl(store, day, "blocked", "robots.txt forbids us")
    for day in ("2024-11-02", "2024-11-08", "2024-11-14", "2024-11-30"):
        _crawl(store, day)
    for number, on in enumerate(["2023-05-01", "2024-08-21", "2024-10-07"]):
        store.store(release(number, published_on=date.fromisoformat(on)), None)
    store.store(release(9, published_on=None, published_at=None, published_by=None), None)
    store.reject(rejected(5, stage="fetch", reason="http-404"), None)
    return store


def _book(engine: Engine, selection: Selection, since: int = 0) -> Codebook:
    with engine.connect() as connection:
        return codebook(connection, _NOW, selection, since=since)


def test_every_month_between_crawls_is_there(holed: Store, engine: Engine) -> None:
    months = _book(engine, Selection(source=("pemkot-contoh",))).coverage.months
    counted = {one.month: (one.releases, one.crawls, one.crawls_worked) for one in months}
    assert counted == {
        "2023-05": (1, 0, 0),
        "2024-08": (1, 2, 2),
        "2024-09": (0, 3, 1),
        "2024-10": (1, 0, 0),
        "2024-11": (0, 4, 4),
        "": (1, 0, 0),
    }
    assert [one.month for one in months if one.is_missed] == ["2024-10"]


def test_known_gaps_are_named(holed: Store, engine: Engine) -> None:
    gaps = _book(engine, Selection(source=("pemkot-contoh",))).gaps
    said = [(g.kind, (g.since or "")[:10], (g.until or "")[:10], g.count, g.detail) for g in gaps]
    assert said[:4] == [
        ("before-first-crawl", "", "2024-08-20", 0, ""),
        ("crawls-failed", "2024-09-01", "2024-11-02", 2, "robots.txt forbids us"),
        ("not-crawled", "2024-11-14", "2024-11-30", 0, ""),
        ("pages-refused", "2024-09-01", "2024-09-01", 1, "fetch: http-404"),
    ]


def test_offices_without_releases_are_there(holed: Store, engine: Engine) -> None:
    book = _book(engine, Selection(kind=("pemkot",)))
    assert [one.id for one in book.coverage.offices] == ["pemkot-contoh", "pemkot-misal"]
    assert ("pemkot-misal", "never-crawled") in {(one.source, one.kind) for one in book.gaps}
    changed = _book(engine, Selection(), since=book.coverage.releases)
    assert [one.id for one in changed.coverage.offices] == ["pemkot-contoh"]
    assert (changed.gaps, {one.crawls for one in changed.coverage.months}) == ((), {0})
    with speaking("en"):
        assert "An increment has none of its own" in markdown(changed)
    assert 0 < changed.coverage.releases < book.coverage.releases


def test_it_says_the_gap_in_both_languages(holed: Store, engine: Engine) -> None:
    book = _book(engine, Selection())
    assert sum(book.coverage.programs.values()) == book.coverage.releases == 4
    for code, said in {
        "en": "Crawls did not work: what came and went was not seen.",
        "id": "Perayapan tidak berhasil: yang muncul dan hilang tidak terlihat.",
    }.items():
        with speaking(code):
            text = markdown(book)
        assert said in text
        assert "1–" in text, "October"
        assert "robots.txt forbids us" in text


def test_nothing_in_a_cell_is_markdown(store: Store, engine: Engine) -> None:
    _crawl(store, "2024-08-01")
    _crawl(store, "2024-08-02", "failed", "a | b <script> [x](y)\nz")
    _crawl(store, "2024-10-01")
    assert r"a \| b \<script\> \[x\](y) z" in markdown(_book(engine, Selection()))


def test_the_command(run: Run, filled: Store, tmp_path: Path) -> None:
    printed = run("codebook", "--lang", "en")
    assert printed.exit_code == 0, printed.output
    assert printed.output.startswith("# Codebook\n")
    assert "right to the letter .968 (unseen)" in printed.output
    assert run("codebook", "--lang", "id").output.startswith("# Buku kode\n")
    assert run("codebook", "-o", str(tmp_path)).exit_code == 0
    assert {"codebook.md", "datapackage.json"} <= {one.name for one in tmp_path.iterdir()}
