"""Labels of a printed date: `Diterbitkan`, `Terakhir diperbarui`. Data:
`crawler/data/calendar.toml`."""

from __future__ import annotations

import re
import tomllib

from crawler.regions import DATA

with (DATA / "calendar.toml").open("rb") as file:
    _WORDS: dict[str, list[str]] = tomllib.load(file)["labels"]

_REACH = 80
"""Characters before a date in which its label is."""


def _any_of(words: list[str]) -> str:
    longest_first = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return rf"(?<![^\W\d_])(?:{longest_first})(?![^\W\d_])"


_changed, _published = _any_of(_WORDS["changed"]), _any_of(_WORDS["published"])
_LABEL = re.compile(rf"(?P<changed>{_changed})|{_published}", re.IGNORECASE)
_SEPARATOR = re.compile(r"[|•·»]")
_GAP = re.compile(
    r"[^\d|•·»]{0,24}|\W+(?:oleh|by)\W[^|•·»]{1,50}|[^\d|•·»]{0,16}\d{1,2}[.:]\d\d[^\d|•·»]{0,12}",
    re.IGNORECASE,
)
"""Between a label and its date: `terakhir pada Selasa,`, `oleh Admin pada`, a time of day."""
_AFTER = re.compile(
    r"[^|•·»\n(]{0,30}(?:\(\s*(?:terakhir |last )?|[\s,|•·–-]{1,4}(?=di|ter|last|\w{3,9}ed\b)"
    rf"(?:terakhir |last )?){_changed}(?: terakhir)?\W*$",
    re.IGNORECASE,
)
"""`12 Mei 2024 (diedit)`; not `12 Mei 2024 | Update`, which is a category."""
_ALONE = re.compile(
    rf"\W*(?:(?:terakhir|last|tgl\.?|tanggal|waktu|date|pada)\s)*(?:{_changed}|{_published})"
    r"(?:\s(?:terakhir|pada|on|date|at|kali))*\W*",
    re.IGNORECASE,
)
"""A label alone, whose date is in the next or the last element."""


def is_of_change(text: str, start: int, end: int) -> bool:
    """Whether the label before a date, or else after it, is that of a change. The date is at
    `start` to `end` of `text`."""
    *others, own = _SEPARATOR.split(text[max(0, start - _REACH) : start])
    if labels := list(_LABEL.finditer(own)):
        if _GAP.fullmatch(own, labels[-1].end()):
            return labels[-1]["changed"] is not None
    elif others and is_label(others[-1]):  # `Diperbarui | 12 Mei 2024`
        return any(label["changed"] for label in _LABEL.finditer(others[-1]))
    return _AFTER.match(text, end) is not None


def is_label(text: str) -> bool:
    """`Terakhir diubah:`, `Published on`: a label without its date, as in an element of its own."""
    return len(text) < 40 and _ALONE.fullmatch(text) is not None
