"""The file of watches, `watches.toml`: read with every mistake named by its line, and changed
without touching what a person wrote around it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from archive.atomic_file import whole_file
from archive.lookup.change_weight import WEIGHTS
from archive.lookup.selection import LEVELS, Selection
from archive.nearest import did_you_mean
from archive.search.query import SearchError, parse
from archive.toml_line_numbers import line_of, lines_of
from archive.watches.watch import CHANGES, LISTS, Watch
from archive.webhook import check_webhook

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAYS = ("since", "until")
_MARKS = ("election", "unique")
_HEADER = re.compile(r"^\s*\[", re.MULTILINE)


class WatchError(ValueError):
    """The file has mistakes; `str()` has a line for each: `watches.toml:12: …`."""


def load(path: Path) -> list[Watch]:
    """The watches of a file, in their order; none if there is no file. Raises WatchError."""
    if not path.exists():
        return []
    try:
        return _parsed(path.read_text(encoding="utf-8"), path)
    except UnicodeDecodeError:
        raise WatchError(f"{path}:1: the file is not UTF-8") from None
    except OSError as error:
        raise WatchError(f"{path}: {error.strerror}") from error


def add(path: Path, watch: Watch) -> None:
    """Adds a watch at the end of a file, which is made if there is none. Raises WatchError if it
    has one of that name or the watch has a mistake; OSError."""
    if any(known.name == watch.name for known in load(path)):
        raise WatchError(f"{path} has a watch {watch.name} already.")
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = [f"{name} = {_toml(value)}\n" for name, value in watch.keys().items()]
    gap = "\n" * (bool(before) + bool(before and not before.endswith("\n")))
    _write(path, f"{before}{gap}[[watch]]\n{''.join(lines)}")


def remove(path: Path, name: str) -> None:
    """Removes a watch, and the lines of its table only. Raises WatchError if there is no such
    watch; OSError."""
    names = [watch.name for watch in load(path)]
    if name not in names:
        raise WatchError(f"{path} has no watch {name}.{did_you_mean(name, names)}")
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    numbers = lines_of(text)
    first = numbers["watch", names.index(name)] - 1
    headers = sorted(line - 1 for key, line in numbers.items() if _HEADER.match(lines[line - 1]))
    after = next((line for line in headers if line > first), len(lines))
    while after > first + 1 and after < len(lines) and lines[after - 1].lstrip().startswith("#"):
        after -= 1  # a remark right above the next table belongs to that one
    _write(path, "".join(lines[:first] + lines[after:]))


def _write(path: Path, text: str) -> None:
    _parsed(text, path)
    with whole_file(path) as file:
        file.write(text.encode())


def _parsed(text: str, path: Path) -> list[Watch]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        raise WatchError(f"{path}:{found[1] if found else 1}: broken TOML: {error}") from None
    lines = lines_of(text)
    mistakes = [
        f"{path}:{line_of(lines, place)}: {cause}" for place, cause in sorted(_mistakes(document))
    ]
    if mistakes:
        raise WatchError("\n".join(mistakes))
    return [_watch(table) for table in document.get("watch", [])]


def _watch(table: Mapping[str, Any]) -> Watch:
    conditions: dict[str, Any] = {name: _several(table.get(name, ())) for name in LISTS}
    conditions |= {name: table.get(name, False) for name in _MARKS}
    conditions |= {name: _day(table[name]) for name in _DAYS if name in table}
    given = {
        name: table[name] for name in ("title", "words", "speaker", "webhook") if name in table
    }
    lists: dict[str, Any] = {"on": _several(table.get("on", CHANGES))}
    lists["weight"] = _several(table.get("weight", ()))
    return Watch(name=table["name"], selection=Selection(**conditions), **given, **lists)


def _mistakes(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for key in document.keys() - {"watch"}:
        yield (key,), f"unknown key {key}; a watch begins with [[watch]]"
    tables = document.get("watch", [])
    if not (isinstance(tables, list) and all(isinstance(table, dict) for table in tables)):
        yield ("watch",), "a watch begins with [[watch]]"
        return
    names: set[str] = set()
    for number, table in enumerate(tables):
        if "name" not in table:
            yield ("watch", number), "the watch has no name"
        for key, value in table.items():
            if cause := _cause(key, value):
                yield ("watch", number, key), cause
        name = table.get("name")
        if isinstance(name, str) and name in names:
            yield ("watch", number, "name"), f"there are two watches {name}"
        names.add(str(name))


def _cause(key: str, value: Any) -> str | None:
    """What is wrong with a key of a watch; None if nothing is."""
    check = _CHECKS.get(key)
    if check is None:
        return f"unknown key {key}.{did_you_mean(key, _CHECKS)}".rstrip(".")
    return check(key, value)


def _check_name(key: str, value: Any) -> str | None:
    fits = isinstance(value, str) and _NAME.fullmatch(value)
    return None if fits else f"{key} must be small letters and digits with hyphens: kpu-kaltim"


def _check_text(key: str, value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else f"{key} must be a text"


def _check_mark(key: str, value: Any) -> str | None:
    return None if isinstance(value, bool) else f"{key} must be true or false"


def _check_list(key: str, value: Any) -> str | None:
    values = _several(value)
    fits = values and all(isinstance(value, str) and value for value in values)
    return None if fits else f"{key} must be a text or a list of texts"


def _check_words(key: str, value: Any) -> str | None:
    if cause := _check_text(key, value):
        return cause
    try:
        parse(value)
    except SearchError as error:
        return f"{key}: {error}"
    return None


def _check_day(key: str, value: Any) -> str | None:
    try:
        _day(value)
    except (TypeError, ValueError):
        return f"{key} must be a day such as 2024-11-27"
    return None


def _check_webhook(key: str, value: Any) -> str | None:
    wrong = check_webhook(value) if isinstance(value, str) else "it is not a text"
    return f"{key}: {wrong}" if wrong else None


def _one_of(names: tuple[str, ...]) -> Callable[[str, Any], str | None]:
    def check(key: str, value: Any) -> str | None:
        if cause := _check_list(key, value):
            return cause
        for word in _several(value):
            if word not in names:
                hint = did_you_mean(word, names) or f" It is one of {', '.join(names)}"
                return f"{key} cannot be {word}.{hint}"
        return None

    return check


_CHECKS: dict[str, Callable[[str, Any], str | None]] = {
    "name": _check_name,
    "title": _check_text,
    "on": _one_of(CHANGES),
    "words": _check_words,
    "speaker": _check_text,
    "weight": _one_of(WEIGHTS),
    "webhook": _check_webhook,
    **dict.fromkeys(LISTS, _check_list),
    "level": _one_of(LEVELS),
    **dict.fromkeys(_DAYS, _check_day),
    **dict.fromkeys(_MARKS, _check_mark),
}
KEYS = tuple(_CHECKS)
"""The keys of a watch."""


def _several(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def _day(value: Any) -> date:
    return value if type(value) is date else date.fromisoformat(value)


def _toml(value: Any) -> str:
    # A string of JSON is one of TOML; so are lists of them, true and false.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
