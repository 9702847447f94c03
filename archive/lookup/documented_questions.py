"""The questions of docs/questions.md, with their SQL.

A link next to this module points to that page, so that an installed program has it too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

PAGE = Path(__file__).with_name("questions.md")
_QUESTION = re.compile(
    r"^## (?P<title>[^\n]+)\n(?P<note>(?:(?!```).)*)```sql\n(?P<sql>.*?);?\n```", re.M | re.S
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the SQL that answers it."""

    title: str
    note: str
    """How to read the answer, in Markdown; may be empty."""
    sql: str

    @property
    def name(self) -> str:
        """The title as part of a URL: `who-signs-most`."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


def questions() -> list[Question]:
    """All questions, in the order of the page."""
    return _parsed(PAGE.read_text(encoding="utf-8"))


def extract(
    file: BinaryIO, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, str, Collection[str]]]:
    """What Babel collects to be translated: titles and notes (`babel.cfg` names this)."""
    for question in _parsed(file.read().decode()):
        yield from ((1, "gettext", text, ()) for text in (question.title, question.note) if text)


def _parsed(page: str) -> list[Question]:
    matches = _QUESTION.finditer(page)
    return [Question(q["title"], " ".join(q["note"].split()), q["sql"]) for q in matches]
