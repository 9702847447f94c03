"""Drafts a source's record from its URL and the name of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.regions import Region, regions_named
from crawler.registry.kinds import kind_of_host, kinds

_OFFICE = re.compile(r"^(kota|kab|kip)-(.+)$")
_CITY = re.compile(r"^(?:pemkot?|kota)[-_]?(.+)$|^(.+?)[-_]?kota$")
_REGENCY = re.compile(r"^(?:pemkab|kab)[-_]?(.+)$|^(.+?)[-_]?kab$")
_LEVEL = r"(?:kota|kabupaten|provinsi)(?:\s+administrasi)?"
_PROPER = r"[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*){0,3}"
_NAMED = re.compile(rf"\b(?i:{_LEVEL})\s+{_PROPER}")
_SIGNED = re.compile(
    r"\b(?i:pemerintah|kpu|kip|komisi pemilihan umum|bawaslu|badan pengawas pemilihan umum)"
    rf"\s+(?i:{_LEVEL})\s+{_PROPER}"
)
_HOME_LABELS = frozenset(
    {"www", "web", "portal", "berita", "go", "id", "kpu", "bawaslu", "beranda", "info"}
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A guess, which a person has to check."""

    id: str
    kind: str
    publisher: str
    region: Region | None
    """None if neither URL nor name show it."""


def draft(home: str, name: str | None = None) -> Draft:
    """Guesses a source's record from its home page's URL and the site's name. URLs as in the
    naming rules of KPU (`kota-x`, `kab-x`, `kip-x`, a province's bare name) and as city
    governments choose them (`xkota`, `kotax`, `pemkox`, `x`)."""
    host = (urlsplit(home).hostname or "").lower()
    kind = kind_of_host(host)
    region = _region_of_host(host) or (_region_of_name(name) if name else None)
    office = kinds()[kind].office
    if region is None and name and (signed := _SIGNED.search(name)):
        publisher = signed[0]
    else:
        publisher = f"{office} {region.name if region else host}"
    return Draft(f"{kind}-{_slug(region, host)}", kind, " ".join(publisher.split()), region)


def _region_of_host(host: str) -> Region | None:
    for label in host.split("."):
        if label not in _HOME_LABELS:
            tried = [_first(name, level) for name, level in _readings(label)]
            if region := next((region for region in tried if region), None):
                return region
    return None


def _readings(label: str) -> Iterator[tuple[str, str | None]]:
    """Possible meanings of a label of a host: a name, and its level."""
    if office := _OFFICE.match(label):
        yield office[2], "regency" if office[1] == "kab" else None
    for pattern, level in ((_REGENCY, "regency"), (_CITY, "city")):
        if match := pattern.match(label):
            yield match[1] or match[2], level
    yield label, None


def _region_of_name(name: str) -> Region | None:
    for match in _NAMED.finditer(name):
        words = match[0].split()
        for length in range(len(words), 1, -1):
            if regions := regions_named(" ".join(words[:length])):
                return regions[0]
    return None


def _first(name: str, level: str | None) -> Region | None:
    regions = [each for each in regions_named(name) if level in (None, each.level)]
    return regions[0] if regions else None


def _slug(region: Region | None, host: str) -> str:
    if region is None:
        return re.sub(r"[^a-z0-9]+", "-", host).strip("-")
    return region.slug
