"""How the archive looks to a person at a terminal, 80 columns wide or 160. What a command prints
stands in the command's module."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

READABLE = 100
"""Columns; longer lines of running text tire the eye."""


class Terminal(Console):
    """Prints texts as they are (no markup, no emoji names in them); colour on a terminal only."""

    def __init__(self) -> None:
        super().__init__(markup=False, emoji=False, highlight=False)

    def on_broken_pipe(self) -> None:
        """Leaves a closed pipe to the command line, which ends quietly."""
        raise

    def heading(self, text: str | Text) -> None:
        """A release's title."""
        text = text if isinstance(text, Text) else Text(text)
        self.print(text, style="bold", width=self.text_width)

    def paragraph(self, text: str | Text, indent: int = 0) -> None:
        """Running text, with a blank line after it."""
        text = text if isinstance(text, Text) else Text(text)
        self.print(Padding(text, (0, 0, 1, indent)), width=self.text_width)

    @property
    def text_width(self) -> int:
        """How wide running text is set."""
        return min(self.width, READABLE)


def table(title: str | None = None) -> Table:
    """A table as all commands show theirs."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
