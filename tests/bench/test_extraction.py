"""The benchmark end to end, on two pages, and what its tables say."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bench import extraction, extractors
from bench.clock import clock, ratio
from bench.extraction import run
from bench.extractors import Extractor, Peer, installed
from bench.gold import load_gold
from bench.tables import share
from tests.bench.made_up import FIRST, SECOND, html, save


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    save(folder / "city", html(FIRST), html(SECOND))
    empty = folder / "a-family-with-a-long-name"
    save(empty, "<html><body></body></html>", expected=None)
    return folder


@pytest.fixture
def plain_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is installed here: trafilatura alone, as where nobody has made the bench."""
    monkeypatch.setattr(extractors, "PEERS", extractors.PEERS[:1])


@pytest.fixture(autouse=True)
def few_pages(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same two pages in the place of the demo's and the proving ground's hundreds."""
    monkeypatch.setattr(extraction, "demo_pages", lambda: load_gold(pages))
    monkeypatch.setattr(extraction, "proving_ground_pages", lambda: load_gold(pages))


def ran(pages: Path, output: Path, width: int) -> tuple[str, dict[str, Any]]:
    printed = io.StringIO()
    run(Console(file=printed, width=width), output, pages, rounds=1)
    return printed.getvalue(), json.loads((output / "extraction.json").read_text("utf-8"))


@pytest.mark.usefixtures("plain_only")
@pytest.mark.parametrize("width", [80, 160])
def test_the_tables_fit_and_nothing_is_cut_off(pages: Path, tmp_path: Path, width: int) -> None:
    printed, _ = ran(pages, tmp_path, width)
    assert max(map(len, printed.splitlines())) <= width
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


@pytest.mark.usefixtures("plain_only")
def test_ours_is_measured_beside_trafilatura_page_by_page(pages: Path, tmp_path: Path) -> None:
    _, report = ran(pages, tmp_path, 80)
    assert report["overall"]["ours"]["title"] == 1
    assert report["overall"]["ours"]["refused rightly"] == 1
    assert report["families"]["trafilatura"]["city"]["nothing lost"] == 1
    assert report["time"]["trafilatura"]["× trafilatura"] == 1


@pytest.mark.usefixtures("plain_only")
def test_peers_that_are_missing_show_as_a_dash_and_how_to_get_them(
    pages: Path, tmp_path: Path
) -> None:
    printed, _ = ran(pages, tmp_path, 160)
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
