"""The benchmark end to end, on two pages, and what its tables say."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bench import extraction, extractors
from bench.clock import clock, ratio
from bench.extraction import run
from bench.extractors import Extractor, Peer, installed
from bench.gold import load_gold
from bench.tables import families_table, fields_table, remarks, share
from tests.bench.made_up import FIRST, SECOND, html, save


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    save(folder / "city", html(FIRST), html(SECOND))
    empty = folder / "a-family-with-a-long-name"
    save(empty, "<html><body></body></html>", expected=None)
    return folder


@pytest.fixture(scope="module")
def measured(
    pages: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What one run prints on a narrow screen, and its report. It reads two pages in the place of
    the demo's and the proving ground's hundreds, beside trafilatura alone."""
    output, printed = tmp_path_factory.mktemp("report"), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extractors, "PEERS", extractors.PEERS[:1])
        patch.setattr(extraction, "demo_pages", lambda: load_gold(pages))
        patch.setattr(extraction, "proving_ground_pages", lambda: load_gold(pages))
        run(Console(file=printed, width=80), output, pages, rounds=1)
        yield printed.getvalue(), json.loads((output / "extraction.json").read_text("utf-8"))


def tables(report: dict[str, Any], width: int) -> str:
    printed = io.StringIO()
    console = Console(file=printed, width=width)
    for table in (fields_table, families_table, remarks):
        console.print(table(report))
    return printed.getvalue()


def test_the_tables_fit_and_nothing_is_cut_off(measured: tuple[str, dict[str, Any]]) -> None:
    narrow, report = measured
    for printed, width in ((narrow, 80), (tables(report, 160), 160)):
        lines = [line for line in printed.splitlines() if "extraction.json" not in line]
        assert max(map(len, lines)) <= width
        assert "…" not in printed
        for row in (
            "published_at",
            "body mean",
            "refused rightly",
            "× trafilatura",
            "city",
            "ability",
            "paper4k",
        ):
            assert row in printed


def test_ours_is_measured_beside_trafilatura_page_by_page(
    measured: tuple[str, dict[str, Any]],
) -> None:
    _, report = measured
    assert report["overall"]["ours"]["title"] == 1
    assert report["overall"]["ours"]["refused rightly"] == 1
    assert report["families"]["trafilatura"]["city"]["nothing lost"] == 1
    assert report["time"]["trafilatura"]["× trafilatura"] == 1


def test_peers_that_are_missing_show_as_a_dash_and_how_to_get_them(
    measured: tuple[str, dict[str, Any]],
) -> None:
    printed = tables(measured[1], 160)
    assert "Not installed: newspaper4k, readability, news-please. `make bench`" in printed
    title = next(line for line in printed.splitlines() if line.startswith("title"))
    assert title.split()[-3:] == ["–", "–", "–"]


def test_a_peer_that_fails_on_a_page_has_found_no_release(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_module: object) -> Any:
        def read(body: bytes, gold: object) -> dict[str, Any]:
            raise RuntimeError

        return read

    peer = Peer(name="brittle", module="json", open=failing, offers=())
    absent = Peer(name="absent", module="no_such_library", open=failing, offers=())
    monkeypatch.setattr(extractors, "PEERS", (peer, absent))
    (brittle,) = installed()
    assert [brittle.read(gold) for gold in load_gold(pages)] == [None, None]


def test_all_readers_are_clocked_on_the_same_pages_in_turn(pages: Path) -> None:
    order: list[str] = []

    def reader(name: str) -> Extractor:
        return Extractor(name=name, read=lambda _: order.append(name), offers=())

    readers = {name: reader(name).read for name in ("a", "b")}
    times = clock(readers, load_gold(pages), rounds=1)
    assert order == ["a", "b", "a", "b", "b", "a", "b", "a"]
    assert [len(times["a"]), len(times["b"])] == [2, 2]


def test_ratios_are_over_all_pages_together() -> None:
    assert ratio([1.0, 5.0], [2.0, 1.0]) == 2


def test_only_what_is_wholly_right_shows_as_one() -> None:
    assert [share(value) for value in (1.0, 0.99999, 0.97, 0.0)] == ["1", ".999", ".970", ".000"]
