"""The columns of `versions` that a release becomes, and what a second reading may change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from archive.captures import Capture, Via
from archive.database.column_types import clean
from archive.database.models import Version
from archive.duplicates.sentences import Text
from archive.duplicates.winnowing import bands
from archive.exported_record import QUOTE
from archive.fingerprint import content_sha256, text_hash, unprinted
from archive.ingest.protocols import Entries, QuoteLike, ReleaseLike
from archive.search import index

UNEXPORTED = frozenset(
    {"topic_words", "text_hash", "seen_at"} | {"reader", "claim_on", "claim_at", "claim_seen_at"}
)
"""Columns of a wording that are no key of the exported record."""

PRINTED = ("title", "dateline", "body", "byline")
"""Columns of a wording's text, in this order."""
_OF_THE_DATE = frozenset(
    {"relative-date", "date-of-change", "dates-disagree", "weekday-mismatch", "year-from-weekday"}
)
"""Flags that say how a date was read: they stay with it."""


PLACE = ("capture_file", "capture_offset", "capture_record_id")
"""Columns that say where the bytes lie that a wording, or a rejected page, was read from."""
CAPTURE = (*PLACE, "capture_digest")
"""Those of a wording, with the digest of the bytes."""


def capture_columns(capture: Capture | None) -> dict[str, Any]:
    """The values of `PLACE`."""
    where = (capture.file, capture.offset, capture.record_id) if capture else (None,) * len(PLACE)
    return dict(zip(PLACE, where, strict=True))


class Printed(Protocol):
    """The text of a release."""

    @property
    def title(self) -> str: ...
    @property
    def dateline(self) -> str | None: ...
    @property
    def body(self) -> str: ...
    @property
    def byline(self) -> str | None: ...


def entries(release: Printed) -> Entries:
    """Those of a release's text. Pure; some milliseconds."""
    title, dateline, body, byline = printed = _printed(release)
    sha256, hashed = _fingerprints(*printed)
    return Entries(
        printed=printed,
        sha256=sha256,
        text_hash=hashed,
        roots=index.roots(title, dateline, body, byline),
        bands=None if hashed is None else bands(Text(body)),
    )


def known_entries(release: ReleaseLike) -> Entries | None:
    """Those that came with a release, where they are of its text as it is now."""
    held = release.entries
    return held if held is not None and held.printed == _printed(release) else None


def columns(
    release: ReleaseLike, capture: Capture | None = None, via: Via | None = None
) -> dict[str, Any]:
    """The wording's columns in `versions`, with its two fingerprints."""
    wording: dict[str, Any] = {
        name: clean(getattr(release, name))
        for name in (*PRINTED, "published_by", "body_by", "place", "language", "reader")
    }
    wording |= {
        "published_on": release.published_on,
        "published_at": release.published_at,
        "author_tags": clean(release.author_tags),
        "credits": [
            {"role": clean(credit.role), "name": clean(credit.name)} for credit in release.credits
        ],
        "election": release.election,
        "topics": clean(release.topics),
        "topic_words": clean(dict(release.topic_words)),
        "flags": clean(release.flags),
    }
    wording["quotes"] = list(_quotes(release.quotes, wording["body"]))
    wording["attachments"] = [
        {"url": clean(one.url), "type": clean(one.type), "label": clean(one.label)}
        for one in release.attachments
    ]
    known = known_entries(release)
    wording["sha256"], wording["text_hash"] = (
        (known.sha256, known.text_hash) if known else _fingerprints(*_printed(release))
    )
    wording["via"] = via.as_json() if via else None
    wording["capture_digest"] = (capture.digest or None) if capture else None
    return wording | capture_columns(capture)


def _printed(release: Printed) -> tuple[str, str | None, str, str | None]:
    title, dateline, body, byline = (clean(getattr(release, name)) for name in PRINTED)
    return title, dateline, body, byline


def _fingerprints(
    title: str, dateline: str | None, body: str, byline: str | None
) -> tuple[str, str | None]:
    # Joined, so that a byline or dateline recognised only now makes no new wording.
    text = " ".join(part for part in (dateline, body, byline) if part)
    return content_sha256(title, text), text_hash(body)


def _quotes(quotes: Iterable[QuoteLike], body: str) -> Iterator[dict[str, Any]]:
    """Quotes whose text is that of their span in the stored body."""
    for quote in quotes:
        if body[quote.start : quote.end] == quote.text:
            yield {name: clean(getattr(quote, name)) for name in QUOTE}


UNPROVEN = "edit-unproven"
"""The flag of a wording that may differ from the one before it only by how it was read: another
program had read that one, and its capture could not be read again."""


def flags(wording: Mapping[str, Any], version: Version) -> list[str]:
    """A new reading's flags, with the one that is no matter of reading."""
    kept = [UNPROVEN] if UNPROVEN in version.flags and UNPROVEN not in wording["flags"] else []
    return [*wording["flags"], *kept]


def read_again(version: Version, wording: dict[str, Any]) -> None:
    """Puts a second reading of the same wording in place of the first; a reading is no version.

    Two things a later look must not take away: the typography first printed (content systems
    re-type quotes by themselves), and a date or time of day that was still to be seen then (feeds
    forget, `3 jam lalu` becomes `kemarin`)."""
    kept = {
        name
        for name in PRINTED
        if unprinted(getattr(version, name) or "") == unprinted(wording[name] or "")
    }
    if "body" in kept and version.body != wording["body"]:
        kept |= {"quotes"}  # they are spans of the text that stays
    if version.capture_file is not None or wording["capture_file"] is None:
        kept |= set(CAPTURE)  # the bytes in which this wording was first seen
    if wording["via"] is not None:
        kept |= {"via"}  # a web archive saw it too: that says nothing of who saw it first
    if _knows_less(wording, version):
        kept |= {"published_on", "published_at", "published_by"}
        wording = wording | {"flags": _with_flags_of_the_date(wording["flags"], version.flags)}
    wording = wording | {"flags": flags(wording, version)}
    for name, value in wording.items():
        if name not in kept:
            setattr(version, name, value)


def _with_flags_of_the_date(flags: Sequence[str], kept: Sequence[str]) -> list[str]:
    of_the_date = [flag for flag in kept if flag in _OF_THE_DATE]
    return [*of_the_date, *(flag for flag in flags if flag not in _OF_THE_DATE)]


def _knows_less(wording: dict[str, Any], version: Version) -> bool:
    """Whether the new reading's date is vaguer than the one in the archive."""
    if version.published_on is None:
        return False
    if wording["published_on"] is None or "relative-date" in wording["flags"]:
        return True
    return (
        wording["published_on"] == version.published_on
        and wording["published_at"] is None
        and version.published_at is not None
    )
