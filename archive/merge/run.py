"""Merges a whole archive, source by source, in short transactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, select

from archive.curation import ledger
from archive.curation.shown_rows import (
    DOCUMENTS,
    as_read,
    documents_as_read,
    is_curated,
    put_documents,
)
from archive.database import rebuilds
from archive.database.connection import ArchiveError, prepare_for_bulk, writing
from archive.database.models import (
    AsRead,
    ReleaseRecord,
    SearchRoots,
    Sketch,
    SourceRow,
    Version,
    table_of,
)
from archive.database.transactions import Pace, Turns
from archive.duplicates.winnowing import ALGORITHM
from archive.merge.alike import note_alike
from archive.merge.captures import Copied, copy_captures
from archive.merge.chains import merge_chains
from archive.merge.copying import copy_new
from archive.merge.curation import curated_among, erased_files, merge_curation
from archive.merge.documents import merge_documents
from archive.merge.frontier import frontier_steps
from archive.merge.releases import OtherRelease, Outcome, merge_release
from archive.merge.sources import Crawls, merge_crawls
from archive.moves.links import settle
from archive.preservation.clock_faults import wrong_crawls

_SOURCES, _RELEASES, _VERSIONS, _ROOTS, _SKETCHES = map(
    table_of, (SourceRow, ReleaseRecord, Version, SearchRoots, Sketch)
)
_BATCH = 1_000
"""The most releases in a transaction."""
_STEP = 0.4
"""Seconds that others wait to write."""
_AFTER = (
    select(_RELEASES.c.id)
    .where(_RELEASES.c.id > bindparam("last"), _RELEASES.c.id < bindparam("end"))
    .order_by(_RELEASES.c.id)
    .limit(bindparam("most"))
)
_RECORDS = (
    select(_RELEASES)
    .where(_RELEASES.c.id.in_(bindparam("wanted", expanding=True)))
    .order_by(_RELEASES.c.id)
)
_WORDINGS = (
    select(_VERSIONS)
    .where(_VERSIONS.c.release.in_(bindparam("wanted", expanding=True)))
    .order_by(_VERSIONS.c.release, _VERSIONS.c.version)
)
_AS_READ = select(table_of(AsRead)).where(
    table_of(AsRead).c.release.in_(bindparam("wanted", expanding=True))
)
_NOT_CURATED = {"corrected": None, "corrections": None, "withheld": None, "suppressed": False}
_ROOTS_OF = select(_ROOTS).where(_ROOTS.c.id.in_(bindparam("wanted", expanding=True)))
_BANDS_OF = select(_SKETCHES.c.text_hash, _SKETCHES.c.bands).where(
    _SKETCHES.c.algorithm == ALGORITHM,
    _SKETCHES.c.text_hash.in_(bindparam("wanted", expanding=True)),
)


@dataclass(slots=True)
class Merged:
    """What came in."""

    new: int = 0
    """Releases that this archive did not have."""
    changed: int = 0
    """Releases that now have further versions, or were seen earlier, or later than withdrawn."""
    same: int = 0
    crawls: int = 0
    captures: Copied | None = None
    """None: captures were not copied."""


def count(archive: Engine) -> int:
    """Number of its releases."""
    with archive.connect() as connection:
        return connection.scalar(select(func.count()).select_from(_RELEASES)) or 0


def merge_archive(
    engine: Engine,
    other: Engine,
    captures: tuple[Path, Path] | None,
    progress: Callable[[int], object] = lambda done: None,
) -> Merged:
    """Merges the archive `other`. `captures`: the folders from which and into which capture files
    are copied, before anything refers to them. `progress` is called with the number of releases
    that each step has merged. An interrupted merge is completed by the next one. Raises
    ArchiveError."""
    merged, pace, turns = Merged(), Pace(_BATCH, _STEP), Turns(_STEP)
    prepare_for_bulk(engine)
    if captures is not None:
        merged.captures = copy_captures(*captures, besides=erased_files(engine, other))
    with other.connect() as theirs:  # one moment of it, whoever writes there meanwhile
        _check(theirs, captures[0] if captures else Path("captures"))
        merge_curation(engine, theirs)
        if captures is not None:
            ledger.keep(engine, captures[1])
        for source in theirs.scalars(select(_SOURCES.c.id).order_by(_SOURCES.c.id)).all():
            _merge_source(engine, theirs, source, pace, turns, merged, progress)
        merge_chains(engine, theirs)
    return merged


def _check(theirs: Connection, captures: Path) -> None:
    if rebuilds.warning(theirs, "search") or rebuilds.warning(theirs, "duplicates"):
        raise ArchiveError("An index of the other archive is being rebuilt; merge it after that")
    if wrong_crawls(theirs, captures, datetime.now(UTC)):
        raise ArchiveError(
            "Crawls of the other archive ran with a wrong clock; repair it first, by "
            "`arsip verify --repair` there"
        )


def _merge_source(
    engine: Engine,
    theirs: Connection,
    source: str,
    pace: Pace,
    turns: Turns,
    merged: Merged,
    progress: Callable[[int], object],
) -> None:
    with writing(engine) as ours:
        crawls, added = merge_crawls(ours, theirs, source)
    merged.crawls += added
    for batch in _batches(theirs, source, pace):
        with writing(engine) as ours:
            began = monotonic()
            outcomes = _merge_batch(ours, theirs, crawls, batch)
        pace.follow(monotonic() - began)
        turns.give()
        merged.new += outcomes["new"]
        merged.changed += outcomes["changed"]
        merged.same += outcomes["same"]
        progress(len(batch))
    for step in frontier_steps(theirs, source, crawls):
        with writing(engine) as ours:
            step(ours)
        turns.give()
    with writing(engine) as ours:
        settle(ours, source)


def _merge_release(
    ours: Connection, theirs: Connection, crawls: Crawls, release: OtherRelease
) -> Outcome:
    id_ = release.record["id"]
    with as_read(ours, id_, by="merge"):
        outcome = merge_release(ours, release)
        has_news = merge_documents(ours, theirs, id_, crawls)
        if is_curated(theirs, id_):
            put_documents(ours, id_, documents_as_read(theirs, id_))
    return "changed" if has_news and outcome == "same" else outcome


def _batches(theirs: Connection, source: str, pace: Pace) -> Iterator[Sequence[str]]:
    # Ids begin with their source, so that this is a range of the primary key.
    last, end, most = f"{source}:", f"{source};", pace.rows
    while batch := theirs.scalars(_AFTER, {"last": last, "end": end, "most": most}).all():
        yield batch
        last, most = batch[-1], pace.rows


def _merge_batch(
    ours: Connection, theirs: Connection, crawls: Crawls, releases: Sequence[str]
) -> Counter[Outcome]:
    """Few releases are merged one by one: most are new, or as they are here."""
    left = set(releases) - curated_among(ours, releases) - curated_among(theirs, releases)
    copied = copy_new(ours, theirs, left, crawls)
    alike = note_alike(ours, theirs, left - set(copied))
    done = {*copied, *alike}
    one_by_one = [id_ for id_ in releases if id_ not in done]
    merge_one = partial(_merge_release, ours, theirs, crawls)
    outcomes: Counter[Outcome] = Counter(map(merge_one, _releases(theirs, one_by_one, crawls)))
    return outcomes + Counter({"new": len(copied), "same": len(alike)})


def _releases(theirs: Connection, ids: Sequence[str], crawls: Crawls) -> Iterator[OtherRelease]:
    if not ids:
        return
    wanted = {"wanted": ids}
    records = list(map(dict, theirs.execute(_RECORDS, wanted).mappings()))
    changed = _as_read(theirs, ids)
    wordings = {
        release: [
            {**row, "crawl": crawls.get(row["crawl"]), **_NOT_CURATED} | changed.get(row["id"], {})
            for row in group
        ]
        for release, group in groupby(
            theirs.execute(_WORDINGS, wanted).mappings(), lambda row: row["release"]
        )
    }
    current = [wordings[record["id"]][-1] for record in records]
    roots = {
        row.id: (row.title, row.text)
        for row in theirs.execute(_ROOTS_OF, {"wanted": [row["id"] for row in current]})
        if row.id not in changed
    }
    hashes = [row["text_hash"] for row in current if row["text_hash"]]
    bands: dict[str, Any] = dict(map(tuple, theirs.execute(_BANDS_OF, {"wanted": hashes})))
    for record, row in zip(records, current, strict=True):
        yield OtherRelease(record, wordings[record["id"]], roots.get(row["id"]), bands)


def _as_read(theirs: Connection, releases: Sequence[str]) -> dict[int, dict[str, Any]]:
    """By version, what was read where people changed it there: they change it here too."""
    found = theirs.execute(_AS_READ, {"wanted": releases}).mappings()
    return {row["version_id"]: _parsed(theirs, row["columns"]) for row in found}


def _parsed(theirs: Connection, stored: dict[str, Any]) -> dict[str, Any]:
    columns = {}
    for name, value in stored.items():
        if name == DOCUMENTS:
            continue
        kind = _VERSIONS.c[name].type.dialect_impl(theirs.dialect)
        convert = kind.result_processor(theirs.dialect, None)
        columns[name] = convert(value) if convert else value
    return columns
