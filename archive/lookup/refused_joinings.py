"""Names that a person has declared to belong to different people: `speakers.toml`."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from archive.lookup.person_names import Keys, name_words
from archive.lookup.speaker_groups import Form

SPEAKERS = "SPEAKERS"
"""The environment variable that names the file."""
_ENTRY = re.compile(r"(?P<name>[^()]+?)\s*(?:\((?P<function>[^()]*)\))?\s*")


class BrokenRefusals(Exception):
    """The file cannot be used; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name as printed and, where two people have one name, the function."""

    words: Keys
    function: str | None

    def fits(self, form: Form) -> bool:
        return form.words == self.words and (
            self.function is None or any(self.function == role.lower() for role in form.roles)
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Names of one region that are not one person's, and why."""

    region: str
    names: tuple[str, ...]
    reason: str
    entries: tuple[Entry, ...]

    def forbids(self, one: Form, other: Form) -> bool:
        """Whether the two forms are under different names of it."""
        mine = {at for at, entry in enumerate(self.entries) if entry.fits(one)}
        theirs = {at for at, entry in enumerate(self.entries) if entry.fits(other)}
        return bool(mine and theirs and not mine & theirs)


def refusals_file() -> Path:
    """The file in force."""
    return Path(os.environ.get(SPEAKERS, "speakers.toml"))


def read_refusals(path: Path) -> list[Refusal]:
    """What the file declares; nothing if there is none. Raises BrokenRefusals."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrokenRefusals(f"{path} cannot be read: {error}") from error
    if unknown := sorted(data.keys() - {"apart"}):
        raise BrokenRefusals(f"{path}: unknown key {unknown[0]!r}; it has [[apart]] tables only")
    return [_refusal(path, number, each) for number, each in enumerate(data.get("apart", []), 1)]


def _refusal(path: Path, number: int, table: object) -> Refusal:
    where = f"{path}, [[apart]] number {number}"
    if not isinstance(table, dict) or table.keys() != {"region", "names", "reason"}:
        raise BrokenRefusals(f"{where}: it needs region, names and reason, and no other key")
    names = table["names"]
    if not isinstance(names, list) or len(names) < 2 or not all(map(_is_name, names)):
        raise BrokenRefusals(f'{where}: names must be two or more, such as "Ani (Camat Utara)"')
    for key in ("region", "reason"):
        if not isinstance(table[key], str) or not table[key].strip():
            raise BrokenRefusals(f"{where}: {key} must be a text")
    return Refusal(table["region"], tuple(names), table["reason"], tuple(map(_entry, names)))


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(_ENTRY.fullmatch(value.strip()) and name_words(value))


def _entry(name: str) -> Entry:
    match = _ENTRY.fullmatch(name.strip())
    assert match is not None
    function = match["function"]
    return Entry(name_words(match["name"]), function.lower() if function else None)
