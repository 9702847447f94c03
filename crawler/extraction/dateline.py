"""The dateline before the first sentence, such as `BALIKPAPAN - `.

A dateline is a place, perhaps with the name of an institution, a domain or a date, and a
separator. The place must be a known one, or have the form of one: so `BONTANG – Rapat …` and
`SUNGAI LESTARI – Rapat …` have a dateline, `KPU - Bawaslu - DKPP …` and `PENGUMUMAN – Rapat …`
have none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.regions import DATA, find_place

LONGEST = 120
"""Maximum length of a dateline."""
READ = 1000
"""Characters of a text that may call an unlisted name a city, a district or a village."""

separator = re.compile(r"[\s,.;]*[-‐‑‒–—―−:;|_/][\s,.\-‐‑‒–—―−:;|_/]*")
domain = r"(?:[\w-]{1,40}\.\s?){1,5}(?:id|com|co|net|org|news|info|tv)\b"
in_domain = re.compile(domain, re.IGNORECASE)
after_domain = re.compile(rf"{domain}[)\]]?(?P<separator>[.,]?\s+)", re.IGNORECASE)
after_place = re.compile(r"\.\s+")
only_domain = re.compile(rf"\s*{domain}\.?\s*", re.IGNORECASE)
weekday = r"(?:senin|selasa|rabu|kamis|jum['’`]?at|sabtu|minggu|ahad)"
only_date = re.compile(
    rf"{weekday}?\s*(?:\d{{1,2}}[/.-]\d{{1,2}}(?:[/.-]\d{{2,4}})?"
    rf"|\d{{1,2}}\s+[A-Za-z]{{3,9}}\.?(?:\s+\d{{4}})?)|{weekday}",
    re.IGNORECASE,
)
inside_date = re.compile(r"\d[/.-]\d")
bracketed = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
between_parts = re.compile(r"\s*(?:[,|;]|(?<!\d)/|/(?!\d)|\s[-‐‑‒–—―−]+\s|(?<=[^\W\d_]{4})\.\s)\s*")
words = re.compile(r"[^\W_]+")
medium = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]*)+")  # BerandaPost
unclosed = frozenset("()[]")
hyphens = frozenset("-‐‑/")

with (DATA / "datelines.toml").open("rb") as file:
    known = {name: frozenset(listed) for name, listed in tomllib.load(file).items()}
built_like_one = re.compile(
    rf"(?:{'|'.join(sorted(known['stems']))})\w{{3,}}|\w{{3,}}(?:{'|'.join(sorted(known['endings']))})"
)


@dataclass(frozen=True, slots=True)
class Datelined:
    """A text without its dateline. `dateline + text` is the original text."""

    dateline: str | None
    """As printed, with separators."""
    place: str | None
    """The place alone, in title case."""
    text: str


def split_dateline(text: str, publisher_places: tuple[str, ...] = ()) -> Datelined:
    """Splits the dateline off a release's text. `publisher_places` are places known in addition
    to the country's."""
    begin = len(text) - len(text.lstrip())
    head = text[begin : begin + LONGEST]
    for header_end, sentence in _splits(head):
        header = head[:header_end]
        rest = text[begin + sentence : begin + READ]
        place = _place(header, rest, publisher_places)
        if place is None:
            continue
        if _is_route(header, rest, publisher_places):
            if only_domain.fullmatch(header):  # `kota-bontang.kpu.go.id, Bontang – `
                continue
            break
        if _begins_sentence(header, head[header_end:sentence], rest):
            return Datelined(head[:sentence], place, text[begin + sentence :])
    return Datelined(None, None, text)


def _splits(head: str) -> Iterator[tuple[int, int]]:
    """Positions where a dateline could end and a sentence begin, from left to right; if there
    are none, after the place's full stop: `BONTANG. Pemerintah Kota …`."""
    line = head.split("\n", 1)[0]
    splits = [match.span() for match in separator.finditer(head) if match.start() <= len(line)]
    addresses = [match.span() for match in in_domain.finditer(line)]
    splits = [
        (start, end)
        for start, end in splits
        if not inside_date.fullmatch(head, start - 1, end + 1)
        and not any(begin < start and end < last for begin, last in addresses)
    ]
    splits += [match.span("separator") for match in after_domain.finditer(line)]
    yield from sorted(splits)
    full_stop = after_place.search(line)
    if full_stop and line[: full_stop.start()].isupper():
        yield full_stop.span()


def _place(header: str, rest: str, also: tuple[str, ...]) -> str | None:
    """The place of a header that has only a place and what may accompany one."""
    asides = [part for aside in bracketed.findall(header) for part in between_parts.split(aside)]
    plain = bracketed.sub(",", header)
    parts = [part.strip("*# ") for part in between_parts.split(plain) if part.strip()]
    if len(parts) + len(asides) > 5 or not unclosed.isdisjoint(plain):
        return None
    places = [name for part in parts if (name := _named_place(part, also))]
    if not places and asides and not parts:  # `[BONTANG] – `
        places = [name for aside in asides if (name := find_place(aside, also))]
    addressed = any(only_domain.fullmatch(aside) for aside in asides)
    if not places:
        places = [name for part in parts if (name := _unlisted_place(part, rest, addressed))]
    named = [
        part for part in parts if _named_place(part, also) or _unlisted_place(part, rest, addressed)
    ]
    if not all(part in named or _is_beside_place(part) for part in parts):
        return None
    if not all(_is_beside_place(aside) or find_place(aside, also) for aside in asides):
        return None
    return places[0] if 0 < len(places) < 3 else _place_of_domain(header)


def _named_place(part: str, also: tuple[str, ...]) -> str | None:
    return (
        find_place(part, also)
        or _place_and_media(part, also)
        or find_place(_after_desk(part), also)
    )


def _after_desk(part: str) -> str:
    """`MC Bontang`: the text after the name of a desk."""
    first, _, rest = part.strip().partition(" ")
    return rest if first.casefold() in known["desks"] else ""


def _unlisted_place(part: str, rest: str, addressed: bool) -> str | None:
    """A place that is in no list, recognised by its level, its form or the text, or `addressed`,
    with the site's own domain after it. `KECAMATAN SUKAMAJU`, `SUNGAI LESTARI`, `ARJUNA – Warga
    Kelurahan Arjuna …`, and `Klenteng (kotacontoh.go.id) – `."""
    named = part.split()
    plain = [word.casefold() for word in named]
    if not 0 < len(named) < 5 or not all(word.isalpha() and len(word) > 2 for word in named):
        return None
    if not known["headings"].isdisjoint(plain) or not known["institutions"].isdisjoint(plain):
        return None
    by_level = len(named) > 1 and plain[0] in known["levels"]
    by_make = len(named) > 1 and (plain[0] in known["first"] or plain[-1] in known["last"])
    by_make |= built_like_one.fullmatch(plain[0]) is not None and len(named) < 3
    if part.isupper():
        sure = by_level or by_make or _is_named_in(rest, " ".join(plain))
    else:
        opener = words.match(rest)
        begun = opener is not None and opener.group().casefold() in known["openers"]
        is_place = addressed or (begun and (by_level or plain[0] in known["first"]))
        sure = is_place and all(map(str.istitle, named))
    return part.title() if sure else None


def _is_named_in(rest: str, name: str) -> bool:
    text = " ".join(rest.casefold().split())
    return any(f"{level} {name}" in text for level in known["levels"])


def _place_and_media(part: str, also: tuple[str, ...]) -> str | None:
    """`SAMARINDA.KOMINFONEWS`: a place, a full stop and the medium."""
    name, stop, medium = part.partition(".")
    return find_place(name, also) if stop and medium.strip().isupper() else None


def _place_of_domain(header: str) -> str | None:
    """`kota-bontang.kpu.go.id – ` names its place in the domain only."""
    host = header.strip().casefold()
    office, _, _ = host.partition(".kpu.go.id")
    level, _, name = office.partition("-")
    if only_domain.fullmatch(header) and level in {"kota", "kab", "kip"} and host != office:
        return find_place(name)
    return None


def _is_beside_place(part: str) -> bool:
    part = part.strip()
    if not part or only_date.fullmatch(part) or only_domain.fullmatch(part):
        return True
    named = words.findall(part)
    if not named or len(named) > 6:
        return False
    if medium.fullmatch(part):
        return True
    return part.isupper() or not known["institutions"].isdisjoint(map(str.casefold, named))


def _is_route(header: str, rest: str, also: tuple[str, ...]) -> bool:
    """`Surabaya - Malang …` is a road, a train or a match; `SURABAYA - Malang …` is not."""
    start = " ".join(rest[:40].split())
    first = re.split(r"[^\w ]", start, maxsplit=1)[0].split(" ")
    for length in range(min(3, len(first)), 0, -1):
        name = " ".join(first[:length])
        place = find_place(name, also)
        if place and name.casefold() not in known["everyday"]:
            return header.isupper() == name.isupper() and place.casefold() != header.casefold()
    return False


def _begins_sentence(header: str, between: str, rest: str) -> bool:
    if not rest:
        return False
    opener = words.match(rest)
    first = opener.group() if opener else ""
    if between in hyphens and header.replace("-", "").isalpha():
        # `BONTANG-Rapat`, `Bontang-Pemerintah`, but neither `Solo-Ngawi` nor `SOLO-NGAWI`
        if header.isupper() and not header.islower():
            return first[:1].isupper() and (not first.isupper() or first in {"KPU", "PJ"})
        return first.casefold() in known["openers"]
    if rest[0].islower():
        return header.isupper() and between[-1].isspace() and first != "yang"
    return rest[0].isalnum() or rest[0] in "\"'“‘”’„«([#"
