"""What people see while a round runs."""

from __future__ import annotations

import io
import re
import time

import pytest
from rich.console import Console

from crawler.commands.progress_display import Board, LogLines
from crawler.crawl.run_progress import RunProgress, clock
from crawler.crawl.stats import CrawlStats


@pytest.fixture
def standing() -> RunProgress:
    """A quarter of an hour into a round of 1,100 sources."""
    standing = RunProgress(total=1100, began=time.monotonic() - 900)
    for number in range(300):
        source = f"kpu-kabupaten-{number}"
        standing.begin(source)
        standing.update(source, CrawlStats(found=4, answered=4, new=3, changed=1), 11)
        standing.end(source, "failed" if number % 100 == 0 else "ok")
    for number in range(40):
        standing.begin(f"pemkab-kepulauan-tanimbar-{number}")
    stats = CrawlStats(found=120, answered=45, new=44)
    standing.update("pemkab-kepulauan-tanimbar-0", stats, 60)
    return standing


def drawn(standing: RunProgress, width: int, height: int = 25) -> list[str]:
    file = io.StringIO()
    console = Console(file=file, width=width, height=height, force_terminal=True)
    console.print(Board(console, standing))
    return [re.sub(r"\x1b\[[\d;?]*\w", "", line) for line in file.getvalue().splitlines()]


@pytest.mark.parametrize("width", [60, 80, 160])
def test_the_board_fits_a_terminal(standing: RunProgress, width: int) -> None:
    lines = drawn(standing, width)
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


def test_ids_are_whole_at_80_columns(standing: RunProgress) -> None:
    assert any(line.startswith("  pemkab-kepulauan-tanimbar-0 ") for line in drawn(standing, 80))


def test_a_log_gets_plain_lines(standing: RunProgress) -> None:
    file = io.StringIO()
    with LogLines(Console(file=file, width=40), standing) as lines:
        lines.say(f"{standing.left()}")
    stamp = r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d"
    assert re.fullmatch(
        rf"{stamp} 40 under way, 760 waiting, about 40:00 left\n", file.getvalue()
    ), "one line, however long"


def test_the_rest_is_not_guessed_from_too_little() -> None:
    standing = RunProgress(total=9)
    standing.begin("kpu-a")
    assert standing.left() == "1 under way, 8 waiting"


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (65.4, "1:05"), (3723, "1:02:03")])
def test_times(seconds: float, said: str) -> None:
    assert clock(seconds) == said
