"""Real pages with marked texts: the published measure, the table, and sets that are missing."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from bench.__main__ import main
from bench.real import OURS, BrokenSet, load_set, run
from bench.shingles import overlap, result
from tests.bench.made_up import FIRST, SECOND, html

FIVE = "satu dua tiga empat lima"


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A set of two pages: an article, and one that nobody can read."""
    folder = tmp_path / "set"
    folder.mkdir()
    texts = {"told": html(FIRST, SECOND), "silent": "<html><body></body></html>"}
    for name, page in texts.items():
        (folder / f"{name}.html.gz").write_bytes(gzip.compress(page.encode()))
    lines = [
        {"id": name, "url": f"https://kabar.example/{name}", "text": f"{FIRST}\n\n{SECOND}"}
        for name in texts
    ]
    (folder / "golds.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("found", "marked", "precision", "recall"),
    [
        (FIVE, FIVE, 1, 1),
        (f"{FIVE} enam", FIVE, 2 / 3, 1),
        ("satu dua tiga empat", FIVE, 1, 0.5),
        ("Satu Dua Tiga Empat", FIVE, 0, 0),
        ("satu dua", "satu dua", 1, 1),
        ("", FIVE, 0, 0),
    ],
)
def test_texts_are_compared_by_shingles_of_four_words(
    found: str, marked: str, precision: float, recall: float
) -> None:
    seen = overlap(found, marked)
    assert (seen.precision, seen.recall) == (pytest.approx(precision), pytest.approx(recall))


def test_a_page_without_a_reading_lowers_recall_alone() -> None:
    of_all = result([overlap(FIVE, FIVE), overlap("", FIVE)])
    assert (of_all.precision, of_all.recall, of_all.f1) == (1, 0.5, pytest.approx(2 / 3))


def test_the_table_names_losses_refusals_and_doubts(marked: Path, tmp_path: Path) -> None:
    printed = io.StringIO()
    run(Console(file=printed, width=80), marked, tmp_path / "out", rounds=1)
    rows = {
        line.split("  ")[0].strip(): line.split()[-2:] for line in printed.getvalue().split("\n")
    }
    assert rows["F1"][0] == ".666"
    assert rows["precision"][0] == "1"
    assert rows["pages without a text"] == ["1", "1"]
    assert "Refused by ours: no-text 1." in printed.getvalue()
    assert "0 of 1 read right" in printed.getvalue()
    report = json.loads((tmp_path / "out" / "real.json").read_text("utf-8"))
    assert [page["id"] for page in report] == ["silent", "told"]  # the worst first
    assert report[1][OURS]["words lost"] == 0


def test_missing_pages_are_told_and_end_well(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["real", "--set", str(tmp_path), "-o", str(tmp_path)])
    assert told.exit_code == 0
    assert "nothing measured" in " ".join(told.output.split())


def test_a_broken_set_is_told_with_its_line(marked: Path) -> None:
    (marked / "told.html.gz").unlink()
    with pytest.raises(BrokenSet, match="line 1: FileNotFoundError"):
        load_set(marked)
