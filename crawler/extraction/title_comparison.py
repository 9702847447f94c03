"""How two printings of a title are compared."""

from __future__ import annotations

import re

_SHORTEST = 12
"""Letters from which a title is compared by a part of it."""


def squash(text: str) -> str:
    """Letters and digits only."""
    return re.sub(r"[\W_]+", "", text).casefold()


def is_same_title(title: str | None, other: str) -> bool:
    """Whether two printings of a title agree, one of them cut short perhaps."""
    short, long = sorted((squash(title or ""), squash(other)), key=len)
    return short == long or (len(short) >= _SHORTEST and short in long)
