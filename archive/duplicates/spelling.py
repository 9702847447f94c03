"""Spellings of one word: `Zulkipli` and `Zulkifli`, `Mas'ud` and `Masud`, `lima` and `5`.

Numbers have only one spelling: `21` is never `27`.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
HONORIFICS = frozenset(_DATA["honorifics"])
"""Words before a name that may be left out."""

_TWICE = re.compile(r"(\w)\1+")

_ABBREVIATED = 3
"""Letters of `M`, `Moh`, `Muh`."""


def _by_sound(plain: str) -> str:
    for spelled, sound in _DATA["sounds"]:
        plain = plain.replace(spelled, sound)
    return _TWICE.sub(r"\1", plain)


_DIGITS = {word: str(number) for number, word in enumerate(_DATA["numbers"])} | {
    _by_sound(month): str(number) for number, month in enumerate(_DATA["months"], start=1)
}
"""Numbers and months, also `Nopember`, which newsrooms also print as `5` or `26/5`."""


@lru_cache(maxsize=1 << 16)
def folded(word: str) -> str:
    """A word without differences in spelling; only for comparison."""
    plain = word.casefold().replace("'", "")
    if plain.isdigit():
        return plain.lstrip("0") or "0"
    sound = _by_sound(plain)
    return _DIGITS.get(plain) or _DIGITS.get(sound) or sound


def is_number(folded_word: str) -> bool:
    return any(character.isdigit() for character in folded_word)


def one_name(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether two folded words at the same position are one name: nearly the same letters, however
    spaced, or one abbreviated. Or one number: `1.204`, `1204`."""
    if any(map(is_number, left + right)):
        return "".join(left) == "".join(right)
    if len(left) == len(right):
        return all(map(_one_word, left, right)) or _near("".join(left), "".join(right))
    return _near("".join(left), "".join(right))


def alike(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether two words may be one name: `Hasan` and `Husin`, `Rudi` and `Rudiansyah`."""
    if any(map(is_number, left + right)):
        return False
    if len(left) == len(right) > 1:
        return all(alike((one,), (other,)) for one, other in zip(left, right, strict=True))
    one, other = sorted(("".join(left), "".join(right)), key=len)
    if _one_word(one, other) or (len(one) >= _ABBREVIATED and other.startswith(one)):
        return True
    return _distance(one, other, len(other) * 2 // 5) is not None


def _one_word(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return (len(short) <= _ABBREVIATED and long.startswith(short)) or _near(one, other)


def _near(one: str, other: str) -> bool:
    """Whether at most one letter in five differs, and two at most. None in short words: in a series
    of districts, `Damai` and `Ramai` are different."""
    longest = max(len(one), len(other))
    return _distance(one, other, 0 if longest < 5 else 1 if longest < 8 else 2) is not None


def _distance(one: str, other: str, most: int) -> int | None:
    """Letters to insert, delete or replace (Levenshtein); None if more than `most`."""
    if abs(len(one) - len(other)) > most:
        return None
    if one == other:
        return 0
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        before, row[0] = row[0], number
        for place, counterpart in enumerate(other, start=1):
            cost = before + (letter != counterpart)
            before = row[place]
            row[place] = min(cost, before + 1, row[place - 1] + 1)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
