"""Compares what a source's TOML expects with what the archive has."""

from __future__ import annotations

from collections.abc import Iterator

from archive.health.recent import Recent
from crawler.registry.source import Expect


def unmet(expect: Expect, recent: Recent) -> list[str]:
    """A sentence for each expectation that is not met."""
    return list(_unmet(expect, recent))


def _unmet(expect: Expect, recent: Recent) -> Iterator[str]:
    least, most = expect.per_month, expect.per_month_max
    if least is not None and recent.per_month < least:
        yield f"{recent.per_month} releases in the last 30 days, at least {least} expected."
    if most is not None and recent.per_month > most:
        yield f"{recent.per_month} releases in the last 30 days, at most {most} expected."
    if expect.releases is not None and recent.releases < expect.releases:
        yield f"{recent.releases} releases in the archive, at least {expect.releases} expected."
    for what, share, expected in (
        ("dated", recent.dated, expect.dated),
        ("signed", recent.signed, expect.signed),
    ):
        if expected is not None and share is not None and share < expected:
            yield f"{share:.0%} of the newest releases are {what}, {expected:.0%} expected."
    if expect.words is not None and recent.words is not None and recent.words < expect.words:
        yield f"The newest texts have {recent.words:.0f} words, {expect.words} expected."
