"""The words of `crawler/data/addresses.toml`, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent.parent / "data" / "addresses.toml"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Each field as in the data file, where each is explained."""

    noise_parameters: tuple[str, ...]
    noise_endings: tuple[str, ...]
    page_parameters: frozenset[str]
    part_parameters: frozenset[str]
    older: frozenset[str]
    next: frozenset[str]
    news: tuple[str, ...]
    not_news: tuple[str, ...]

    def is_noise(self, parameter: str) -> bool:
        """Whether a query parameter says nothing about the page."""
        name = parameter.lower()
        return any(fnmatchcase(name, pattern) for pattern in self.noise_parameters)


@cache
def addresses() -> Addresses:
    """The words, from the data file shipped with the crawler."""
    data = tomllib.loads(_FILE.read_text("utf-8"))
    noise, pages = data["noise"], data["pages"]
    return Addresses(
        noise_parameters=tuple(noise["parameters"]),
        noise_endings=tuple(noise["endings"]),
        page_parameters=frozenset(pages["parameters"]),
        part_parameters=frozenset(pages["part_parameters"]),
        older=frozenset(pages["older"]),
        next=frozenset(pages["next"]),
        news=tuple(pages["news"]),
        not_news=tuple(pages["not_news"]),
    )
