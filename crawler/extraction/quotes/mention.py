"""A mention of a person, office or body, as printed."""

from __future__ import annotations

from dataclasses import dataclass

NAME, OFFICE, BODY, PRONOUN, UNNAMED, JOINT = (
    "name",
    "office",
    "body",
    "pronoun",
    "unnamed",
    "joint",
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of somebody, as printed."""

    kind: str
    text: str
    """The name; for offices, bodies and unnamed speakers what is printed instead."""
    role: str | None = None
    start: int = 0
    end: int = 0
    sure: bool = False
    """A function, a title or an apposition beside it says that it is a person's name."""
    plural: bool = False
