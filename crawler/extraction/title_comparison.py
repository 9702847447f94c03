"""How two printings of a title are compared."""

from __future__ import annotations

import re
from functools import lru_cache

_OTHERS = re.compile(r"[\W_]+")
_LINE = 300
_SHORTEST = 12
"""Letters from which a title is compared by a part of it."""


def squash(text: str) -> str:
    """Letters and digits only."""
    return _of_line(text) if len(text) <= _LINE else _letters_and_digits(text)


def _letters_and_digits(text: str) -> str:
    return _OTHERS.sub("", text).casefold()


_of_line = lru_cache(maxsize=4096)(_letters_and_digits)
"""Lines are compared with several others, and most stand on every page of a site."""


def is_same_title(title: str | None, other: str) -> bool:
    """Whether two printings of a title agree, one of them cut short perhaps."""
    short, long = sorted((squash(title or ""), squash(other)), key=len)
    return short == long or (len(short) >= _SHORTEST and short in long)
