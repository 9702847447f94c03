"""A progress bar for people at a terminal: a line a source, releases read of those found."""

from __future__ import annotations

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.tally import Tally


class Board:
    """What people see while sources are crawled. Used as a context manager."""

    def __init__(self, console: Console) -> None:
        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("pages read"),
            TimeElapsedColumn(),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, source: str, tally: Tally) -> None:
        """Brings a source's line up to date."""
        if source not in self._tasks:
            self._tasks[source] = self._bars.add_task(source, total=None)
        total = tally.found or None
        self._bars.update(self._tasks[source], total=total, completed=tally.answered)


class Progress:
    """Tells the board of every answer, where there is a board."""

    def __init__(self, crawler: Crawler) -> None:
        spider = crawler.spider
        self.board: Board | None = getattr(spider, "round", None) and spider.round.board  # type: ignore[union-attr]
        if self.board is None:
            raise NotConfigured
        crawler.signals.connect(self.show, signal=signals.response_received)
        crawler.signals.connect(self.show, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy builds it."""
        return cls(crawler)

    def show(self, spider: Spider) -> None:
        """Called for every answer."""
        self.board.show(spider.source.id, spider.tally)  # type: ignore[attr-defined,union-attr]
