"""Generates entries for the election offices and governments of the whole country.

Nobody has seen these sites live: each office gets the URL that its naming rule gives, or one
that was seen on a stored page, and the other likely ones as candidates. `scrapy sources --check`
verifies them.
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from crawler.regions import DATA, Region, all_regions, region
from crawler.registry.editor import RegistryFile
from crawler.registry.kinds import kinds
from crawler.registry.reader import Entry, read_registry

# The keys of a generated entry; the reader adds the time zone.
_OURS = frozenset(
    {"id", "kind", "publisher", "region", "home", "candidates", "verified", "timezone"}
)
_HEAD = "# {name} ({code}). Field by field: docs/add-a-source.md.\n"
_ABOVE = """\
# From here on by `scrapy sources --generate`: names from crawler/data/regions.tsv, homes by rule.
# What is not verified nobody has seen: it is not crawled until `scrapy sources --check` finds it.
"""


@dataclass(frozen=True, slots=True)
class Office:
    """An office, and the hosts where its site may be, the likeliest first."""

    id: str
    kind: str
    publisher: str
    region: Region
    hosts: tuple[str, ...]

    @property
    def home(self) -> str:
        """The likeliest home page."""
        return f"https://{self.hosts[0]}/"

    @property
    def candidates(self) -> list[str]:
        """The other hosts."""
        return list(self.hosts[1:])


@dataclass(slots=True)
class Generated:
    """The numbers of entries of a run."""

    added: int = 0
    renewed: int = 0
    kept: int = 0
    """Entries that somebody has edited or seen, and those that need no change."""


def offices() -> list[Office]:
    """Every election office and government, in order of region; the country itself has no
    government."""
    return [
        office
        for each in all_regions()
        for kind in ("pemkot", *(id for id in kinds() if id != "pemkot"))
        if (office := _office(kind, each)) is not None
    ]


def generate(folder: Path) -> Generated:
    """Writes the entries that a folder's registry lacks, a file per province. Existing entries
    stay: an office is left out if the registry has any source of its kind and region. Unedited
    generated entries follow the rules when those change. Raises SourceError for errors in the
    folder, NotWritten if it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = read_registry(folder) if any(folder.glob("*.toml")) else []
    taken: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        taken.setdefault((entry.values["kind"], entry.values["region"]), []).append(entry)
    done = Generated()
    for code, some in groupby(offices(), key=lambda office: office.region.code[:2]):
        place = region(code)
        assert place is not None, "codes begin with their province's"
        head = _HEAD.format(name=place.name, code=code)
        file = RegistryFile.open(folder / f"{_file_name(place)}.toml", head)
        new = []
        for office in some:
            there = taken.get((office.kind, office.region.code), [])
            if not there:
                new.append(office)
            for entry in there:
                _renew(entry, office, file, done)
        if new:
            lead = "" if _ABOVE.split("\n")[0] in file.text else _ABOVE
            file.append(lead + "\n".join(map(_as_toml, new)))
            done.added += len(new)
        file.save()
    return done


def _renew(entry: Entry, office: Office, file: RegistryFile, done: Generated) -> None:
    wanted = _values(office)
    now = {key: entry.values.get(key) for key in wanted}
    now["candidates"] = list(now["candidates"] or ()) or None
    if not _is_untouched(entry, office) or entry.file != file.path or now == wanted:
        done.kept += 1
        return
    file.set(entry.values["id"], wanted)
    done.renewed += 1


def _is_untouched(entry: Entry, office: Office) -> bool:
    """Whether nobody has edited the entry since it was generated, nor checked the site."""
    values = entry.values
    ruled = values["home"] in {f"https://{host}/" for host in office.hosts}
    return values.get("verified") is False and ruled and values.keys() <= _OURS


def _values(office: Office) -> dict[str, Any]:
    return {
        "id": office.id,
        "kind": office.kind,
        "publisher": office.publisher,
        "region": office.region.code,
        "home": office.home,
        "candidates": office.candidates or None,
    }


def _as_toml(office: Office) -> str:
    lines = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in _values(office).items()
        if value is not None
    ]
    return "\n".join(("[[source]]", *lines, "verified = false", ""))


def _office(kind: str, place: Region) -> Office | None:
    hosts = tuple(dict.fromkeys(_hosts(kind, place)))
    if not hosts:
        return None
    title = _wording("publishers", kind, place)
    return Office(f"{kind}-{place.slug}", kind, f"{title} {_called(place)}", place, hosts)


def _called(place: Region) -> str:
    """As in an office's name: `Kota Jakarta Selatan`, `Provinsi Bali`."""
    if place.level == "country":
        return "Republik Indonesia"
    if place.level == "province":
        return place.name if place.name.startswith("Daerah ") else f"Provinsi {place.name}"
    return place.name.replace(" Administrasi ", " ")


def _hosts(kind: str, place: Region) -> Iterator[str]:
    yield from _seen_hosts().get((place.code, kind), ())
    for name in _names(place):
        for pattern in _patterns(kind, place):
            yield pattern.format(name=name, last=place.bare.split()[-1].lower())


def _patterns(kind: str, place: Region) -> Sequence[str]:
    """The hosts of a kind at a level; for names that regions share, those that tell them apart."""
    rules = _wording("hosts", kind, place)
    if _sharers()[_whole(place)] > 1 and (apart := rules.get(f"{place.level}-of-shared-name")):
        return cast(Sequence[str], apart)
    return cast(Sequence[str], rules.get(place.level, ()))


@cache
def _sharers() -> Counter[str]:
    return Counter(name for place in all_regions() for name in set(_names(place)))


def _whole(place: Region) -> str:
    return re.sub(r"[^a-z]", "", place.bare.lower())


def _names(place: Region) -> list[str]:
    """The names in hosts. Provinces are mostly known by a short one."""
    whole = _whole(place)
    names = [whole]
    if place.bare.startswith("Kepulauan ") and place.level != "province":
        names.append(whole.removeprefix("kepulauan"))
    short = short_names().get(place.code, [])
    ordered = short + names if place.level == "province" else names + short
    return list(dict.fromkeys(ordered))


def _wording(table: str, kind: str, place: Region) -> Any:
    """The rules of naming.toml for a kind, those for provinces first."""
    rules = naming()[table]
    return rules.get(f"{kind}-{place.code[:2]}", rules.get(kind, {}))


def _file_name(place: Region) -> str:
    return re.sub(r"[^a-z0-9]+", "-", place.name.lower())


@cache
def naming() -> Mapping[str, Any]:
    """The rules of crawler/data/naming.toml."""
    return tomllib.loads((DATA / "naming.toml").read_text(encoding="utf-8"))


@cache
def short_names() -> Mapping[str, list[str]]:
    """By code, further names of a region: `pangkep`, `jatim`."""
    return {row["code"]: row["names"].split() for row in _rows("short_names.tsv")}


@cache
def _seen_hosts() -> Mapping[tuple[str, str], list[str]]:
    hosts: dict[tuple[str, str], list[str]] = {}
    for row in _rows("seen_hosts.tsv"):
        hosts.setdefault((row["code"], row["kind"]), []).append(row["host"])
    return hosts


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
