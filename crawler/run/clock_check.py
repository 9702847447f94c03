"""Checks this machine's clock before anything is written with it.

It is compared with the archive, which has no time after its last crawl, and with the `Date` of
some unrelated hosts: each gets one request for `robots.txt`; nothing is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from archive.preservation.clock_faults import FAR_OFF
from crawler.run.connectivity_check import Contact


def told_by(contacts: Sequence[Contact]) -> list[timedelta]:
    """The clock offsets of these hosts."""
    return [timedelta(seconds=each.offset) for each in contacts if each.offset is not None]


def fault(now: datetime, latest: datetime | None, offsets: Sequence[timedelta]) -> str | None:
    """Why nothing may be written with this clock, as a sentence; None if it seems right.
    `latest`: the latest time in the archive; `told`: the offsets of the hosts."""
    if latest is not None:
        # Time does not go back: a host behind the archive sends a cached response, or is wrong
        # itself. Unless all are, in which case the archive is wrong.
        offsets = [offset for offset in offsets if now + offset > latest - FAR_OFF] or offsets
    off = (
        timedelta(seconds=median(offset.total_seconds() for offset in offsets))
        if offsets
        else timedelta()
    )
    hosts = f"{len(offsets)} host{'s' if len(offsets) != 1 else ''}"
    if abs(off) > FAR_OFF:
        return (
            f"This machine's clock says {_shown(now)}, but by the Date of {hosts} it is "
            f"{_shown(now + off)}. Set the clock; {_OVERRULE}."
        )
    if latest is not None and now < latest - FAR_OFF:
        agree = f", like {hosts}" if offsets else ""
        return (
            f"This machine's clock says {_shown(now)}{agree}, but the archive has been written on "
            f"{_shown(latest)}. Set the clock, or run `arsip verify --repair` where an "
            f"earlier crawl ran with a wrong one; {_OVERRULE}."
        )
    return None


_OVERRULE = "`-s CLOCK_CHECK=False` skips this check"


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
