"""Index of the bands of all texts: finds the few texts that may be copies of one."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection, Integer, column, text

from archive.database.column_types import NUMBER_BYTES
from archive.database.prepared_statements import Prepared

COMMON = 40
"""A band of more leading texts than this is ignored: a common phrase, or part of a template. All
copies of a text have one leader, so copies make no band common."""

SHARED = 0.25
"""Share of the shorter text's bands, common ones left out, that two texts must share to be
compared."""

# The leaders of a band come first in the table's order (`member` is 0): counting them is reading
# at most COMMON + 1 rows, however many texts have it.
_TELLING = """
    WITH telling AS (
        SELECT value AS key FROM json_each(:keys) AS wanted
        WHERE (SELECT count(*) FROM (SELECT 1 FROM bands AS b
               WHERE b.key = wanted.value AND b.member = 0 LIMIT :common + 1)) <= :common
    )
"""
_CANDIDATES = Prepared(
    text(
        f"""{_TELLING}
    SELECT b.sketch FROM telling JOIN bands AS b ON b.key = telling.key AND b.member = :member
    JOIN sketches AS s ON s.id = b.sketch
    GROUP BY b.sketch
    HAVING count(*) >= :shared
                       * min(length(s.bands) / {NUMBER_BYTES}, (SELECT count(*) FROM telling))
    """  # noqa: S608 - a constant
    ).columns(column("sketch", Integer))
)
_ENTER = Prepared(
    text(
        "INSERT INTO bands (key, member, sketch)"
        " SELECT value, :member, :sketch FROM json_each(:keys)"
    )
)
_LEAVE = Prepared(
    text(
        "DELETE FROM bands WHERE sketch = :sketch AND member IN (0, 1)"
        " AND key IN (SELECT value FROM json_each(:keys))"
    )
)
_COUNT = text(
    "SELECT count(*) FROM json_each(:keys) AS wanted JOIN bands AS b"
    " ON b.key = wanted.value AND b.member = :member AND b.sketch = :sketch"
)


def candidates(connection: Connection, keys: Iterable[int], member: bool) -> list[int]:
    """Numbers of sketches with enough of these bands: of copies if `member`, else of leaders."""
    values = {"keys": _json(keys), "member": member, "common": COMMON, "shared": SHARED}
    return [sketch for (sketch,) in _CANDIDATES.rows(connection, values)]


def enter(connection: Connection, sketch: int, keys: Iterable[int], member: bool) -> None:
    _ENTER.run(connection, {"sketch": sketch, "keys": _json(keys), "member": member})


def leave(connection: Connection, sketch: int, keys: Iterable[int]) -> None:
    _LEAVE.run(connection, {"sketch": sketch, "keys": _json(keys)})


def count(connection: Connection, sketch: int, keys: Iterable[int], member: bool) -> int:
    """How many of these bands the index has for the sketch."""
    values = {"sketch": sketch, "keys": _json(keys), "member": member}
    number: int = connection.scalars(_COUNT, values).one()
    return number


def _json(keys: Iterable[int]) -> str:
    return json.dumps(list(keys))
