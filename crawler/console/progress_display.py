"""Shows the progress of a run: bars at a terminal, plain lines in a log."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Protocol, Self

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from crawler.crawl.run_progress import RunProgress, UnderWay, clock

_FRAME = 6
"""Lines of the display other than sources, in case they wrap, and one spare."""
_WIDEST = 100
"""Columns; in wider lines, related columns would be too far apart."""
_LOG_EVERY = 60.0
"""Seconds between two lines of a log."""


class Display(Protocol):
    """Shows a run's progress. Used as a context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def say(self, sentence: str) -> None:
        """Prints a sentence that stays."""


class _Errors(Console):
    def on_broken_pipe(self) -> None:
        """A crawl continues if nobody reads its progress any more; rich would end it."""
        self.quiet = True


def display(progress: RunProgress) -> Display:
    """The display for where stderr goes."""
    console = _Errors(stderr=True, highlight=False, markup=False)
    return Board(console, progress) if console.is_terminal else LogLines(console, progress)


class Board:
    """A bar for the run, and one for each running source, as many as fit."""

    def __init__(self, console: Console, progress: RunProgress) -> None:
        self._progress = progress
        self._console = console
        self._live = Live(self, console=console, refresh_per_second=4, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def say(self, sentence: str) -> None:
        """Prints it above the bars."""
        self._console.print(sentence)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The whole display, drawn four times a second."""
        progress = self._progress
        # Crawls may begin and end between two draws.
        rows = list(progress.under_way.items())
        shown = rows[: max(1, console.height - _FRAME)]
        bars = Table.grid(padding=(0, 1))
        bars.width = min(console.width, _WIDEST)
        bars.add_column(no_wrap=True, overflow="ellipsis", ratio=2)
        bars.add_column(ratio=2)
        bars.add_column(justify="right", no_wrap=True)
        done = f"{progress.done:,} of {progress.total:,} sources"
        bars.add_row(
            Text(done, "bold"), _bar(progress.done, progress.total), clock(progress.elapsed)
        )
        for source, numbers in shown:
            bar = _bar(numbers.answered, numbers.found)
            bars.add_row(f"  {source}", bar, _pages(numbers))
        yield bars
        if len(shown) < len(rows):
            yield Text(f"  … and {len(rows) - len(shown):,} more", "dim")
        yield Text(progress.counts())
        yield Text(progress.left())


def _bar(done: int, total: int) -> ProgressBar:
    """A bar that moves to and fro until the total is known."""
    return ProgressBar(total=total or None, completed=done, pulse=not total)


def _pages(numbers: UnderWay) -> str:
    if not numbers.found:
        return f"{numbers.requests:,} requests, looking"
    return f"{numbers.answered:,} of {numbers.found:,} pages"


class LogLines:
    """A line a minute, stamped with the time."""

    def __init__(self, console: Console, progress: RunProgress) -> None:
        self._console = console
        self._progress = progress
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def say(self, sentence: str) -> None:
        """Prints it with the time."""
        now = datetime.now().astimezone()
        self._console.print(f"{now:%Y-%m-%d %H:%M:%S} {sentence}", soft_wrap=True)

    def _run(self) -> None:
        while not self._over.wait(_LOG_EVERY):
            progress = self._progress
            done = f"{progress.done:,} of {progress.total:,} sources done"
            self.say(f"{done}, {progress.left()}; {progress.counts()}")
