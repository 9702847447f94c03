"""Line numbers of keys in a TOML file, which tomllib does not give.

Each statement of a TOML file, a table header or a `key = value`, is a TOML document of its own.
So tomllib itself shows where one ends, and which keys it sets: multi-line strings, inline
tables, dotted keys and comments need no second parser.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

KeyPath = tuple[str | int, ...]
"""Keys and positions from the top: `("source", 0, "select", "title")`."""

_MAY_CLOSE = re.compile(r"\"{3}|'{3}|[\]}]")


def lines_of(text: str) -> dict[KeyPath, int]:
    """Line numbers, from 1, of all tables and keys of a valid TOML document."""
    lines: dict[KeyPath, int] = {}
    last: dict[KeyPath, int] = {}  # of each [[array]], the position of its latest table
    table: KeyPath = ()
    for line, is_header, values in _statements(text):
        if is_header:
            table = _enter(values, last)
            lines.setdefault(table, line)
        else:
            for path in _paths(values):
                lines.setdefault(table + path, line)
    return lines


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """The line of a key, or of the nearest table around it; 1 if there is none."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _statements(text: str) -> Iterator[tuple[int, bool, dict[str, Any]]]:
    begun: list[str] = []
    first = 1
    for number, line in enumerate(text.split("\n"), start=1):
        begun.append(line)
        if len(begun) == 1:
            first = number
        elif not _MAY_CLOSE.search(line):
            continue
        try:
            values = tomllib.loads("\n".join(begun))
        except tomllib.TOMLDecodeError:
            continue  # the statement continues in the next line
        if values:
            yield first, begun[0].lstrip(" \t").startswith("["), values
        begun.clear()


def _enter(header: Any, last: dict[KeyPath, int]) -> KeyPath:
    path: KeyPath = ()
    while header:
        ((key, header),) = header.items()
        path += (key,)
        if isinstance(header, list):
            last[path] = last.get(path, -1) + 1
            header = header[0]
        if path in last:
            path += (last[path],)
    return path


def _paths(value: Any) -> Iterator[KeyPath]:
    """The paths of all keys in a value, outer ones first."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    for key, content in inner:
        yield (key,)
        for path in _paths(content):
            yield (key, *path)
