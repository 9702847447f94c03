"""A spreadsheet that people open: every value is in it, as what it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from archive.export import spreadsheet
from archive.export.spreadsheet import Xlsx

ASTRAL = "\N{GRINNING FACE}"


def written(*records: dict[str, Any]) -> Any:
    file = BytesIO()
    writer = Xlsx(file, tuple(records[0]))
    for record in records:
        writer.write(json.dumps(record))
    writer.close()
    return load_workbook(file)


def rows(book: Any) -> list[dict[str, Any]]:
    return [
        dict(zip((cell.value for cell in sheet[1]), (cell.value for cell in row), strict=True))
        for sheet in book
        for row in sheet.iter_rows(min_row=2)
    ]


def test_each_value_is_what_it_is() -> None:
    quote = {"text": "Netral", "speaker": "Sari", "person": "Sari Melati", "role": "Ketua"}
    book = written(
        {
            "seq": 7,
            "published_on": "2024-08-31",
            "published_at": "2024-08-31T16:05:00+08:00",
            "gone_at": "2024-09-01T22:15:00Z",
            "election": True,
            "similarity": 0.91,
            "author_tags": ["diskominfo", "cha"],
            "credits": [{"role": "unit", "name": "diskominfo"}, {"role": "writer", "name": "cha"}],
            "quotes": [quote, quote | {"text": "Jujur", "person": None, "role": None}],
            "topics": [],
            "place": None,
            "capture": {"file": "a.warc.gz", "offset": 12, "record_id": None},
        }
    )
    [row] = rows(book)
    assert row == {
        "published_on": datetime(2024, 8, 31),  # noqa: DTZ001
        "election": True,
        "topics": None,
        "author_tags": "diskominfo; cha",
        "seq": 7,
        "published_at": datetime(2024, 8, 31, 16, 5),  # noqa: DTZ001
        "gone_at": datetime(2024, 9, 1, 22, 15),  # noqa: DTZ001
        "similarity": 0.91,
        "credits": "unit: diskominfo; writer: cha",
        "quotes": "“Netral” (Sari Melati, Ketua)\n“Jujur” (Sari)",
        "place": None,
        "capture": "file: a.warc.gz; offset: 12",
    }
    formats = {cell.number_format for cell in book.active[2]}
    assert {"yyyy-mm-dd", 'yyyy-mm-dd hh:mm:ss "+08:00"', 'yyyy-mm-dd hh:mm:ss "UTC"'} <= formats
    assert (book.active.freeze_panes, book.active.auto_filter.ref) == ("A2", "A1:L2")


@pytest.mark.parametrize(
    "text", ["=1+1", "+62", "-", "@x", "{=1}", "'=1", "\t=1", "http://x.example", "12", "_x0041_"]
)
def test_a_text_is_a_text(text: str) -> None:
    book = written({"title": text, "url": f"https://a.example/{text}"})
    cell = next(cell for cell in book.active[2] if cell.column_letter == "A")
    assert (cell.value.replace("_x005F_", "_"), cell.data_type) == (text, "s")
    assert cell.hyperlink is None
    [row] = rows(book)
    assert row["url"].replace("_x005F_", "_") == f"https://a.example/{text}"


@settings(max_examples=20)
@given(st.text("a \n" + ASTRAL, max_size=90))
def test_no_letter_of_a_long_text_is_lost(text: str) -> None:
    pieces = list(spreadsheet._cut(text, 20))
    assert "".join(pieces) == text
    assert all(len(piece.encode("utf-16-le")) <= 40 for piece in pieces)


def test_a_long_text_goes_on_in_further_columns() -> None:
    paragraph = "kata " * 4_000
    long = "\n\n".join([paragraph] * 4) + ASTRAL * 40_000
    [short, row] = rows(written({"body": "x", "kind": "kpu"}, {"body": long, "kind": "kpu"}))
    assert list(row) == ["body", *(f"body ({n})" for n in range(2, len(row))), "kind"]
    assert "".join(value for key, value in row.items() if key != "kind") == long
    assert row["body"].endswith("\n\n")
    assert (short["body"], short["body (2)"], short["kind"]) == ("x", None, "kpu")


def test_what_a_sheet_has_no_room_for_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "_SHEET", 2)
    book = written(*({"seq": number} for number in range(5)))
    assert len(book.worksheets) == 3
    assert [row["seq"] for row in rows(book)] == [0, 1, 2, 3, 4]


@given(st.dates(), st.datetimes(timezones=st.just(UTC)))
@settings(max_examples=50)
def test_a_year_no_spreadsheet_knows_stays_a_text(day: Any, moment: datetime) -> None:
    stamp = moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    for key, text in (("published_on", day.isoformat()), ("gone_at", stamp)):
        found = spreadsheet._moment(text)
        assert (found is None) == (text < "1900-03-01"), key
