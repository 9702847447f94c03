"""What was taken down, for those who ask for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from archive.database.models import ReleaseRecord, Version


def why(connection: Connection, release: str) -> str | None:
    """A sentence, without its full stop, if the release is suppressed; None if it is not, or if
    there is none."""
    query = (
        select(Version.suppressed, Version.withheld)
        .join(ReleaseRecord, ReleaseRecord.id == Version.release)
        .where(ReleaseRecord.id == release, ReleaseRecord.version == Version.version)
    )
    row = connection.execute(query).one_or_none()
    if row is None or not row.suppressed:
        return None
    return f"{release} was taken down on {_days_and_reasons(row.withheld)}"


def _days_and_reasons(withheld: list[dict[str, Any]]) -> str:
    return ", and ".join(
        f"{suppression['at'][:10]}: {suppression['reason'].rstrip('.')}" for suppression in withheld
    )
