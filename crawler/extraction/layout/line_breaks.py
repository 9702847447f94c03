"""Splits text at line breaks into the paragraphs that a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.extraction.layout.boilerplate import kind_of

LINKED, SLANTING, STRESSED = 1, 2, 4
"""Formats of a piece of text."""

Line = tuple[str, int, int, int]
"""Text, and how many of its letters are linked, slanted and stressed."""
_WIDE_DASH = re.compile(r"\s*[A-Z][\w.,/() ]{2,40}?(?P<dash> [-–—]{1,2} ) (?=\S)")
_BLANK: Line = ("", 0, 0, 0)


def between_breaks(pieces: list[tuple[str, int]]) -> Iterator[Line]:
    """The paragraphs between breaks; a title or stamp above a text is one of its own."""
    lines: list[Line] = []
    printed = list(_lines(pieces))
    if len(printed) == 1 and printed[0][0]:  # as most
        yield printed[0]
        return
    printed.append(_BLANK)
    if _is_titled(printed):
        printed.insert(1, _BLANK)
    for line in printed:
        if lines and (not line[0] or _ends_paragraph(lines, line[0])):
            yield lines[0] if len(lines) == 1 else _as_one(lines)
            lines = []
        if line[0]:
            lines.append(line)


def _as_one(lines: list[Line]) -> Line:
    texts, linked, slanted, stressed = zip(*lines, strict=True)
    return "\n".join(texts), sum(linked), sum(slanted), sum(stressed)


def _is_titled(printed: list[Line]) -> bool:
    """Whether title and stamp are the first lines, and text follows a blank one."""
    texts = [text for text, _, _, _ in printed]
    return (
        len(texts) > 3
        and 11 < len(texts[0]) < 200
        and not texts[2]
        and any(len(text) > 60 for text in texts[3:])
        and kind_of(texts[0]) is None
        and kind_of(texts[1]) in ("stamp", "meta")
    )


def _lines(pieces: list[tuple[str, int]]) -> Iterator[Line]:
    parts: list[str] = []
    counts = [0, 0, 0]
    for text, set_in in pieces:
        for number, part in enumerate(text.split("\n")):
            if number:
                yield _collapsed("".join(parts)), counts[0], counts[1], counts[2]
                parts, counts = [], [0, 0, 0]
            parts.append(part)
            if set_in:
                letters = len(part.strip())
                counts[0] += letters * (set_in & LINKED > 0)
                counts[1] += letters * (set_in & SLANTING > 0)
                counts[2] += letters * (set_in & STRESSED > 0)
    yield _collapsed("".join(parts)), counts[0], counts[1], counts[2]


def _collapsed(text: str) -> str:
    """Spaces joined to one, except two after a dateline's dash, as printed."""
    line = " ".join(text.split())
    wide = _WIDE_DASH.match(text)
    return line.replace(wide["dash"], f"{wide['dash']} ", 1) if wide else line


def _ends_paragraph(lines: list[Line], following: str) -> bool:
    """Whether a single <br> ends a paragraph: after a long line that ends a sentence, after a
    line in bold, and after a stamp above a text."""
    text, _, _, stressed = lines[-1]
    if len(text) > 60 and text[-1] in '.!?”")]':
        return True
    if len(lines) > 1:
        return False
    if len(text) > 11 and stressed > 0.9 * len(text):
        return True
    return len(following) > 60 and len(text) < 80 and kind_of(text) == "stamp"
