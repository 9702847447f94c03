"""Decides whether a bracket at the end of a text signs it, or belongs to its last sentence.

A signature follows the sentence's end mark: `pungkasnya. (DISKOMINFO)`. A bracket before the end
mark explains words of the sentence: `Tidak Memenuhi Syarat (TMS)`. Two exceptions: a signature
after a sentence without its full stop, and an aside after the full stop.
"""

from __future__ import annotations

import re
from functools import cache

from crawler.dates.parser import months, weekdays, zones
from crawler.extraction.byline.credits import (
    DOMAIN,
    EDGES,
    LETTER,
    PARTS,
    WORD,
    any_of,
    every_role,
    is_desk,
    is_unit,
    leading_role,
    role,
    role_with_colon,
    words_of,
)
from crawler.regions import find_place

SENTENCE_END = re.compile(r"[.!?…*”“\"’'»]\s*$")

_DATE = re.compile(r"\d{1,2}\s*[/.-]\s*\d{1,2}|\b(?:19|20)\d\d\b")
_LAST_NUMBERS = re.compile(r"(?:\s*[/,]\s*\d{1,4})+$")
_MEASURE = re.compile(r"\s*(?:rp\.?\s*)?\d[\d.,]*\s+\D", re.IGNORECASE)
_PHONE = re.compile(r"\d(?:[\s-]?\d){5}")
_ADDRESS = re.compile(r"https?:|www\.|\w@\w", re.IGNORECASE)
_EDITORS_NOTE = re.compile(r"^\W*red(?:aksi)?\s*[:.]\s*\w|[^,]+[\w\"”],\s*red\W*$", re.IGNORECASE)
_PROSE = re.compile(
    r"\b(?:saat|ketika|bersama|yang|untuk|pada|dari|dalam|kepada|akan|telah|sudah|belum|tidak|usai|oleh|"
    r"me(?!dia)[a-z]{5,}|ber[a-z]{4,}|di(?!skom)[a-z]{5,})\b"
)
_DATE_WORDS = {*months, *weekdays, *zones, "pukul", "tanggal", "tgl", "jam"}
_SMALL_WORDS = {"dan", "di", "untuk", "atas", "dengan", "yang", "pada", "ke", "dari"}


def signs(inside: str, before: str, *, starred: bool) -> bool:
    """Whether the text in brackets after `before` is a signature. `starred`: asterisks precede
    the bracket, which end a text like a full stop."""
    if not LETTER.search(inside):
        return "*" in inside and set(inside) <= set("*/ ")
    if _explains(inside, before) or _is_aside(inside) or _names_document(inside):
        return False
    if _has_date(inside) and not is_unit(inside):
        return False
    ended = starred or not before.strip() or SENTENCE_END.search(before) is not None
    if not ended:
        return any(map(is_desk, PARTS.split(inside))) and not is_prose(inside)
    return _looks_signed(inside)


def is_document(names: str) -> bool:
    """Whether a source is a document, a law, data or a picture, not a person or a desk."""
    words = re.findall(r"[\w-]+", names.lower())
    return not words_of("documents").isdisjoint(words)


def _names_document(inside: str) -> bool:
    role_match = role_with_colon().match(inside)
    if role_match is None:
        first = WORD.search(inside)
        return first is not None and first.group().lower() in words_of("documents") - every_role()
    return role_match["role"].lower() in words_of("roles.source") and is_document(
        inside[role_match.end() :]
    )


def is_prose(part: str) -> bool:
    """Whether words are part of a sentence, such as a caption's, rather than names."""
    return len(part.split()) > 3 and any(
        not is_unit(match.group()) for match in _PROSE.finditer(part)
    )


def _looks_signed(inside: str) -> bool:
    """Whether a bracket after the end of the sentence reads like names."""
    if any(len(part.split()) > 7 or is_prose(part) for part in PARTS.split(inside)):
        return False
    if role_with_colon().search(inside) or is_unit(inside) or DOMAIN.search(inside):
        return True
    parts = [part.strip(EDGES) for part in PARTS.split(inside) if LETTER.search(part)]
    if any(part.split()[0].lower() in words_of("asides") for part in parts):
        return False
    if len(parts) > 1:
        return all(len(part.split()) <= 4 for part in parts)
    if leading_role().match(inside) or role().match(inside):
        return True
    words = [word for word in parts[0].split() if word.lower() not in {"dkk", "dkk.", "bin"}]
    return len(words) == 1 or (len(words) <= 4 and all(word[:1].isupper() for word in words))


def _is_aside(inside: str) -> bool:
    """An editor's note, a place, a party, a measure, a telephone number: part of the text."""
    bare = inside.strip(EDGES)
    if _EDITORS_NOTE.search(inside) and not is_unit(inside.split()[0].strip(EDGES)):
        return True
    if _PHONE.search(inside) or _ADDRESS.search(inside) or _aside().match(bare):
        return True
    if any(_MEASURE.match(part) for part in PARTS.split(inside)):
        return True
    return not bare.islower() and find_place(bare) is not None


def _has_date(inside: str) -> bool:
    if _DATE.search(_LAST_NUMBERS.sub("", inside)):
        return True
    words = WORD.findall(inside.lower())
    return all(word in _DATE_WORDS for word in words)


def _explains(inside: str, before: str) -> bool:
    """Whether the bracket abbreviates the words before it, or spells them out: `Tidak Memenuhi
    Syarat (TMS)`, `Dinas Komunikasi dan Informatika (Diskominfo)`, `KK (Kartu Keluarga)`."""
    words = WORD.findall(before[-120:])[-12:]
    if not words:
        return False
    short = "".join(WORD.findall(inside)).lower()
    if " " not in inside.strip() and len(short) > 1:
        ended = SENTENCE_END.search(before) is not None
        if not ended or inside.isupper():
            return _is_made_of(short, [word.lower() for word in words])
        return False
    initials = "".join(word[0] for word in WORD.findall(inside) if word not in _SMALL_WORDS)
    last = words[-1]
    return last.isupper() and len(last) > 1 and initials.upper() == last


def _is_made_of(short: str, words: list[str]) -> bool:
    """Whether the letters of `short` are, in order, from the beginnings of the last words."""
    return any(
        word[0] == short[0] and _covers(short, words[at:])
        for at, word in enumerate(words)
        if at >= len(words) - len(short) - 3
    )


def _covers(short: str, words: list[str]) -> bool:
    """Whether every word except small ones gives its first letter, and perhaps later ones, in
    order."""
    reached = {0}
    for word in words:
        after = set(reached) if word in _SMALL_WORDS else set()
        for begin in reached:
            at = begin
            for letter in word:
                if at < len(short) and letter == short[at]:
                    at += 1
                    after.add(at)
                elif at == begin:
                    break
        reached = after
    return len(short) in reached


@cache
def _aside() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words_of('asides'))})(?![\w/])", re.IGNORECASE)
