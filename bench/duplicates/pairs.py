"""Pairs of texts that are known to be copies, or not."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

MATERIAL = Path(__file__).with_name("material")

COPIES = ("repost", "contained")
"""Kinds of pairs that are copies; the others only look like it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two bodies, and what the second one is to the first."""

    kind: str
    one: str
    other: str

    @property
    def copies(self) -> bool:
        return self.kind in COPIES


@cache
def material(name: str) -> dict[str, Any]:
    """A file of hand-written material, by its name without the ending."""
    return tomllib.loads((MATERIAL / f"{name}.toml").read_text("utf-8"))


def day(dice: random.Random) -> str:
    """`Minggu (26/5/2024)` or `26 Mei 2024`."""
    names = material("names")
    number, month = dice.randint(1, 28), dice.randint(1, 12)
    if dice.random() < 0.5:
        return f"{dice.choice(names['days'])} ({number}/{month}/2024)"
    return f"{number} {names['months'][month - 1]} 2024"


def retyped(text: str, dice: random.Random) -> str:
    """With other quotation marks and dashes."""
    marks = dice.choice([("“", "”"), ('"', '"'), ("«", "»"), ("„", "“")])
    text = text.replace("“", marks[0]).replace("”", marks[1])
    return text.replace(" - ", dice.choice([" – ", " — ", " - "]))
