"""Hashes that decide whether two texts are the same version, or the same text."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_SAME = (
    dict.fromkeys("‘’‚‛′´`ʼʻ", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
)
_TYPOGRAPHIC = re.compile("[" + "".join(_SAME) + "]")
"""Much faster than `str.translate`, since few characters of a text are typographic."""
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# White space counts only between two words: `selesai.(cha)` and `selesai. (cha)` are the same, `di
# mana` and `dimana` are not.
_LOOSE_SPACE = re.compile(r"(?<!\w) | (?!\w)")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")

LEAST_WORDS = 20
"""A shorter body (`Selamat Idulfitri …`) occurs everywhere and is not a copy."""


def release_id(source: str, url: str) -> str:
    """`{source}:{16 hex}`, always the same for one canonical URL of a source."""
    return f"{source}:{_sha256(url)[:16]}"


def content_sha256(title: str, text: str) -> str:
    """Decides whether a version is new. It ignores quote and dash shapes, soft hyphens and other
    invisible characters, Unicode compatibility forms, and white space except between words."""
    return _sha256(f"{_tight(title)}\n{_tight(text)}")


def text_hash(body: str) -> str | None:
    """Decides whether two releases have the same text: its words alone, in any case. None if
    they are too few to be sure that one is a copy."""
    words = _WORD.findall(unprinted(body).casefold())
    return _sha256(" ".join(words)) if len(words) >= LEAST_WORDS else None


def unprinted(text: str) -> str:
    """`text` without typography, which content management systems change. White space stays."""
    visible = _plain(_INVISIBLE.sub("", text))
    return _plain(unicodedata.normalize("NFKC", visible))


def _plain(text: str) -> str:
    return _TYPOGRAPHIC.sub(lambda mark: _SAME[mark[0]], text)


def _tight(text: str) -> str:
    return _LOOSE_SPACE.sub("", _SPACE.sub(" ", unprinted(text)))


def _sha256(text: str) -> str:
    # A lone surrogate is not UTF-8 and must not make a hash fail.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
