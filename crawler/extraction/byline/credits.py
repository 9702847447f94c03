"""The names in a byline and their roles: writer, photographer, editor, desk or source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache

from crawler.items import Credit
from crawler.regions import DATA

_DATA = DATA / "bylines.toml"
_ROLES = ("writer", "photo", "editor", "source")

PARTS = re.compile(r"\s*(?:[/\\|;]|,(?!\s*[SMA]\.\s?[A-Z]))\s*|\s*[–—]\s*|\s+[-&+]\s+|\n+")
"""Separators of names in a byline. A hyphen without spaces is not one (`kmf-smd`), nor is the
comma of a degree (`Rina Astuti, S.Sos`)."""
DOMAIN = re.compile(r"\w\.(?:com|id|net|co|org|info|tv|news)\b", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]")
WORD = re.compile(r"[^\W\d_]+")
EDGES = " .*:-–—_~\t\xa0"

_SLASHES = re.compile(r"\s*/\s*|\n+")
_SHORTENED = re.compile(r"(?:[\s.]|^)[A-Z]\.$|\b[SMA]\.[A-Z]\w{0,4}\.$")


def credits(byline: str) -> Iterator[Credit]:
    """Each name of a byline with its role: the one printed before it, else desk or writer by its
    words. Role words and numbers are not names."""
    plain = re.sub(r"[()\[\]{}]", "\n", byline)
    for part in _parted(role_with_colon().sub(r"\n\g<0>", plain)):
        printed_role: str | None = None
        rest = _trimmed(part)
        while match := role().match(rest):
            printed_role, rest = _role_of(match["role"]), _trimmed(rest[match.end() :])
        for printed in re.split(r"\s*:\s*", rest):
            name = _name(printed)
            if LETTER.search(name):
                yield Credit(role=printed_role or _likely_role(name), name=name)


def _parted(plain: str) -> Iterator[str]:
    """The names; if slashes separate them, `Protokol & Dokpim` is one desk."""
    for line in _SLASHES.split(plain) if "/" in plain else [plain]:
        parts = PARTS.split(line)
        if "/" in plain and len(parts) == 2 and " & " in line and _is_one_desk(*parts):
            yield line
        else:
            yield from parts


def _is_one_desk(first: str, second: str) -> bool:
    return is_unit(first) and (is_unit(second) or not is_desk(first))


def _name(printed: str) -> str:
    return " ".join(_trimmed(_nobody().sub("", printed)).split())


def _trimmed(part: str) -> str:
    """A name without marks around it, except the full stop of an initial or a degree: `Wawan
    S.`."""
    bare = part.strip(EDGES)
    stopped = f"{bare}."
    return stopped if stopped in part and len(bare) > 2 and _SHORTENED.search(stopped) else bare


def is_desk(name: str) -> bool:
    """Whether a name begins with that of a desk that writes releases: `Humas KPU Bontang`."""
    return _desk().match(name) is not None


def is_unit(name: str) -> bool:
    """Whether a name is that of an institution or a desk, not of a person."""
    words = WORD.findall(name.lower())
    return _desk_anywhere().search(name) is not None or not words_of("units").isdisjoint(words)


@cache
def words_of(table: str) -> frozenset[str]:
    """The words under a heading of `crawler/data/bylines.toml`; under `roles.…` those of a role."""
    data = tomllib.loads(_DATA.read_text("utf-8"))
    heading, _, role = table.partition(".")
    return frozenset(data[heading][role or "words"])


def any_of(words: frozenset[str] | set[str]) -> str:
    """A pattern for any of these words or phrases, the longest first."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first)


@cache
def role_with_colon() -> re.Pattern[str]:
    """`Penulis : `, `Teks dan Foto: `; the last role counts."""
    roles = any_of(every_role())
    return re.compile(
        rf"(?<![\w-])(?:(?:{roles})\s{{0,3}}(?:dan|&|/)\s{{0,3}})?(?P<role>{roles})\s{{0,3}}[:：]\s*",
        re.IGNORECASE,
    )


@cache
def leading_role() -> re.Pattern[str]:
    """`Penulis Siti Aminah`: a role without a colon."""
    return re.compile(rf"\s*(?:{any_of(words_of('leading'))})\s+(?=\w)", re.IGNORECASE)


def _likely_role(name: str) -> str:
    if DOMAIN.search(name):
        return "source"
    return "unit" if is_unit(name) else "writer"


def _role_of(printed: str) -> str:
    word = " ".join(printed.lower().split())
    return next(role for role in _ROLES if word in words_of(f"roles.{role}"))


@cache
def every_role() -> frozenset[str]:
    """All words and phrases that precede a name."""
    return frozenset().union(*(words_of(f"roles.{role}") for role in _ROLES))


@cache
def role() -> re.Pattern[str]:
    """A role before a name: with a colon, a short one with a full stop or a space, or alone."""
    roles, spaced = any_of(every_role()), any_of(words_of("spaced"))
    return re.compile(
        rf"(?:(?:{roles})\s+(?:dan|&)\s+)?"
        rf"(?P<role>(?:{roles})(?=\s*[:：]|\s*$)|(?:{spaced})(?=\.|\s))[\s:：.]*",
        re.IGNORECASE,
    )


@cache
def _nobody() -> re.Pattern[str]:
    return re.compile(rf"[\s.,/]*\b(?:{any_of(words_of('nobody'))})\b\.?", re.IGNORECASE)


@cache
def _desk() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{any_of(words_of('desks'))})(?![^\W_])", re.IGNORECASE)


@cache
def _desk_anywhere() -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{any_of(words_of('desks'))})(?![^\W_])", re.IGNORECASE)
