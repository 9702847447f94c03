"""The questions of docs/questions.md, which is where they are edited.

A link beside this module leads there, so that an installed program has them too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

PAGE = Path(__file__).with_suffix(".md")
_QUESTION = re.compile(
    r"^## (?P<title>[^\n]+)\n(?P<note>(?:(?!```).)*)```sql\n(?P<sql>.*?);?\n```", re.M | re.S
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question people ask, and the SQL that answers it."""

    title: str
    note: str
    """What the answer means; may be empty. Markdown."""
    sql: str

    @property
    def name(self) -> str:
        """`who-signs-most`: the title, fit for an address."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


def questions() -> list[Question]:
    """All of them, in the order of the page."""
    return _parsed(PAGE.read_text(encoding="utf-8"))


def extract(
    file: BinaryIO, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, str, Collection[str]]]:
    """What Babel collects to be translated: titles and notes (`babel.cfg` names this)."""
    for question in _parsed(file.read().decode()):
        yield from ((1, "gettext", said, ()) for said in (question.title, question.note) if said)


def _parsed(page: str) -> list[Question]:
    found = _QUESTION.finditer(page)
    return [Question(q["title"], " ".join(q["note"].split()), q["sql"]) for q in found]
