"""How the archive looks to a person at a terminal, 80 columns wide or 160, and to the next program
in a pipe. What a command prints stands in the command's module."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from archive.printable import printable

_OUTCOME_STYLES = {"ok": "green", "partial": "yellow", "stopped": "yellow"}

READABLE = 100
"""Columns; longer lines of text are hard to read."""

_IN_A_PIPE = 1_000
"""Columns where there is no terminal: a row stays a line, for `grep` and `less -S`."""


class Terminal(Console):
    """Prints texts as people read them (no markup, no emoji names, no control or format characters
    in them, no blanks at the end of a line); colour on a terminal only."""

    def __init__(self) -> None:
        super().__init__(markup=False, emoji=False, highlight=False)
        if not self.is_terminal and "COLUMNS" not in os.environ:
            self.width = _IN_A_PIPE

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """What is printed, by whichever way: nothing in a text reaches the terminal raw."""
        yield from _without_blank_ends(super().render(renderable, options))

    def on_broken_pipe(self) -> None:
        """Leaves a closed pipe to the command line, which ends quietly."""
        raise

    def heading(self, text: str | Text) -> None:
        """A release's title."""
        text = text if isinstance(text, Text) else Text(text)
        self.print(text, style="bold", width=self.text_width)

    def text(self, text: str | Text, indent: int = 0) -> None:
        """Running text; what belongs to it follows."""
        text = text if isinstance(text, Text) else Text(text)
        self.print(Padding(text, (0, 0, 0, indent)), width=self.text_width)

    def paragraph(self, text: str | Text, indent: int = 0) -> None:
        """Running text, with a blank line after it."""
        self.text(text, indent)
        self.print()

    def facts(self, facts: Mapping[str, str | None]) -> None:
        """Names and values, a line each; empty ones are left out."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in facts.items():
            if value:
                grid.add_row(name, Text(value))
        self.print(grid)

    def release(self, published_on: str | None, title: str, id_: str) -> None:
        """A release in two lines: date and title, then its id."""
        day = published_on or "undated"
        self.print(Padding(Text(title), (0, 0, 0, 2)), width=self.text_width)
        self.print(Padding(Text(f"{day} · {id_}", style="dim"), (0, 0, 0, 4)))

    @property
    def text_width(self) -> int:
        """Width of running text."""
        return min(self.width, READABLE)


def _without_blank_ends(segments: Iterable[Segment]) -> Iterator[Segment]:
    """The same lines without the blanks that fill a cell or a paragraph up to its width."""
    blanks: list[Segment] = []
    for raw, style, control in segments:
        if control:
            yield Segment(raw, style, control)
            continue
        for number, line in enumerate(printable(raw).split("\n")):
            if number:
                blanks.clear()
                yield Segment.line()
            if text := line.rstrip(" "):
                yield from blanks
                blanks.clear()
                yield Segment(text, style)
            if end := line[len(text) :]:
                blanks.append(Segment(end, style))
    yield from blanks


def outcome(of_crawl: str | None) -> Text:
    """Outcome of a crawl; None: it is running, or was killed."""
    shown = of_crawl or "unfinished"
    return Text(shown, style=_OUTCOME_STYLES.get(shown, "red"))


def span(first: str | None, last: str | None) -> str:
    """A period of two days, the day if they are the same, or nothing."""
    if not (first and last):
        return ""
    return first if first == last else f"{first} … {last}"


def table(title: str | None = None) -> Table:
    """An empty table in the style of all commands."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
