"""Reads the registry: TOML files in, checked values out, and every error with its line."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from archive.toml_line_numbers import KeyPath, line_of, lines_of
from crawler.regions import region
from crawler.registry.checks import quoted
from crawler.registry.source import KEYS, REQUIRED, Checked, Expect, Keys, Select, Source

LARGEST_FILE = 1 << 20
"""Bytes. All offices and governments of the country take about a third of it."""


class SourceError(ValueError):
    """Errors in the registry: `str()` has one line each, `path:line: cause`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One `[[source]]` whose every value passed its check; URLs are absolute."""

    values: dict[str, Any]
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class _Mistake:
    file: Path
    line: int
    cause: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.cause}"


def load_sources(path: Path) -> list[Source]:
    """Reads the sources of a TOML file, or of all `*.toml` of a folder, in order of name. Raises
    SourceError with every error in every file; then no source may be crawled."""
    return [_source(entry) for entry in read_registry(path)]


def _source(entry: Entry) -> Source:
    values = dict(entry.values)
    select = Select(**values.pop("select", {}))
    expect = Expect(**values.pop("expect", {}))
    checked = Checked(**values.pop("checked", {}))
    return Source(
        **values,
        select=select,
        expect=expect,
        checked=checked,
        file=entry.file,
        line=entry.line,
    )


def read_registry(path: Path) -> list[Entry]:
    """Reads a TOML file, or all `*.toml` of a folder in order of name. Raises SourceError with
    all errors of all files."""
    entries: list[Entry] = []
    mistakes: list[_Mistake] = []
    ids: dict[str, str] = {}
    for file in _files(path):
        for result in _read_file(file, ids):
            if isinstance(result, Entry):
                entries.append(result)
            else:
                mistakes.append(result)
    if mistakes:
        mistakes.sort(key=lambda mistake: (mistake.file, mistake.line))
        raise SourceError("\n".join(map(str, mistakes)))
    return entries


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.glob("*.toml") if not file.name.startswith("."))
    if not files:
        raise SourceError(f"{path}:1: no *.toml file in this folder; see docs/add-a-source.md")
    return files


def _read_file(file: Path, ids: dict[str, str]) -> Iterator[Entry | _Mistake]:
    """The file's sources and errors; `ids`, which grows, has the first use of each id."""
    try:
        text = _read_text(file)
        document = _parse(text)
    except _Unreadable as unreadable:
        yield _Mistake(file, unreadable.line, unreadable.cause)
        return
    lines = lines_of(text)

    def mistake(path: KeyPath, cause: str) -> _Mistake:
        return _Mistake(file, line_of(lines, path), cause)

    for key in document.keys() - {"source"}:
        yield mistake((key,), f"unknown key {quoted(key)} above any [[source]]; move it below one")
    tables = document.get("source", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        yield mistake(("source",), "source must be written [[source]], with two brackets")
        return
    if not tables:
        yield mistake((), "no [[source]] in this file; declare one or remove the file")
    for position, table in enumerate(tables):
        at: KeyPath = ("source", position)
        values, wrong = _check_source(table)
        yield from (mistake(at + path, cause) for path, cause in wrong)
        name = table.get("id")
        if isinstance(name, str):
            if name in ids:
                cause = f"id {quoted(name)} is taken at {ids[name]}; choose another"
                yield mistake((*at, "id"), cause)
            ids.setdefault(name, f"{file}:{line_of(lines, (*at, 'id'))}")
        if not wrong:
            yield Entry(values, file, line_of(lines, at))


Wrong = list[tuple[KeyPath, str]]


def _check_source(table: dict[str, Any]) -> tuple[dict[str, Any], Wrong]:
    """The checked values of one source, and its errors by key."""
    wrong: Wrong = [
        ((), f"missing key {key}; every source needs {', '.join(REQUIRED)}")
        for key in REQUIRED
        if key not in table
    ]
    values = _check_table(table, KEYS, (), wrong)
    if not wrong:
        values.setdefault("timezone", _zone(values["region"]))
        for key in ("listing", "feed", "sitemap"):
            if key in values:
                values[key] = tuple(urljoin(values["home"], place) for place in values[key])
    return values, wrong


def _check_table(table: dict[str, Any], keys: Keys, at: KeyPath, wrong: Wrong) -> dict[str, Any]:
    values = {}
    for key, value in table.items():
        path = (*at, key)
        name = ".".join(map(str, path))
        check = keys.get(key)
        if check is None:
            wrong.append((path, f"unknown key {quoted(name)}{_likely(key, keys)}"))
        elif not callable(check):
            if isinstance(value, dict):
                values[key] = _check_table(value, check, path, wrong)
            else:
                some = next(iter(check))
                wrong.append((path, f"{name} must be a table; write {name}.{some} = …"))
        else:
            try:
                values[key] = check(value)
            except ValueError as error:
                wrong.append((path, f"{name} {error}"))
    return values


def _likely(key: str, keys: Keys) -> str:
    close = get_close_matches(key, keys, n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(keys)}"


def _zone(code: str) -> str:
    place = region(code)
    assert place is not None, "the region was checked"
    return place.timezone


# tomllib takes minutes for thousands of parts, and the result is nested too deeply to check.
_DEEP_KEY = re.compile(r"[\w-]+(?:\s*\.\s*[\w-]+){64}")


class _Unreadable(Exception):
    def __init__(self, line: int, cause: str) -> None:
        super().__init__(cause)
        self.line, self.cause = line, cause


def _read_text(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            body = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        cause = getattr(error, "strerror", None) or str(error)
        raise _Unreadable(1, f"cannot be read: {cause}; check the path in SOURCES") from error
    if len(body) > LARGEST_FILE:
        raise _Unreadable(1, f"is larger than {LARGEST_FILE} bytes; split it by province")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise _Unreadable(line, "is not UTF-8; save it in that encoding") from error
    return text.replace("\r\n", "\n")


def _parse(text: str) -> dict[str, Any]:
    if deep := _DEEP_KEY.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        raise _Unreadable(line, "broken TOML: the key has more than 64 parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _broken(text, str(error)) from error
    except (ValueError, RecursionError) as error:  # thousands of digits, or of brackets
        raise _Unreadable(
            _limit_line(text), "broken TOML: the value is nested too deeply, or too long"
        ) from error


def _broken(text: str, message: str) -> _Unreadable:
    """tomllib gives the location at the end of its message: `… (at line 3, column 7)`."""
    hint = "text stands in quotes, each key once, a bracket or quote that opens also closes"
    what, _, place = message.rpartition(" (at ")
    where = re.match(r"line (\d+), column (\d+)", place)
    if where is None:
        return _Unreadable(text.rstrip().count("\n") + 1, f"broken TOML: {what} at the end; {hint}")
    return _Unreadable(int(where[1]), f"broken TOML: {what}, column {where[2]}; {hint}")


def _limit_line(text: str) -> int:
    """The first line at which the text is too much for tomllib, rather than unfinished."""
    lines = text.split("\n")

    def too_much(count: int) -> bool:
        try:
            tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            return False
        except (ValueError, RecursionError):
            return True
        return False

    return 1 + bisect_left(range(1, len(lines) + 1), True, key=too_much)
