"""Captures of each version in web archives.

A web archive captures a page from time to time, so single days are given, not a period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from archive.database.column_types import utc_text
from archive.database.models import Sighting
from archive.i18n import gettext as _


def sightings_by_version(
    connection: Connection, release: str, begun: Sequence[datetime]
) -> list[list[dict[str, str]]]:
    """For each version, by the times when they were first seen, its captures in web archives:
    `seen_at`, `archive`, `url`; the first one first."""
    query = select(Sighting.seen_at, Sighting.archive, Sighting.url).where(
        Sighting.release == release
    )
    found: list[list[dict[str, str]]] = [[] for _ in begun]
    for at, archive, url in connection.execute(query.order_by(Sighting.seen_at, Sighting.url)):
        number = sum(begin <= at for begin in begun)
        if number:
            capture = {"seen_at": utc_text(at), "archive": archive, "url": url}
            found[number - 1].append(capture)
    return found


def seen_in(sightings: Sequence[Mapping[str, str]], via: object) -> str:
    """`seen on 2024-05-01, 2024-09-13 by web.archive.org`; "also" if a crawl saw it."""
    days = list(dict.fromkeys(sighting["seen_at"][:10] for sighting in sightings))
    archives = ", ".join(dict.fromkeys(sighting["archive"] for sighting in sightings))
    by = {"days": ", ".join(days), "archives": archives}
    if via:
        return _("seen on %(days)s by %(archives)s") % by
    return _("also seen on %(days)s by %(archives)s") % by
