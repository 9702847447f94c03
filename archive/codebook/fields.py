"""What each field of the record means, how it is obtained, and how right it is as measured:
`fields.toml` and `accuracy.toml`."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from archive.exported_record import SCHEMA

_HERE = Path(__file__).parent
_FIELDS = _HERE / "fields.toml"
_ACCURACY = _HERE / "accuracy.toml"


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One measurement of a field."""

    what: dict[str, str]
    """What the figures are, by language."""
    figures: tuple[str, ...]
    """As the page writes them; several: of several sets."""
    set: str
    """The name of what they were measured on."""
    on: dict[str, str]
    """What they were measured on, by language."""
    page: str
    """Where they stand, and what they mean is explained."""
    date: date
    command: str

    def as_json(self) -> dict[str, Any]:
        """For programs; texts in English."""
        return {
            "what": self.what["en"],
            "figures": list(self.figures),
            "set": self.set,
            "on": self.on["en"],
            "page": self.page,
            "date": self.date.isoformat(),
            "command": self.command,
        }


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the record."""

    name: str
    means: dict[str, str]
    """By language."""
    how: tuple[str, ...]
    """`registry`, `printed`, `metadata`, `computed`, `people`, `crawl`."""
    measured: tuple[Measured, ...]
    """Empty if it was not measured."""


@cache
def fields() -> tuple[Field, ...]:
    """The keys of the record, in the order of its schema. Raises KeyError for one that
    `fields.toml` does not describe."""
    described = described_fields()
    return tuple(described[name] for name in json.loads(SCHEMA.read_bytes())["properties"])


@cache
def described_fields() -> dict[str, Field]:
    """All that `fields.toml` describes, by name."""
    measured = measurements()
    return {
        name: Field(
            name,
            {code: each[code] for code in ("en", "id")},
            tuple(each["how"]),
            tuple(measured[name] for name in each.get("measured", ())),
        )
        for name, each in tomllib.loads(_FIELDS.read_text(encoding="utf-8")).items()
    }


@cache
def measurements() -> dict[str, Measured]:
    """All of `accuracy.toml`, by name."""
    data = tomllib.loads(_ACCURACY.read_text(encoding="utf-8"))
    return {
        name: Measured(
            what=data["what"][each["what"]],
            figures=tuple(each["figures"]),
            set=each["set"],
            on={code: data["set"][each["set"]][code] for code in ("en", "id")},
            **{key: data["set"][each["set"]][key] for key in ("page", "date", "command")},
        )
        for name, each in data["measured"].items()
    }
