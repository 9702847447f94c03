"""Output formats: JSON lines, CSV, Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import TextIOWrapper
from typing import Any, BinaryIO, Protocol

from archive.database.column_types import stored_day, stored_moment
from archive.export.spreadsheet import Xlsx
from archive.exported_record import ATTACHMENT, CORRECTION, KEYS, LISTS, QUOTE, WITHHELD

_RISKY = ("=", "+", "-", "@", "\t", "\r", "'")
"""Characters that make a cell a formula in a spreadsheet, after OWASP's list; and the apostrophe
that prevents it, so that removing one from the beginning of a cell always gives the text."""

_GROUP = 1_000
"""Records per Parquet row group, which is in memory."""


class FormatMissing(Exception):
    """A library for this format is not installed; `str()` is one sentence for people."""


class Writer(Protocol):
    """Writes records, given as JSON, to the file it was made with."""

    def write(self, record: str) -> None: ...
    def close(self) -> None: ...


class JsonLines:
    """JSON lines, in UTF-8."""

    def __init__(self, file: BinaryIO, keys: tuple[str, ...] = KEYS) -> None:
        self._file = file

    def write(self, record: str) -> None:
        self._file.write(record.encode() + b"\n")

    def close(self) -> None:
        self._file.flush()


class Csv:
    """A row per record below a header row (RFC 4180); lists and the capture are JSON. No cell is
    a formula: cells that begin with one of `_RISKY` get an apostrophe in front. With `bom` the
    file begins with a byte order mark."""

    def __init__(self, file: BinaryIO, keys: tuple[str, ...] = KEYS, *, bom: bool = False) -> None:
        self._text = TextIOWrapper(file, encoding="utf-8-sig" if bom else "utf-8", newline="")
        self._rows = csv.writer(self._text)
        self._rows.writerow(keys)
        self._keys = keys

    def write(self, record: str) -> None:
        values = json.loads(record)
        self._rows.writerow(_cell(values.get(key)) for key in self._keys)

    def close(self) -> None:
        self._text.flush()
        self._text.detach()  # the caller closes the file


class Parquet:
    """A table for pandas, DuckDB or Spark. Dates are dates and times are times, but
    `published_at` is text: a Parquet column has one time zone, and sources have three; and
    `value_read` of a correction is JSON: fields have different types."""

    def __init__(self, file: BinaryIO, keys: tuple[str, ...] = KEYS) -> None:
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            raise FormatMissing(
                "Parquet needs pyarrow: pip install -r requirements-extra.txt"
            ) from None
        self._table = pyarrow.Table
        self._schema = pyarrow.schema([(key, _arrow_type(pyarrow, key)) for key in keys])
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._waiting: list[dict[str, Any]] = []

    def write(self, record: str) -> None:
        values = json.loads(record)
        for key, value in values.items():
            if value is not None and key.endswith("_at") and key != "published_at":
                values[key] = stored_moment(value)
            elif value is not None and key.endswith("_on"):
                values[key] = stored_day(value)
        for correction in values.get("corrections") or ():
            correction["value_read"] = json.dumps(correction["value_read"], ensure_ascii=False)
        self._waiting.append(values)
        if len(self._waiting) == _GROUP:
            self._write_group()

    def close(self) -> None:
        self._write_group()
        self._writer.close()

    def _write_group(self) -> None:
        if self._waiting:
            self._writer.write_table(self._table.from_pylist(self._waiting, self._schema))
            self._waiting = []


FORMATS: dict[str, Callable[[BinaryIO, tuple[str, ...]], Writer]] = {
    "jsonl": JsonLines,
    "csv": Csv,
    "parquet": Parquet,
    "xlsx": Xlsx,
}
PACKED = ("parquet", "xlsx")
"""Those that compress by themselves."""


def _cell(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, bool):
        value = str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(_RISKY) else value


def _arrow_type(pyarrow: Any, key: str) -> Any:
    text = pyarrow.string()
    if key == "capture":
        offset = ("offset", pyarrow.int64())
        return pyarrow.struct([("file", text), offset, ("record_id", text)])
    if key == "via":
        return pyarrow.struct([("archive", text), ("url", text)])
    if key == "credits":
        return pyarrow.list_(pyarrow.struct([("role", text), ("name", text)]))
    if key == "quotes":
        kinds = {"start": pyarrow.int64(), "end": pyarrow.int64(), "direct": pyarrow.bool_()}
        return pyarrow.list_(pyarrow.struct([(part, kinds.get(part, text)) for part in QUOTE]))
    if key == "attachments":
        return pyarrow.list_(pyarrow.struct([(part, text) for part in ATTACHMENT]))
    for name, parts in (("corrections", CORRECTION), ("withheld", WITHHELD)):
        if key == name:
            return pyarrow.list_(pyarrow.struct([(part, text) for part in parts]))
    if key in LISTS:
        return pyarrow.list_(text)
    if key.endswith("_on"):
        return pyarrow.date32()
    if key.endswith("_at") and key != "published_at":
        return pyarrow.timestamp("ms", "UTC")
    numbers = dict.fromkeys(("seq", "version", "versions"), pyarrow.int64())
    others = {"similarity": pyarrow.float64()}
    others |= dict.fromkeys(("election", "suppressed"), pyarrow.bool_())
    return (numbers | others).get(key, text)
