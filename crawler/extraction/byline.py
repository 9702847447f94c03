"""The byline: what a desk signed a release with, such as `(diskominfo/cha/arh)`.

It stands at the end: in brackets after the last sentence, in lines that name a role
(`Penulis: …`), as bare initials where the site signs so, or as several of these.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from crawler.items import Credit

_DATA = Path(__file__).parent.parent / "data" / "bylines.toml"
_LONGEST = 160
"""Characters of a line or bracket that can be a byline."""
_LINES = 6

_BRACKET = re.compile(
    r"(?P<stars>(?:\*\s*){1,5})?[(\[](?P<inside>[^()\[\]\n]{1,160})[)\]]\s*\.?\s*$"
)
_SENTENCE_END = re.compile(r"[.!?…*”“\"’'»]\s*$")
_INITIALS = re.compile(
    r"(?:^|[.!?…”\"’']\s*|\n)[-–(]?\s*(?P<initials>[a-z]{2,5}(?:/[a-z]{2,5}){0,2})\.?\s*$"
)
_DATE = re.compile(r"\d{1,2}\s*[/.-]\s*\d{1,2}|\b\d{4}\b")
_PARTS = re.compile(r"\s*[/|;,]\s*|\s+[-–—&+]\s+|\n+")
_NUMBER = re.compile(r"[\d\s.]+|")
_EDGES = " .*:-–—_\t"
_AT_LEAST_ONE_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Signed:
    """A text without its byline. Text and byline together are the text as it was."""

    text: str
    byline: str | None = None
    """As printed."""
    author_tags: list[str] = field(default_factory=list)
    """In order, lower case; role words and numbers left out, nobody twice."""
    credits: list[Credit] = field(default_factory=list)


def split_byline(text: str, signatures: frozenset[str] = frozenset()) -> Signed:
    """Takes the byline off a release's text, whose paragraphs are joined by blank lines.

    `signatures` are bare initials this site is known to sign with, lower case; without them a
    last word such as `wsw` is left in the text.
    """
    end = _start_of_byline(text, signatures)
    byline = text[end:].strip()
    if not byline:
        return Signed(text)
    credits = list(_credits(byline))
    tags = dict.fromkeys(credit.name.lower() for credit in credits)
    return Signed(text[:end].rstrip(), byline, list(tags), credits)


def bare_signature(text: str) -> str | None:
    """The word a text ends with, after its last full stop, that may be its writer's initials."""
    found = _INITIALS.search(text[-40:])
    return found["initials"] if found and len(text) > 40 else None


def _start_of_byline(text: str, signatures: frozenset[str]) -> int:
    """Where the byline begins; the text's length where there is none."""
    end = len(text.rstrip())
    found = len(text)
    for _ in range(_LINES):
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end]
        if len(line) <= _LONGEST and _is_credit_line(line):
            found, end = start, len(text[:start].rstrip())
            continue
        at = _bracket(line, alone=not text[:start].strip())
        if at is None and found == len(text):
            at = _signature(line, signatures)
        return found if at is None else start + at
    return found


def _bracket(line: str, *, alone: bool) -> int | None:
    """Where in a line the bracket with the byline begins."""
    tail = line[-_LONGEST - 40 :]
    match = _BRACKET.search(tail)
    if match is None or (alone and match.start() == 0):
        return None
    before = line[: len(line) - len(tail) + match.start()]
    inside = match["inside"].strip()
    ended = not before.strip() or bool(_SENTENCE_END.search(before)) or bool(match["stars"])
    if _signs(inside, ended=ended):
        return len(line) - len(tail) + match.start()
    return None


def _signs(inside: str, *, ended: bool) -> bool:
    """Whether what stands in brackets is who signed, rather than a part of the sentence."""
    if not _AT_LEAST_ONE_LETTER.search(inside):
        return ended and set(inside) <= set("* ") and "*" in inside
    lowered = inside.lower()
    if _DATE.search(re.sub(r"/\d{1,2}$", "", inside)):
        return False
    if lowered.split()[0].strip(_EDGES) in _words()["asides"]:
        return False
    parts = [part for part in _PARTS.split(inside) if part.strip(_EDGES)]
    if not ended:
        # A sentence without its full stop: only what names a desk beside a slash is sure.
        return len(parts) > 1 and "/" in inside and any(map(_is_unit, parts))
    if any(len(part.split()) > 6 for part in parts):
        return False
    return len(parts) > 1 or len(inside.split()) <= 4 or _is_unit(inside)


def _signature(line: str, signatures: frozenset[str]) -> int | None:
    found = _INITIALS.search(line[-40:]) if signatures else None
    if found is None or found["initials"] not in signatures:
        return None
    return len(line) - len(line[-40:]) + found.start("initials")


def _is_credit_line(line: str) -> bool:
    """`Penulis: Siti Aminah | Editor: Budi Hartono`, `Sumber : Humas Kominfo Makassar`."""
    match = _role_at_start().match(line)
    if match is None or not _AT_LEAST_ONE_LETTER.search(line[match.end() :]):
        return False
    if match["role"].lower() in _words()["source"]:
        words = set(re.findall(r"[\w-]+", line[match.end() :].lower()))
        return words.isdisjoint(_words()["documents"]) and len(words) <= 10
    return all(len(part.split()) <= 7 for part in _PARTS.split(line))


def _credits(byline: str) -> Iterator[Credit]:
    """Each name with its role: the one printed before it, else desk or writer by its words."""
    for part in _PARTS.split(re.sub(r"[()\[\]]", "\n", byline)):
        role: str | None = None
        rest = part.strip(_EDGES)
        while match := _role().match(rest):
            role, rest = _role_of(match["role"]), rest[match.end() :].strip(_EDGES)
        name = re.sub(_nobody(), "", rest).strip(_EDGES)
        if _AT_LEAST_ONE_LETTER.search(name) and not _NUMBER.fullmatch(name):
            yield Credit(role=role or _likely_role(name), name=name)


def _likely_role(name: str) -> str:
    if re.search(r"\w\.(?:com|id|net|co|org|info|tv)\b", name.lower()):
        return "source"
    return "unit" if _is_unit(name) else "writer"


def _is_unit(name: str) -> bool:
    words = re.findall(r"[^\W\d_]+", name.lower())
    return any(word in _words()["units"] for word in words) or any(
        unit in name.lower() for unit in ("media center", "media-center")
    )


def _role_of(printed: str) -> str:
    word = " ".join(printed.lower().split())
    return next(role for role in ("writer", "photo", "editor", "source") if word in _words()[role])


@cache
def _words() -> dict[str, frozenset[str]]:
    data = tomllib.loads(_DATA.read_text("utf-8"))
    lists = {name: frozenset(words) for name, words in data["roles"].items()}
    return lists | {name: frozenset(data[name]["words"]) for name in data if name != "roles"}


def _any_role() -> str:
    roles = [word for role in ("writer", "photo", "editor", "source") for word in _words()[role]]
    return "|".join(word.replace(" ", r"\s+") for word in sorted(roles, key=len, reverse=True))


@cache
def _role_at_start() -> re.Pattern[str]:
    return re.compile(rf"\s*[-–(\[*]*\s*(?P<role>{_any_role()})\s*[:：]\s*", re.I)


@cache
def _role() -> re.Pattern[str]:
    """A role before a name: with a colon or a full stop, or a short one with a space."""
    return re.compile(rf"(?P<role>{_any_role()})(?:\s*[:：.]+\s*|\s+(?=\S)|$)", re.I)


@cache
def _nobody() -> re.Pattern[str]:
    return re.compile(rf"[\s.,/]*\b(?:{'|'.join(_words()['nobody'])})\b\.?", re.I)
