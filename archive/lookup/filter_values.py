"""What the archive has of each condition by which releases are chosen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Select, func, select

from archive.database.models import Signature, SourceRow
from archive.database.views import releases
from archive.lookup.selection import LEVELS


def filter_values(engine: Engine, condition: str) -> list[str]:
    """The values of `source`, `kind`, `level`, `region`, `tag` or `topic`, in order. Raises
    ArchiveError."""
    each = func.json_each(releases.c.topics).table_valued("value", joins_implicitly=True)
    queries: dict[str, Select[Any]] = {
        "source": select(SourceRow.id),
        "kind": select(SourceRow.kind),
        "region": select(SourceRow.region),
        "tag": select(Signature.tag),
        "topic": select(each.c.value).select_from(releases, each),
    }
    if condition == "level":
        return list(LEVELS)
    with engine.connect() as connection:
        return sorted(connection.scalars(queries[condition].distinct()))
