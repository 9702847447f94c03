"""Records as a spreadsheet that people open: XLSX."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from archive.exported_record import KEYS

_CELL = 32_767
"""UTF-16 units that a cell holds; longer texts are continued in the next column."""
_SHEET = 1_048_575
"""Rows that a sheet holds below its header; more go on in another sheet."""
_LINKS = 65_530
"""Links that Excel follows in a sheet."""
_LINK = 2_079
"""Characters of the longest."""
_FIRST = ("published_on", "publisher", "title", "url", "election", "topics", "author_tags", "body")
"""Columns that people look at; the others follow in the order of the record."""
_WIDTHS = {"publisher": 32, "title": 60, "url": 30, "topics": 24, "author_tags": 24, "body": 80}
_WIDTH = 14
_ROW = 16
"""Points; other than the default, which a text of many lines would stretch."""


class Xlsx:
    """A row a record: dates are dates, lists are flattened, a text is a text and never a formula.

    The records wait in a temporary file: the header must know how many columns the longest text
    takes."""

    def __init__(self, file: BinaryIO, keys: tuple[str, ...] = KEYS) -> None:
        self._file = file
        self._waiting = TemporaryFile()  # noqa: SIM115  # closed by close()
        first = [key for key in _FIRST if key in keys]
        self._pieces = dict.fromkeys([*first, *(key for key in keys if key not in first)], 1)
        """How many columns each key takes."""

    def write(self, record: str) -> None:
        for key, value in json.loads(record).items():
            if key in self._pieces and isinstance(text := flat(value), str):
                self._pieces[key] = max(self._pieces[key], len(list(_cut(text))))
        self._waiting.write(record.encode() + b"\n")

    def close(self) -> None:
        # Imported here: no other format needs it.
        from xlsxwriter import Workbook
        from xlsxwriter.exceptions import FileCreateError

        self._waiting.seek(0)
        try:
            with self._waiting, Workbook(self._file, {"constant_memory": True}) as book:
                self._fill(book)
        except FileCreateError as error:
            raise error.args[0] from None  # the OSError

    def _fill(self, book: Any) -> None:
        sheet = _Sheet(book, self._pieces)
        for line in self._waiting:
            if sheet.rows == _SHEET:
                sheet.end()
                sheet = _Sheet(book, self._pieces)
            sheet.add(json.loads(line))
        sheet.end()


class _Sheet:
    """A sheet with its header, filled from above."""

    def __init__(self, book: Any, pieces: dict[str, int]) -> None:
        self.rows = 0
        self._book = book
        self._pieces = pieces
        self._formats: dict[str, Any] = {}
        self._sheet = book.add_worksheet()
        self._sheet.set_default_row(_ROW)
        self._sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True, "bottom": 1})
        column = 0
        for key, count in pieces.items():
            self._sheet.set_column(column, column + count - 1, _WIDTHS.get(key, _WIDTH))
            for number in range(count):
                name = f"{key} ({number + 1})" if number else key
                self._sheet.write_string(0, column + number, name, bold)
            column += count
        self._columns = column

    def add(self, record: dict[str, Any]) -> None:
        self.rows += 1
        column = 0
        for key, count in self._pieces.items():
            self._cell(column, key, record.get(key))
            column += count

    def end(self) -> None:
        """Lets people filter each column."""
        self._sheet.autofilter(0, 0, self.rows, self._columns - 1)

    def _cell(self, column: int, key: str, value: Any) -> None:
        row, sheet = self.rows, self._sheet
        value = flat(value)
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, (int, float)):
            sheet.write_number(row, column, value)
        elif key.endswith(("_on", "_at")) and (moment := _moment(value)):
            sheet.write_datetime(row, column, moment[0], self._format(moment[1]))
        elif key == "url" and row <= _LINKS and len(value) <= _LINK:
            sheet.write_url(row, column, value, string=value)
        else:
            for number, piece in enumerate(_cut(value)):
                sheet.write_string(row, column + number, piece)

    def _format(self, shown: str) -> Any:
        if shown not in self._formats:
            self._formats[shown] = self._book.add_format({"num_format": shown, "align": "left"})
        return self._formats[shown]


def flat(value: Any) -> Any:
    """A value for one cell: what a list or an object holds, as people write it down."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {each}" for name, each in value.items() if each is not None)
    if not isinstance(value, list):
        return value
    return (
        "\n".join(map(_item, value))
        if value and "text" in value[0]
        else "; ".join(map(_item, value))
    )


def _item(item: Any) -> str:
    """A tag, a credit (`writer: Cha`) or a quote (`“…” (speaker, role)`)."""
    if not isinstance(item, dict):
        return str(item)
    if "text" in item:
        by = ", ".join(filter(None, (item["person"] or item["speaker"], item["role"])))
        return f"“{item['text']}”" + (f" ({by})" if by else "")
    if item.keys() == {"role", "name"}:
        return f"{item['role']}: {item['name']}"
    return str(flat(item))


def _moment(text: str) -> tuple[date | datetime, str] | None:
    """A day or a moment as a spreadsheet counts it, and how it is shown: a moment in the zone it
    was written in, which the format names. None for years that a spreadsheet does not know."""
    if text < "1900-03-01":  # Excel takes 1900 for a leap year
        return None
    if "T" not in text:
        return date.fromisoformat(text), "yyyy-mm-dd"
    moment = datetime.fromisoformat(text)
    zone = "UTC" if text.endswith("Z") else text[-6:]
    return moment.replace(tzinfo=None), f'yyyy-mm-dd hh:mm:ss "{zone}"'


def _cut(text: str, most: int = _CELL) -> Iterator[str]:
    """The text in pieces that a cell holds, at the end of a paragraph where there is one."""
    while _units(text) > most:
        piece = text[:most]
        while (over := _units(piece) - most) > 0:
            piece = piece[: -max(1, over // 2)]
        end = piece.rfind("\n\n") + 2
        piece = piece[:end] if end > most // 2 else piece
        yield piece
        text = text[len(piece) :]
    if text:
        yield text


def _units(text: str) -> int:
    """Its length in UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
