"""What commands print, on a narrow terminal, a wide one and in a pipe."""

from __future__ import annotations

import pytest
from rich.text import Text

from archive.console.terminal import READABLE, Terminal, span, table

WIDTHS = ["80", "160", None]
"""None: a pipe."""


@pytest.fixture(params=WIDTHS)
def terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    if request.param:
        monkeypatch.setenv("COLUMNS", request.param)
    else:
        monkeypatch.delenv("COLUMNS", raising=False)
    return Terminal()


def test_no_line_ends_in_blanks(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    rows = table("A title")
    rows.add_column("Source")
    rows.add_column("Outcome")
    rows.add_row("pemkot-contoh", Text("ok", style="green"))
    rows.add_row("a much longer source", "")
    rows.add_section()
    rows.add_row("All", "1", style="bold")
    terminal.print(rows)
    terminal.heading("A heading ")
    terminal.paragraph("Some words. " * 20, indent=2)
    terminal.facts({"Id": "x", "Releases": "14"})
    terminal.release("2024-11-27", "A title", "pemkot-contoh:1f")
    printed = capsys.readouterr().out
    assert [line for line in printed.split("\n") if line != line.rstrip()] == []
    assert "pemkot-contoh         ok\n" in printed
    assert max(map(len, printed.splitlines())) <= READABLE


def test_a_period_of_one_day_is_that_day() -> None:
    assert span("2024-09-17", "2024-09-17") == "2024-09-17"
    assert span("2024-09-17", "2024-09-18") == "2024-09-17 … 2024-09-18"
    assert span(None, None) == ""


def test_a_row_in_a_pipe_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    rows = table()
    rows.add_column("Evidence", overflow="fold")
    rows.add_row("word " * 60)
    Terminal().print(rows)
    assert len(capsys.readouterr().out.splitlines()) == 3
