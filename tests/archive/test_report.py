"""The report is one page that needs nothing else, says nothing twice differently, and is safe."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import Engine

from archive.ingest.store import Store
from archive.report.figures import figures
from archive.report.page import page
from tests.archive.conftest import Run
from tests.archive.samples import DAY, release, source

HOSTILE = "<script>alert('x')</script>&\""


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [
            value or "" for name, value in attrs if name in ("src", "href", "action")
        ]

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"


def made(engine: Engine) -> str:
    now = datetime(2024, 12, 1, tzinfo=UTC)
    return page(figures(engine, now), now)


@pytest.fixture
def html(store: Store, engine: Engine) -> str:
    store.register([source("pemkot-aneh", publisher=HOSTILE)])
    crawl = store.begin_crawl("pemkot-aneh", datetime(2024, 11, 1, tzinfo=UTC))
    for number, day in enumerate((date(2024, 9, 2), date(2024, 11, 25), date(2024, 11, 27))):
        tags = ["diskominfo", HOSTILE]
        item = release(
            number, source="pemkot-aneh", published_on=day, published_at=None, author_tags=tags
        )
        store.store(item, crawl)
    store.store(
        release(
            0,
            source="kpu-contoh",
            topics=[HOSTILE],
            published_on=date(2024, 9, 3),
            published_at=None,
        ),
        None,
    )
    store.store(
        release(
            1,
            source="pemkot-aneh",
            published_on=date(2024, 11, 25),
            body="Baru.",
            fetched_at=datetime(2024, 11, 25, tzinfo=UTC) + DAY,
        ),
        crawl,
    )
    store.end_crawl(crawl, "failed", HOSTILE, {}, datetime(2024, 11, 1, 1, tzinfo=UTC))
    return made(engine)


def test_it_asks_nothing_of_anybody(html: str) -> None:
    seen = _Seen()
    seen.feed(html)
    assert seen.addresses == []
    assert not {"script", "link", "img", "iframe", "object"} & set(seen.tags)
    assert not re.search(r"url\(|@import", html)
    assert "default-src 'none'" in html


def test_all_text_is_escaped(html: str) -> None:
    assert "<script" not in html
    assert "&lt;script&gt;alert" in html


def test_every_picture_is_sound_and_its_numbers_stand_beneath(html: str) -> None:
    pictures = re.findall(r"<svg.*?</svg>", html, re.S)
    assert len(pictures) == 5
    for picture in pictures:
        drawn = ElementTree.fromstring(picture)
        assert drawn.get("aria-label")
        bottom = float(drawn.get("height") or 0)
        for shape in drawn.iter("rect"):
            assert float(shape.get("width") or 0) > 0
            assert float(shape.get("y") or 0) + float(shape.get("height") or 0) <= bottom
    seen = _Seen()
    seen.feed(html)
    words = " ".join(seen.text.split())
    for numbers in (
        "2024 Q3 2024 Q4 all pemkot-aneh 1 2 3 kpu-contoh 1 0 1",
        "2024 Q4 all edited 1 1",
        "diskominfo pemkot-aneh 3 2024-09-02 2024-11-27",
        "pemkot-aneh kpu-contoh 1",
        "What is amiss source what since evidence what to do all sources",
        "pemkot-aneh failed 2024-11-01 2024-11-27 3 0",
        "badan ad hoc",
    ):
        assert numbers in words


def test_years_are_drawn_by_months(store: Store, engine: Engine) -> None:
    for number, day in enumerate((date(2016, 1, 31), date(2024, 12, 31))):
        store.store(release(number, published_on=day, published_at=None), None)
    found = figures(engine, datetime(2024, 12, 1, tzinfo=UTC))
    assert found.published is not None
    periods = found.published.periods
    assert (periods.unit, len(periods.starts)) == ("month", 108)
    [series] = found.published.rows
    assert (series.values[0], series.values[-1], sum(series.values)) == (1, 1, 2)


@pytest.mark.parametrize("releases", [0, 1])
def test_a_small_archive_has_a_report_too(
    run: Run, store: Store, tmp_path: Path, releases: int
) -> None:
    for number in range(releases):
        store.store(release(number, published_on=None, published_at=None, author_tags=[]), None)
    out = tmp_path / "report.html"
    done = run("report", "-o", str(out))
    assert (done.exit_code, done.output) == (0, f"Written to {out}.\n")
    assert out.read_text(encoding="utf-8").count("None so far.") == 3
    assert run("report", "-o", str(tmp_path / "nowhere" / "a.html")).exit_code == 2
