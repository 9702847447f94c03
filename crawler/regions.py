"""Indonesia's provinces, regencies and cities, and their names in releases."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"

LONGEST_NAME = 60
"""Characters; `Kabupaten Kepulauan Siau Tagulandang Biaro` has 42."""

level_words = re.compile(
    r"(?:kotamadya|kabupaten|kota|kab\b\.?|provinsi|prov\b\.?)\s*(?:(?:administrasi|adm)\b\.?)?\s*",
    re.IGNORECASE,
)
office_words = re.compile(
    r"(?:pemerintah(?: daerah)?|pemkot|pemkab|pemprov|kpu|kip|komisi (?:independen )?pemilihan"
    r"(?: umum)?|bawaslu)\s+",
    re.IGNORECASE,
)
name_like = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’-])+")
not_letters = re.compile(r"[\W\d_]+")
word = re.compile(r"[^\W\d_]+")
KEPT_UPPER = {"DKI", "DI", "D", "I"}


@dataclass(frozen=True, slots=True)
class Region:
    """A province, regency or city, as in the list of the Ministry of Home Affairs; or the
    country."""

    code: str
    """Kemendagri code: `64`, `64.71`; `00` is the country."""
    level: str
    """`country`, `province`, `regency` or `city`."""
    name: str
    """With its level: `Kota Balikpapan`, `Kabupaten Bogor`."""
    timezone: str
    """IANA name of the province's zone."""

    @property
    def bare(self) -> str:
        """The name without its level: `Balikpapan`, `Jakarta Selatan`."""
        return _without_level(self.name)

    @property
    def slug(self) -> str:
        """As in ids: `balikpapan`, `kab-bogor`, `prov-bali`, `ri`."""
        if self.level == "country":
            return "ri"
        lead = {"city": "", "regency": "kab-", "province": "prov-"}[self.level]
        return lead + re.sub(r"[^a-z0-9]+", "-", self.bare.lower()).strip("-")


def region(code: str) -> Region | None:
    """The region with this Kemendagri code, or None."""
    return _regions().get(code)


LEVELS = {"city": "kota", "regency": "kabupaten", "province": "provinsi", "country": "nasional"}
"""Levels of regions, as records name them."""


def all_regions() -> list[Region]:
    """The country, its provinces, its regencies and cities, in order of code."""
    return sorted(_regions().values(), key=lambda each: each.code)


def regions_named(name: str) -> list[Region]:
    """The regions of this name, cities before regencies before provinces: `Kota Bogor` and
    `Kabupaten Bogor` for `bogor`, only the first for `kota bogor`."""
    wanted = _key(name)
    order = ("city", "regency", "province")
    named = [
        each
        for each in _regions().values()
        if each.level in order and wanted and wanted in (_key(each.name), _key(each.bare))
    ]
    return sorted(named, key=lambda each: order.index(each.level))


def find_place(text: str, also: tuple[str, ...] = ()) -> str | None:
    """The place that a text consists of, in title case; None if it has other words. Case,
    spaces, hyphens and a leading `Kota` or `Kab.` do not matter: `KOTA BAU-BAU` gives `Kota
    Bau-Bau`. `also` are places known in addition to the country's, such as a publisher's."""
    if len(text) > LONGEST_NAME:
        return None
    name = " ".join(text.split())
    if name_like.fullmatch(name) and (_known(name, also) or _known(_without_level(name), also)):
        return _title_case(name)
    return None


def publisher_places(publisher: str) -> tuple[str, ...]:
    """The place in a publisher's name: `Pemerintah Kota Balikpapan` gives `Balikpapan`."""
    name = " ".join(publisher.split())
    office = office_words.match(name)
    bare = _without_level(name[office.end() :] if office else name)
    return (bare,) if bare and bare != name else ()


@cache
def _regions() -> Mapping[str, Region]:
    with (DATA / "regions.tsv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: Region(**row) for row in csv.DictReader(file, delimiter="\t")}


@cache
def _places() -> frozenset[str]:
    towns = (DATA / "towns.txt").read_text(encoding="utf-8").splitlines()
    names = [each.bare for each in _regions().values() if each.level != "country"]
    names += [line for line in towns if not line.startswith("#")]
    return _keys(tuple(names))


@cache
def _keys(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_key, names)) - {""}


def _known(name: str, also: tuple[str, ...]) -> bool:
    key = _key(name)
    return key in _places() or key in _keys(also)


def _key(name: str) -> str:
    """The same key for all spellings: `Bau-Bau` and `BAUBAU`, `Palangka Raya` and
    `Palangkaraya`."""
    return not_letters.sub("", name).casefold()


def _without_level(name: str) -> str:
    level = level_words.match(name)
    return name[level.end() :] if level else name


def _title_case(name: str) -> str:
    if not (name.islower() or (name.isupper() and len(name) > 3)):  # NTB, DIY
        return name
    return word.sub(lambda part: part[0] if part[0] in KEPT_UPPER else part[0].capitalize(), name)
