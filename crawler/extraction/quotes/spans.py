"""Finds text in quotation marks: straight, curly, mixed or nested ones, over several paragraphs,
and unclosed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from crawler.extraction.quotes.vocabulary import vocabulary

_OPENING = "“„«"
_CLOSING = "”»"
_DOUBLE = re.compile(r"[“”„‟«»\"'`](?:(?<=')'|(?<=`)`|(?<!['`]))")  # one set first: searched fast
_SINGLE = re.compile(
    r"['‘](?<![^\s(\[]['‘])(?=\w)"
    r"[^'‘’\n]{1,400}(?:[’'](?=\w)[^'‘’\n]{1,400}){0,4}(?<=[,.!?…\w])[’'](?!\w)"
)
_BEFORE_OPENING = frozenset(" \t\n\r\u00a0([{—–-‑/:=“‘„«")
_AFTER_CLOSING = frozenset(" \t\n\r\u00a0)]},.;:!?—–”’»")
_PARAGRAPH = re.compile(r"[^\n]+")
VERSE, LINE = 9, 80
"""Most lines of a poem that is quoted, and most characters of a line."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch in quotation marks. Positions count code points of the text."""

    start: int
    end: int
    """Of what stands between the outer marks, without spaces at its ends."""
    outer_start: int
    outer_end: int
    """With the marks."""


def find_marked(text: str) -> list[Marked]:
    """All stretches in outer quotation marks, in order. Linear in the length of the text."""
    found = list(_double_marked(text))
    if "‘" in text or "'" in text:
        taken = iter([*found, Marked(len(text), len(text), len(text), len(text))])
        now = next(taken)
        for match in _SINGLE.finditer(text):
            while now.outer_end <= match.start():
                now = next(taken)
            if match.end() <= now.outer_start:
                found.append(
                    _marked(text, match.start(), match.start() + 1, match.end() - 1, match.end())
                )
        found.sort(key=lambda each: each.start)
    return [each for each in found if each.end > each.start]


def _double_marked(text: str) -> Iterator[Marked]:
    """Stretches in double marks. `opened` is the outer mark, `depth` how many are open."""
    opened: re.Match[str] | None = None
    depth = 0
    paragraphs = list(_PARAGRAPH.finditer(text))
    for number, paragraph in enumerate(paragraphs):
        marks = list(_DOUBLE.finditer(text, paragraph.start(), paragraph.end()))
        if opened and marks and marks[0].start() == paragraph.start() and _may_open(text, marks[0]):
            marks = marks[1:]  # a quotation goes on, and its mark is repeated
        for mark in marks:
            if opened is None:
                if _opens(text, mark):
                    opened, depth = mark, 1
            elif _may_open(text, mark) and not _may_close(text, mark):
                depth += 1
            else:
                depth -= 1
                if depth == 0:
                    yield _marked(text, opened.start(), opened.end(), mark.start(), mark.end())
                    opened = None
        if opened is None:
            continue
        depth = 1
        following = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
        cut = _unclosed_end(text, max(opened.end(), paragraph.start()), paragraph.end())
        goes_on = _goes_on(text, following) or _is_verse(text, paragraphs[number : number + VERSE])
        if cut is not None or not goes_on:
            end = cut if cut is not None else paragraph.end()
            yield _marked(text, opened.start(), opened.end(), end, end)
            opened = None


def _goes_on(text: str, following: re.Match[str] | None) -> bool:
    """Whether a quotation left open goes on in this paragraph: it begins with a mark, or the
    first mark in it closes."""
    if following is None:
        return False
    first = _DOUBLE.search(text, following.start(), following.end())
    if first is None:
        return False
    return first.start() == following.start() or not _may_open(text, first)


def _is_verse(text: str, lines: Sequence[re.Match[str]]) -> bool:
    """Whether short lines with nothing between them, a pantun's, lead to a mark that closes."""
    for line, following in pairwise(lines):
        if following.start() - line.end() > 1 or len(line[0]) > LINE:
            return False
        if first := _DOUBLE.search(text, following.start(), following.end()):
            return not _may_open(text, first)
    return False


def _unclosed_end(text: str, start: int, end: int) -> int | None:
    """Where a quotation without its closing mark ends: before `ujarnya`, `kata X`."""
    match = _attribution().search(text, start, end)
    return match.start(1) if match else None


@cache
def _attribution() -> re.Pattern[str]:
    roots = "|".join(sorted(vocabulary().tags))
    return re.compile(rf"[,.!?]()\s+(?:{roots})(?:nya\b|\s+(?:dia\b|[A-Z]))")


def _opens(text: str, mark: re.Match[str]) -> bool:
    after = text[mark.end() : mark.end() + 1]
    if mark[0] in _OPENING:
        return bool(after.strip())
    if mark[0] in _CLOSING:
        return _may_open(text, mark)
    return _may_open(text, mark) or after.isalnum() or not _may_close(text, mark)


def _may_open(text: str, mark: re.Match[str]) -> bool:
    before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
    return (
        (mark.start() == 0 or before in _BEFORE_OPENING)
        and after not in _AFTER_CLOSING
        and bool(after)
    )


def _may_close(text: str, mark: re.Match[str]) -> bool:
    before = text[mark.start() - 1 : mark.start()] if mark.start() else " "
    return mark[0] in _CLOSING or not before.isspace()


def _marked(text: str, outer_start: int, start: int, end: int, outer_end: int) -> Marked:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Marked(start, end, outer_start, outer_end)
