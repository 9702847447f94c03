"""Data that a page gives to its scripts: JSON, found by structure, not by the name of a
framework.

It may be in scripts, as a value in code or as a string of JavaScript; in attributes; within a
string of other JSON; with entities for quotes. React streams rows that refer to each other. No
script is run, and the time is linear in the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from lxml.html import HtmlElement

LEAST = 120
"""Letters from which a string may have a text."""
_MOST_NODES = 50_000
_MOST_LETTERS = 16_000_000
"""Maximum letters of all strings together, those that rows refer to counted each time."""
_DEEPEST = 40
_MOST_WASTED = 2_000_000
"""Letters read in vain, of what begins like JSON and is not, before a script is skipped."""
_OPENING = re.compile(r"(?:^|[=(,:;\[])\s{0,20}(?=[\[{\"'])")
_QUOTED = re.compile(r"'((?:[^'\\\n]|\\.)*+)'", re.DOTALL)
_OF_SCRIPT = re.compile(r"""\\(?:x([0-9a-fA-F]{2})|(['`$])|\n)|(?<!\\)(")""")
"""Escapes of JavaScript strings that JSON does not have."""
_LETTER_ENTITY = re.compile(r"&([aglqs]);")
_LETTERS = {"a": "&", "g": ">", "l": "<", "q": '"', "s": "'"}
"""Entities of one letter, as in Angular."""
_ROW = re.compile(rb"(?:^|(?<=\n)|(?<=>))([0-9a-f]{1,6}):(?:T([0-9a-f]{1,6}),)?")
_REFERENCE = re.compile(r"\$[@L]?([0-9a-f]{1,6})")
_DECODER = json.JSONDecoder(strict=False)


def page_data(root: HtmlElement) -> list[Any]:
    """The JSON values of a page except JSON-LD, with nested ones in place. Strings in code that
    is not JSON are one list per script."""
    values: list[Any] = []
    for attribute in root.xpath(f"//@*[string-length() > {LEAST}]"):
        if attribute.lstrip()[:1] in ("{", "["):
            values.extend(_loaded(str(attribute)))
    for script in root.iter("script"):
        text = script.text or ""
        if script.get("type") != "application/ld+json" and len(text) >= LEAST:
            values.extend(_values(_with_quotes(text)))
    rows = dict(_rows("".join(_pushed(values))))
    unwrapping = _Unwrapping(rows)
    return [unwrapping.plain(value) for value in (*values, *rows.values())]


def _values(script: str) -> Iterator[Any]:
    """The objects and lists of a script, and its strings as one more list."""
    start = wasted = 0
    strings: list[str] = []
    while wasted < _MOST_WASTED and (opening := _OPENING.search(script, start)):
        place = opening.end()
        try:
            value, start = _DECODER.raw_decode(script, place)
        except (ValueError, RecursionError) as error:
            quoted = _QUOTED.match(script, place)
            value = _unquoted(quoted[1]) if quoted else None
            start = quoted.end() if quoted else place + 1
            wasted += 50 + getattr(error, "pos", len(script)) - place
        if isinstance(value, str):
            strings.append(value)
        elif value:
            yield value
    yield strings


def _with_quotes(text: str) -> str:
    if '"' in text[:2000]:
        return text
    if "&q;" in text:
        return _LETTER_ENTITY.sub(lambda found: _LETTERS[found[1]], text)
    return unescape(text) if "&quot;" in text else text


def _unquoted(literal: str) -> str:
    """The text of a string in single quotes."""

    def as_json(found: re.Match[str]) -> str:
        if found[1]:
            return f"\\u00{found[1]}"
        return found[2] or ('\\"' if found[3] else "")

    try:
        return str(json.loads(f'"{_OF_SCRIPT.sub(as_json, literal)}"', strict=False))
    except ValueError:
        return literal


def _loaded(text: str) -> Iterator[Any]:
    try:
        yield json.loads(_with_quotes(text), strict=False)
    except (ValueError, RecursionError):
        return


def _pushed(values: list[Any]) -> Iterator[str]:
    """The parts of a stream of rows, in order: `push([1, "…"])`."""
    for value in values:
        match value:
            case [int(), str(piece)]:
                yield piece


def _rows(stream: str) -> Iterator[tuple[str, Any]]:
    """The rows of a stream by name: `5:{…}`, or `5:T1a0,…` for a text of that many bytes."""
    data = stream.encode("utf-8", "replace")
    start = 0
    while match := _ROW.search(data, start):
        name = match[1].decode()
        if match[2]:
            start = match.end() + int(match[2], 16)
            yield name, data[match.end() : start].decode("utf-8", "replace")
            continue
        end = data.find(b"\n", match.end())
        start = end if end > 0 else len(data)
        for value in _loaded(data[match.end() : start].decode("utf-8", "replace")):
            yield name, value


@dataclass(slots=True)
class _Unwrapping:
    """Values with the contents of their strings in place, references resolved, and wrappers of a
    single value (`{"rendered": "…"}`, `[0, "…"]`) removed; within limits, since rows may refer
    to each other in circles."""

    rows: Mapping[str, Any]
    nodes: int = _MOST_NODES
    letters: int = _MOST_LETTERS

    def plain(self, value: Any, depth: int = 0) -> Any:
        self.nodes -= 1
        if depth > _DEEPEST or self.nodes < 0:
            return None
        match value:
            case str():
                return self._of_string(value, depth)
            case [int(), (str() | list() | dict()) as inner]:
                return self.plain(inner, depth + 1)
            case list():
                return [self.plain(item, depth + 1) for item in value]
            case dict():
                items = {key: self.plain(item, depth + 1) for key, item in value.items()}
                strings = [item for item in items.values() if isinstance(item, str)]
                nested = any(isinstance(item, (list, dict)) for item in items.values())
                return strings[0] if len(strings) == 1 and not nested else items
        return value

    def _of_string(self, value: str, depth: int) -> Any:
        self.letters -= len(value)
        if self.letters < 0:
            return None
        if (match := _REFERENCE.fullmatch(value)) and match[1] in self.rows:
            return self.plain(self.rows[match[1]], depth + 1)
        if len(value) >= LEAST and value.lstrip()[:1] in ("{", "["):
            for inner in _loaded(value):
                return self.plain(inner, depth + 1)
        return value
