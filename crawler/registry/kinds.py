"""The kinds of sources: `crawler/data/kinds.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from crawler.regions import DATA


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Who runs a site."""

    about: str
    office: str
    """What stands before the region in an office's name."""
    host: str | None = None
    """A regular expression that finds such a host; None: those that no other kind finds."""


@cache
def kinds() -> Mapping[str, Kind]:
    """By id, in the order of the file."""
    data = tomllib.loads((DATA / "kinds.toml").read_text("utf-8"))
    return {id: Kind(**values) for id, values in data.items()}


def kind_of_host(host: str) -> str:
    """The kind of a site, by its host."""
    return next(
        id for id, kind in kinds().items() if kind.host is None or re.search(kind.host, host)
    )
