"""Copies releases that this archive does not have, many at a time: their rows are the other
archive's, as stored there; only numbers, clusters and `seq` are this archive's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import count

from sqlalchemy import Connection, bindparam, select

from archive import duplicates
from archive.database import change_sequence
from archive.database.models import ReleaseRecord, SearchRoots, Sketch, Version, table_of
from archive.duplicates.winnowing import ALGORITHM
from archive.merge.rows import AMONG, Row, add_rows, highest, names, rows_among
from archive.proof import log
from archive.search import index

_RELEASES, _VERSIONS, _ROOTS, _SKETCHES = map(
    table_of, (ReleaseRecord, Version, SearchRoots, Sketch)
)
_KNOWN = f"SELECT id FROM release_records WHERE id {AMONG}"  # noqa: S608
_PLAIN = f"""
SELECT r.id, v.text_hash FROM release_records AS r
JOIN versions AS v ON v.release = r.id AND v.version = r.version
JOIN search_roots AS s ON s.id = v.id
WHERE r.id {AMONG} AND NOT EXISTS (SELECT 1 FROM attachments AS a WHERE a.release = r.id)
ORDER BY r.id
"""  # noqa: S608 - our own text
_RECORD = names(_RELEASES, "seq", "duplicate_of", "similarity")
_RECORDS = f"SELECT {', '.join(_RECORD)} FROM release_records WHERE id {AMONG} ORDER BY id"  # noqa: S608
_WORDING = ["id", "crawl", *names(_VERSIONS, "id", "crawl")]
_WORDINGS = (
    f"SELECT {', '.join(_WORDING)} FROM versions WHERE release {AMONG}"  # noqa: S608
    " ORDER BY release, version"
)
_ROOT = ["id", "title", "text"]
_ROOTS_OF = f"SELECT {', '.join(_ROOT)} FROM search_roots WHERE id {AMONG} ORDER BY id"  # noqa: S608
_BANDS_OF = select(_SKETCHES.c.text_hash, _SKETCHES.c.bands).where(
    _SKETCHES.c.algorithm == ALGORITHM,
    _SKETCHES.c.text_hash.in_(bindparam("wanted", expanding=True)),
)

Crawls = Mapping[int, int]
"""This archive's number of each crawl of the other one."""


def copy_new(
    ours: Connection, theirs: Connection, releases: Collection[str], crawls: Crawls
) -> list[str]:
    """Copies those of the other archive's releases that are new here and have no documents, nor
    anything by people. Returns which."""
    known = {id_ for (id_,) in rows_among(ours, _KNOWN, releases)}
    plain = rows_among(theirs, _PLAIN, set(releases) - known)
    if not plain:
        return []
    ids = [id_ for id_, _ in plain]
    _copy_records(ours, rows_among(theirs, _RECORDS, ids))
    numbers = _copy_wordings(ours, rows_among(theirs, _WORDINGS, ids), crawls)
    _copy_index(ours, theirs, numbers)
    hashes = [text_hash for _, text_hash in plain if text_hash is not None]
    bands = dict(map(tuple, theirs.execute(_BANDS_OF, {"wanted": hashes})))
    touched = duplicates.enter_all(ours, plain, bands)
    change_sequence.advance(ours, sorted(touched - set(ids)))
    log.note(ours, ids, "merge")
    return ids


def _copy_records(ours: Connection, records: Sequence[Row]) -> None:
    numbered = zip(count(change_sequence.following(ours)), records)
    add_rows(ours, _RELEASES, ["seq", *_RECORD], ((seq, *record) for seq, record in numbered))


def _copy_wordings(ours: Connection, wordings: Sequence[Row], crawls: Crawls) -> dict[int, int]:
    """Returns this archive's number of each version."""
    numbers = {row[0]: number for number, row in enumerate(wordings, highest(ours, _VERSIONS) + 1)}
    rows = ((numbers[id_], crawls.get(crawl), *rest) for id_, crawl, *rest in wordings)
    add_rows(ours, _VERSIONS, _WORDING, rows)
    return numbers


def _copy_index(ours: Connection, theirs: Connection, numbers: Mapping[int, int]) -> None:
    found = rows_among(theirs, _ROOTS_OF, numbers)
    add_rows(ours, _ROOTS, _ROOT, sorted((numbers[id_], *roots) for id_, *roots in found))
    index.enter_those(ours, min(numbers.values()) - 1, max(numbers.values()))
