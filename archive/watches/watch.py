"""A watch: a saved search, and the changes at the sources that it tells of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from archive.lookup.change_weight import Weight
from archive.lookup.selection import EVERYTHING, Selection
from archive.search.query import parse

What = Literal["new", "edited", "withdrawn", "returned"]
CHANGES: tuple[What, ...] = ("new", "edited", "withdrawn", "returned")
"""What can happen to a release; `returned`: a withdrawn one was there again."""

LISTS = ("source", "kind", "level", "region", "tag", "topic")
"""Conditions with several values, of which any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A change matches if its release meets every condition."""

    name: str
    title: str = ""
    """For people; empty: the name."""
    on: tuple[What, ...] = CHANGES
    words: str = ""
    """As typed into a search."""
    selection: Selection = EVERYTHING
    """The other conditions of a search."""
    speaker: str = ""
    """Part of the name of a person who is quoted, in any case."""
    weight: tuple[Weight, ...] = ()
    """Edits of any of these weights; of none: every edit."""
    webhook: str | None = None

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.title or self.name

    def at_the_source(self) -> Selection:
        """The conditions that no wording decides."""
        return replace(self.selection, tag=(), topic=(), election=False)

    def in_full(self) -> Selection:
        """All conditions of a search, on the current wording. Raises SearchError."""
        if not self.words.strip():
            return self.selection
        return replace(self.selection, words=self.words, match=parse(self.words).match)

    @property
    def asks_of_the_wording(self) -> bool:
        chosen = self.selection
        return bool(self.words.strip() or self.speaker or chosen.tag or chosen.topic) or (
            chosen.election
        )

    def keys(self) -> dict[str, Any]:
        """The keys of its table in the file that are set, in their order."""
        chosen = self.selection.as_json()
        chosen.pop("words", None)
        values = {
            "name": self.name,
            "title": self.title,
            "on": list(self.on) if self.on != CHANGES else [],
            "words": self.words,
            **{name: list(value) if name in LISTS else value for name, value in chosen.items()},
            "speaker": self.speaker,
            "weight": list(self.weight),
            "webhook": self.webhook,
        }
        return {name: value for name, value in values.items() if value}

    def search(self) -> str:
        """What it looks for, in one line."""
        return " · ".join(self._parts()) or "everything"

    def _parts(self) -> Iterator[str]:
        for name, value in self.keys().items():
            if name == "words":
                yield self.words
            elif name not in ("name", "title", "webhook"):
                listed = ", ".join(value) if isinstance(value, list) else str(value)
                yield name if value is True else f"{name}: {listed}"
