"""What people see while a round runs."""

from __future__ import annotations

import io
import re
import time

import pytest
from rich.console import Console

from crawler.console.progress_display import Board, LogLines
from crawler.crawl.run_progress import RunProgress, clock
from crawler.crawl.stats import CrawlStats


@pytest.fixture
def progress() -> RunProgress:
    """A quarter of an hour into a round of 1,100 sources."""
    progress = RunProgress(total=1100, began=time.monotonic() - 900)
    for number in range(300):
        source = f"kpu-kabupaten-{number}"
        progress.begin(source)
        progress.update(source, CrawlStats(found=4, answered=4, new=3, changed=1), 11)
        progress.end(source, "failed" if number % 100 == 0 else "ok")
    for number in range(40):
        progress.begin(f"pemkab-kepulauan-tanimbar-{number}")
    stats = CrawlStats(found=120, answered=45, new=44)
    progress.update("pemkab-kepulauan-tanimbar-0", stats, 60)
    return progress


def drawn(progress: RunProgress, width: int, height: int = 25) -> list[str]:
    file = io.StringIO()
    console = Console(file=file, width=width, height=height, force_terminal=True)
    console.print(Board(console, progress))
    return [re.sub(r"\x1b\[[\d;?]*\w", "", line) for line in file.getvalue().splitlines()]


@pytest.mark.parametrize("width", [60, 80, 160])
def test_the_board_fits_a_terminal(progress: RunProgress, width: int) -> None:
    lines = drawn(progress, width)
    assert len(lines) < 25
    assert all(len(line.rstrip()) <= width for line in lines), lines
    whole = " ".join(" ".join(lines).split())
    for said in (
        "300 of 1,100 sources",
        "15:00",
        "45 of 120 pages",
        "looking",
        "… and 21 more",
        "944 new, 300 changed, 3,360 requests (224 a minute), 3 not well",
        "40 under way, 760 waiting, about 40:00 left",
    ):
        assert said in whole, said


def test_ids_are_whole_at_80_columns(progress: RunProgress) -> None:
    assert any(line.startswith("  pemkab-kepulauan-tanimbar-0 ") for line in drawn(progress, 80))


def test_a_log_gets_plain_lines(progress: RunProgress) -> None:
    file = io.StringIO()
    with LogLines(Console(file=file, width=40), progress) as lines:
        lines.say(f"{progress.left()}")
    stamp = r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d"
    assert re.fullmatch(
        rf"{stamp} 40 under way, 760 waiting, about 40:00 left\n", file.getvalue()
    ), "one line, however long"


def test_the_rest_is_not_guessed_from_too_little() -> None:
    progress = RunProgress(total=9)
    progress.begin("kpu-a")
    assert progress.left() == "1 under way, 8 waiting"


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (65.4, "1:05"), (3723, "1:02:03")])
def test_times(seconds: float, said: str) -> None:
    assert clock(seconds) == said
