"""Refuses implausible releases and removes implausible dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from crawler.items import TEXT_IN_ATTACHMENT, Rejected, Release

# The largest difference of time zones: a release stamped in Jayapura is not in the future.
_ZONE_TOLERANCE = timedelta(days=1)
_FIRST_YEAR = 1998  # before any of these sites existed


def validate(result: Release | Rejected) -> Release | Rejected:
    """The result, or a `Rejected` for an implausible release. An implausible date is removed with
    a flag, and the release is kept: newsrooms mistype months and years."""
    if isinstance(result, Rejected):
        return result
    if flag := _date_fault(result):
        flags = [*result.flags, flag]
        result = replace(
            result, published_on=None, published_at=None, published_by=None, flags=flags
        )
    if fault := _fault(result):
        reason, detail = fault
        return Rejected(
            source=result.source,
            url=result.url,
            stage="validation",
            reason=reason,
            detail=detail,
            fetched_at=result.fetched_at,
            release=result,
        )
    return result


def _fault(release: Release) -> tuple[str, str] | None:
    """Why a release is implausible, as a word and a sentence; None if it is not."""
    if not release.title.strip():
        return "no-title", "The page has no title that could be found."
    if not release.body.strip() and TEXT_IN_ATTACHMENT not in release.flags:
        return "no-text", "The page has a title but no text."
    return None


def _date_fault(release: Release) -> str | None:
    """Why a date cannot be that of publication, as a flag; None if it can."""
    published = release.published_on
    if published is None:
        return None
    if published.year < _FIRST_YEAR:
        return "date-impossible"
    return "date-future" if published > (release.fetched_at + _ZONE_TOLERANCE).date() else None
