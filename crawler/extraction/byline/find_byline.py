"""The byline that signs a release, such as `(diskominfo/cha/arh)`.

It is at the end: in brackets after the last sentence, in lines with a role (`Penulis: …`) or a
desk (`Humas Pemkot …`), as bare initials on sites that sign so, or as several of these.
`brackets.py` decides whether a bracket signs or belongs to its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from crawler.extraction.byline.brackets import is_document, is_prose, signs
from crawler.extraction.byline.credits import (
    EDGES,
    LETTER,
    PARTS,
    any_of,
    credits,
    is_desk,
    is_unit,
    leading_role,
    role_with_colon,
    words_of,
)
from crawler.items import Credit

_LONGEST = 160
"""Maximum length of a byline's line or bracket."""
_LINES = 6

_BRACKET = re.compile(
    r"(?P<stars>(?:\*\s?){1,5})?"
    r"(?:[(\[{](?P<inside>[^()\[\]{}\n]{1,160})[)\]}]|[(\[](?P<unclosed>[^()\[\]{}\n]{2,60}))[\s.*]*$"
)
_INITIALS = re.compile(
    r"(?:^|[.!?…”\"’']\s*|\n)[-–(]?\s*(?P<initials>[a-z]{2,5}(?:/[a-z]{2,5}){0,2})\.?\s*$"
)
_AFTER_SENTENCE = re.compile(r"[.!?…”\"’»*)\]]\s{0,3}(?=[-–—~/*\w])")
_DASH = re.compile(r"(?P<sentence>[.!?…”\"’'»]\s{0,3})[-–—~]{1,3}\s{0,3}$")
_HASHTAGS = re.compile(r"(?:(?:^|(?<=\s))#\w+[\s,]*)+$")
_BALANCED = re.compile(r"[^()\[\]]*(?:[(\[][^()\[\]]*[)\]][^()\[\]]*)*")
_ADDRESS = re.compile(r"\d{3}|@\w|\w\.\w")


@dataclass(frozen=True, slots=True)
class Signed:
    """A text without its byline. Text and byline together are the original text; hashtags and
    contacts after the byline stay in the text."""

    text: str
    byline: str | None = None
    """As printed."""
    author_tags: list[str] = field(default_factory=list)
    """In order, lower case, without role words, numbers and repetitions."""
    credits: list[Credit] = field(default_factory=list)


def split_byline(text: str, signatures: frozenset[str] = frozenset()) -> Signed:
    """Splits the byline off a release's text, whose paragraphs are separated by blank lines.
    `signatures` are bare initials that this site signs with, lower case; without them a last
    word such as `wsw` stays in the text."""
    end = _before_contacts(text)
    start = _start_of_byline(text[:end], signatures)
    byline = text[start:end].strip()
    if not byline:
        return Signed(text)
    named = list(credits(byline))
    tags = dict.fromkeys(credit.name.lower() for credit in named)
    rest = text[:start].rstrip() + text[end:].rstrip()
    return Signed(rest, byline, list(tags), named)


def bare_signature(text: str) -> str | None:
    """The last word after the last full stop, which may be the writer's initials."""
    match = _INITIALS.search(text[-40:])
    return match["initials"] if match and len(text) > 40 else None


def _before_contacts(text: str) -> int:
    """Start of the hashtags and contacts at the end, which may follow a byline."""
    end = len(text.rstrip())
    for _ in range(_LINES):
        start = text.rfind("\n", 0, end) + 1
        line = text[max(start, end - _LONGEST) : end]
        if hashtags := _HASHTAGS.search(line):
            end -= len(line) - hashtags.start()
        elif start and len(line) < _LONGEST and _ADDRESS.search(line) and _contact().match(line):
            end = start
        else:
            break
        end = len(text[:end].rstrip())
    return end


def _start_of_byline(text: str, signatures: frozenset[str]) -> int:
    """Start of the byline; the text's length if there is none."""
    begin = len(text)
    end = len(text.rstrip())
    for _ in range(_LINES):
        start = text.rfind("\n", 0, end) + 1
        at = _in_line(text[start:end], signatures if begin == len(text) else frozenset())
        if at is None or not text[: start + at].strip():
            break
        begin = start + at
        if at:
            break
        end = len(text[:start].rstrip())
    return begin


def _in_line(line: str, signatures: frozenset[str]) -> int | None:
    """Start of the byline in its line; 0 if the whole line is one."""
    cut = max(0, len(line) - _LONGEST - 40)
    tail = line[cut:]
    if not cut and len(line) <= _LONGEST and _is_signed_line(line, alone=True):
        return 0
    for start in (_bracket(tail), _after_sentence(tail), _signature(tail, signatures)):
        if start is not None:
            return cut + start
    return None


def _bracket(tail: str) -> int | None:
    """Start of the bracket with the byline, or of the first of several."""
    match = _BRACKET.search(tail)
    if match is None:
        return None
    at = _with_dash(tail, match.start())
    earlier = _bracket(tail[:at].rstrip()) if tail[:at].rstrip().endswith((")", "]")) else None
    before = tail[: at if earlier is None else earlier]
    inside = match["inside"] or match["unclosed"]
    if match["unclosed"] and not is_desk(inside):
        return None
    if not signs(inside.strip(), before, starred=bool(match["stars"])):
        return None
    return at if earlier is None else earlier


def _with_dash(tail: str, at: int) -> int:
    """Start of a dash between the last sentence and a bracket: `… katanya. – (bay)`."""
    dash = _DASH.search(tail[:at])
    return dash.end("sentence") if dash else at


def _after_sentence(tail: str) -> int | None:
    """Names without brackets in the line of the last sentence: `… katanya. Editor: Tono`."""
    for match in _AFTER_SENTENCE.finditer(tail):
        at = match.end()
        if _BALANCED.fullmatch(tail, at) and _is_signed_line(tail[at:], alone=False):
            before = tail[:at].rstrip()
            bracket = _bracket(before) if before.endswith((")", "]")) else None
            return at if bracket is None else bracket
    return None


def _signature(tail: str, signatures: frozenset[str]) -> int | None:
    match = _INITIALS.search(tail[-40:]) if signatures else None
    if match is None or match["initials"] not in signatures:
        return None
    return len(tail) - len(tail[-40:]) + match.start("initials")


def _is_signed_line(line: str, *, alone: bool) -> bool:
    return _is_credit_line(line) or _is_desk_line(line) or (alone and _is_plain_credit(line))


def _is_credit_line(line: str) -> bool:
    """`Penulis: Siti Aminah | Editor: Budi Hartono`, `Sumber : Humas Kominfo Makassar`."""
    start = len(line) - len(line.lstrip(" -–(*[_"))
    match = role_with_colon().match(line, start)
    if match is None or not LETTER.search(line[match.end() :]):
        return False
    names = line[match.end() :]
    if match["role"].lower() in words_of("roles.source"):
        return not is_document(names) and len(names.split()) <= 10
    return all(len(part.split()) <= 7 and not is_prose(part) for part in _names(line))


def _names(line: str) -> Iterator[str]:
    yield from PARTS.split(role_with_colon().sub("\n", line))


def _is_plain_credit(line: str) -> bool:
    """`Penulis Siti Aminah`: a role without its colon, and a name."""
    match = leading_role().match(line)
    names = line[match.end() :].split() if match else []
    return 0 < len(names) < 5 and all(name[:1].isupper() and name[-1] != "." for name in names)


def _is_desk_line(line: str) -> bool:
    """`Humas Pemkot Bontang`, `Diskominfo/cha`, `-red`: a desk and hardly more, not a sentence."""
    name = line.strip(EDGES + "/")
    marked = line.lstrip()[:1] in {"-", "–", "—", "~", "/", "*"}
    signed = any(map(is_desk, PARTS.split(name))) if marked else is_desk(name)
    if not signed or len(name.split()) > 8 or is_prose(name):
        return False
    parts = [word for part in PARTS.split(name) for word in part.split()]
    named = all(word[:1].isupper() or is_unit(word) or word in {"dan", "&"} for word in parts)
    slashed = "/" in name and " " not in name
    return named or slashed or (marked and len(parts) <= 4)


@cache
def _contact() -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{any_of(words_of('contacts'))})\b", re.IGNORECASE)
