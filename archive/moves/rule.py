"""When two addresses have the same release: the text decides. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import Protocol

from archive.duplicates.copy_rule import is_copy, resemblance
from archive.duplicates.sentences import read
from archive.fingerprint import text_hash, unprinted

ALIKE = 0.5
"""Least similarity of texts under different titles. Else a digest, which contains the text of a
release, would be its new address."""
_WORD = re.compile(r"\w+")


class Wording(Protocol):
    """What is compared of a release."""

    @property
    def title(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def published_on(self) -> date | None: ...


def is_same_release(old: Wording, new: Wording, *, redirected: bool = False) -> bool:
    """Whether a text at a new address is the release that was at the old one: a copy of it, with
    its title or most of its words. Of a text too short to be a copy, title and words must be the
    same, and the date. `redirected`: the old address leads to the new one, so that neither title
    nor date need agree as well."""
    same_title = words(old.title) == words(new.title)
    hashes = text_hash(old.body), text_hash(new.body)
    if None in hashes:
        same_day = old.published_on is not None and old.published_on == new.published_on
        return same_title and words(old.body) == words(new.body) and (redirected or same_day)
    if hashes[0] == hashes[1]:
        return True
    texts = read(old.body), read(new.body)
    return is_copy(*texts) and (redirected or same_title or resemblance(*texts) >= ALIKE)


def words(text: str) -> str:
    """A text without typography, case and punctuation."""
    return " ".join(_WORD.findall(unprinted(text).casefold()))
