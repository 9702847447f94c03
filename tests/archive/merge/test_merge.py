"""Archives that crawled apart, merged into one."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from archive.cli import main
from archive.database.connection import ArchiveError, open_archive
from archive.export.increment import records
from archive.ingest import attachments, reprocess
from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from archive.lookup.selection import Selection
from archive.merge.run import Merged, merge_archive
from archive.preservation.verify import Counted, verify
from archive.search.fulltext import search
from crawler.items import Release
from tests.archive.conftest import fill
from tests.archive.copies import MARKET, SENTENCES, body
from tests.archive.curation.test_shown_rows import FIRST, correct, mask
from tests.archive.ingest.test_attachments import DECREE, linked
from tests.archive.ingest.test_attachments import fetch as document
from tests.archive.samples import DAY, MORNING, rejected, release, source

SOURCES = ("pemkot-contoh", "kpu-contoh", "pemkot-misal")
Place = Callable[[str], Path]


@pytest.fixture
def place(tmp_path: Path, empty_archive: Path) -> Place:
    """Makes an empty archive with this name."""

    def make(name: str) -> Path:
        path = tmp_path / f"{name}.db"
        shutil.copy(empty_archive, path)
        return path

    return make


@dataclass(frozen=True)
class Visit:
    """What one archive saw in one crawl of a source: its releases, and those that were gone."""

    by: str
    source: str
    at: datetime
    seen: tuple[Release, ...]
    gone: tuple[str, ...]
    refused: tuple[int, ...] = ()


def _crawl(path: Path, visits: list[Visit]) -> None:
    engine = open_archive(str(path), create=True)
    store = Store(engine)
    store.register(map(source, SOURCES))
    for visit in visits:
        crawl = store.begin_crawl(visit.source, visit.at)
        for item in visit.seen:
            asked = Fetch(
                source=item.source, url=item.url, at=item.fetched_at, outcome="release", status=200
            )
            store.store(item, crawl, asked)
        for url in visit.gone:
            store.within(reprocess.withdrawn, visit.source, url, visit.at)
        for number in visit.refused:
            store.reject(rejected(number, source=visit.source, fetched_at=visit.at), crawl)
        store.end_crawl(crawl, "ok", None, {}, visit.at)
    engine.dispose()


def _visits(chance: random.Random, days: int) -> Iterator[Visit]:
    """Each source shows four releases, edits, takes down and puts up again; copies of one text."""
    texts = [body(*SENTENCES[: 5 + number], *MARKET[:number]) for number in range(4)]
    shown: dict[tuple[str, int], str | None] = {}
    for day in range(days):
        for number, name in enumerate(SOURCES):
            for page in range(4):
                if chance.random() < 0.4:
                    shown[name, page] = chance.choice([*texts, None])
            at = MORNING + day * DAY + number * (DAY / 24)
            seen = tuple(
                release(page, source=name, body=shown[name, page], fetched_at=at)
                for page in range(4)
                if shown.get((name, page))
            )
            gone = tuple(
                f"https://{name}.example/berita/{page}"
                for page in range(4)
                if (name, page) in shown and shown[name, page] is None
            )
            yield Visit(chance.choice("ab"), name, at, seen, gone, (7,) if day % 3 == 0 else ())


@contextmanager
def _opened(path: Path, *, create: bool = False) -> Iterator[Engine]:
    engine = open_archive(str(path), create=create)
    yield engine
    engine.dispose()


def _merge(into: Path, *others: Path) -> Merged:
    for other in others:
        with _opened(into, create=True) as own, _opened(other) as engine:
            merged = merge_archive(own, engine, None)
    return merged


def _archived(path: Path) -> dict[str, Any]:
    """Everything but numbers of rows."""
    with _opened(path) as engine:
        found: dict[str, Any] = {}
        for name, versions in (("records", False), ("versions", True)):
            rows = [{**record, "seq": 0} for record in records(engine, versions=versions)]
            found[name] = sorted(rows, key=lambda row: (row["id"], row.get("version", 0)))
        queries = {
            "crawls": "SELECT source, started_at, outcome, releases_new + releases_changed + releases_seen"
            " FROM crawls",
            "rejections": "SELECT source, url, reason, times, first_seen_at, last_seen_at,"
            " resolved_at FROM rejections",
            "addresses": "SELECT source, url, found_at, asked_at, outcome, release FROM addresses",
            "releases": "SELECT id, first_seen_at, last_seen_at, gone_at FROM release_records",
        }
        with engine.connect() as connection:
            for name, query in queries.items():
                found[name] = sorted(map(tuple, connection.execute(text(query))))
    return found


def _findings(path: Path) -> list[str]:
    with _opened(path) as engine:
        found = verify(engine, Path("/nonexistent"), Counted())
        return [one.detail for one in found]


Share = Callable[[Visit, random.Random], str]
SHARES: dict[str, Share] = {
    "by source": lambda visit, _: "ab"[SOURCES.index(visit.source) % 2],
    "by time": lambda visit, _: "ab"[visit.at > MORNING + 4 * DAY],
}


@pytest.mark.parametrize("share", SHARES)
def test_two_that_crawled_apart_equal_one(place: Place, share: str) -> None:
    chance = random.Random(1)
    visits = [replace(visit, by=SHARES[share](visit, chance)) for visit in _visits(chance, days=8)]
    whole, *parts = _crawled(place, visits)
    for name, order in (("ab", parts), ("ba", parts[::-1])):
        merged = place(name)
        _merge(merged, *order)
        assert _archived(merged) == _archived(whole), name
        assert _findings(merged) == []


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(n, marks=pytest.mark.soak) for n in range(2, 9))]
)
def test_two_that_crawled_in_turn(place: Place, seed: int) -> None:
    """Equal, but for a text that one has seen twice before another one, with the other archive's
    text in between: the tables do not say when it was seen the second time; captures do."""
    whole, *parts = _crawled(place, list(_visits(random.Random(seed), days=8)))
    ab, ba = place("ab"), place("ba")
    _merge(ab, *parts)
    _merge(ba, *parts[::-1])
    merged, wanted = _archived(ab), _archived(whole)
    assert merged == _archived(ba)
    for what in ("crawls", "rejections", "addresses"):
        assert merged[what] == wanted[what]
    for one, other in zip(merged["releases"], wanted["releases"], strict=True):
        assert one[:3] == other[:3]
        # That a release is gone is noted by those who have seen it.
        assert one == other or None not in (one[3], other[3])
    assert _findings(ab) == []
    again = _merge(ab, *parts)
    assert (again.new, again.changed, again.crawls) == (0, 0, 0)
    assert _archived(ab) == merged
    seen = {(one["id"], one["sha256"], one["seen_at"]) for one in merged["versions"]}
    for part in parts:
        for one in _archived(part)["versions"]:
            assert any(
                id_ == one["id"] and sha256 == one["sha256"] and at <= one["seen_at"]
                for id_, sha256, at in seen
            )


def _crawled(place: Place, visits: list[Visit]) -> list[Path]:
    """The archive that has crawled all, and those of a and b."""
    paths = [place("whole"), place("a"), place("b")]
    for path, by in zip(paths, ("ab", "a", "b"), strict=True):
        _crawl(path, [visit for visit in visits if visit.by in by])
    return paths


def test_what_is_new_gets_a_seq_and_what_is_not_keeps_it(place: Place) -> None:
    ours, theirs = place("ours"), place("theirs")
    for path in (ours, theirs):
        with _opened(path, create=True) as engine:
            store = Store(engine)
            store.register(map(source, SOURCES))
            fill(store)
    with _opened(theirs, create=True) as engine:
        Store(engine).store(release(9, body="Sesuatu yang baru terjadi di pasar."), None)
    with _opened(ours) as engine:
        before = {record["id"]: record["seq"] for record in records(engine)}
    merged = _merge(ours, theirs)
    assert (merged.new, merged.changed, merged.same) == (1, 0, 3)
    with _opened(ours) as engine:
        after = {record["id"]: record["seq"] for record in records(engine)}
    assert {id_: after[id_] for id_ in before} == before
    [news] = after.keys() - before.keys()
    assert after[news] == max(before.values()) + 1


def test_what_was_only_seen_again_keeps_its_seq(place: Place) -> None:
    ours, theirs = place("ours"), place("theirs")
    seen = tuple(release(page, body=body(*SENTENCES)) for page in range(3))
    _crawl(theirs, [Visit("b", seen[0].source, MORNING, seen, ())])
    _merge(ours, theirs)
    with _opened(ours) as engine:
        before = {record["id"]: record["seq"] for record in records(engine)}
    later = MORNING + 2 * DAY
    again = tuple(replace(item, fetched_at=later) for item in seen)
    _crawl(theirs, [Visit("b", seen[0].source, later, again, ())])
    merged = _merge(ours, theirs)
    assert (merged.new, merged.changed, merged.same) == (0, 0, 3)
    assert _archived(ours) == _archived(theirs)
    with _opened(ours) as engine:
        assert {record["id"]: record["seq"] for record in records(engine)} == before


def test_a_move_between_what_two_have_crawled_is_found_in_either_order(place: Place) -> None:
    """One has crawled an office on its old host, the other one on the new one."""
    homes = {"old": "https://lama.contoh.example/", "new": "https://baru.contoh.example/"}
    paths = {name: place(name) for name in homes}
    for days, (name, home) in enumerate(homes.items()):
        with _opened(paths[name], create=True) as engine:
            store, at = Store(engine), MORNING + days * DAY
            store.register([source(home=home)])
            item = release(url=f"{home}1", body=body(*SENTENCES), fetched_at=at)
            asked = Fetch(source=item.source, url=item.url, at=at, outcome="release", status=200)
            store.store(item, store.begin_crawl(item.source, at), asked)
    merged = {order: place("-".join(order)) for order in (("old", "new"), ("new", "old"))}
    for order, into in merged.items():
        _merge(into, *(paths[name] for name in order))
        with _opened(into) as engine, engine.connect() as connection:
            assert connection.execute(text("SELECT home FROM sources")).scalar() == homes["new"]
            assert connection.execute(text("SELECT how FROM moves")).scalars().all() == ["host"]
        _merge(into, paths["old"])
        assert _findings(into) == []
    first, second = map(_archived, merged.values())
    assert first == second


def test_an_edit_inherits_the_date_that_only_the_other_archive_has_seen(place: Place) -> None:
    first = release(1, body=body(*SENTENCES))
    edited = replace(first, body=body(*SENTENCES, MARKET[0]), published_at=None, published_on=None)
    ours, theirs = place("ours"), place("theirs")
    for path, item in ((ours, first), (theirs, replace(edited, fetched_at=MORNING + DAY))):
        _crawl(path, [Visit("a", item.source, item.fetched_at, (item,), ())])
    _merge(ours, theirs)
    query = "SELECT claim_at FROM versions ORDER BY version"
    with _opened(ours) as engine, engine.connect() as connection:
        claimed, inherited = connection.scalars(text(query))
    assert inherited == claimed is not None
    assert _findings(ours) == []


def test_an_interrupted_merge_is_completed_by_the_next(place: Place) -> None:
    visits = list(_visits(random.Random(3), days=5))
    theirs, ours, calm = place("theirs"), place("ours"), place("calm")
    _crawl(theirs, visits)

    def killed(_: int) -> None:
        raise KeyboardInterrupt

    with (
        _opened(ours, create=True) as own,
        _opened(theirs) as engine,
        pytest.raises(KeyboardInterrupt),
    ):
        merge_archive(own, engine, None, killed)
    _merge(ours, theirs)
    _merge(calm, theirs)
    assert _archived(ours) == _archived(calm)


def test_an_archive_with_a_wrong_clock_is_repaired_first(place: Place) -> None:
    theirs, ours = place("theirs"), place("ours")
    visits = [Visit("a", SOURCES[0], MORNING + days * DAY, (), ()) for days in (0, 400, 1, 2)]
    _crawl(theirs, visits)
    with pytest.raises(ArchiveError, match="wrong clock"):
        _merge(ours, theirs)


@pytest.mark.parametrize("is_known", [False, True])
def test_what_was_taken_down_or_corrected_there_is_so_here(place: Place, is_known: bool) -> None:
    ours, theirs = place("ours"), place("theirs")
    for path in (ours, theirs):
        with _opened(path, create=True) as engine:
            store = Store(engine)
            store.register(map(source, SOURCES))
            if path == theirs or is_known:
                fill(store)
    with _opened(theirs, create=True) as engine:
        correct(engine, "title", '"Judul yang Benar"')
        with engine.connect() as connection:
            corrected = connection.execute(text("SELECT * FROM as_read")).all()
        mask(engine, "Sari Melati")
        wanted = {record["id"]: record for record in records(engine)}
    assert corrected
    merged = _merge(ours, theirs)
    assert merged.new == (0 if is_known else 3)
    with _opened(ours) as engine:
        found = {record["id"]: record for record in records(engine)}
        for id_, record in wanted.items():
            assert found[id_] | {"seq": 0} == record | {"seq": 0}
        assert max(found.values(), key=lambda record: record["seq"])["id"] == FIRST or not is_known
        assert "Sari Melati" not in str(found[FIRST])
        assert search(engine, "Melati", Selection(source=("pemkot-contoh",))) == []
        with engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM as_read")).scalar() == 1
    again = _merge(ours, theirs)
    assert (again.new, again.changed) == (0, 0)


def test_documents_of_both(place: Place) -> None:
    page = linked(DECREE)
    paths = {name: place(name) for name in ("a", "b", "merged")}
    asked = Fetch(source=page.source, url=page.url, at=MORNING, outcome="release")
    states = {
        "a": [document("a"), document("a", MORNING + 2 * DAY)],
        "b": [document("b", MORNING + DAY)],
    }
    for name, visits in states.items():
        with _opened(paths[name], create=True) as engine:
            store = Store(engine)
            store.register(map(source, SOURCES))
            store.store(page, None, asked)
            for one in visits:
                store.within(attachments.note, FIRST, [one], None)
    _merge(paths["merged"], paths["a"], paths["b"])
    query = "SELECT sha256, seen_at, last_seen_at FROM attachment_captures ORDER BY seen_at"
    with _opened(paths["merged"]) as engine, engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
        [asked_at] = connection.execute(text("SELECT asked_at FROM attachments")).scalars()
        assert [hit.id for hit in search(engine, "Formasi")] == [FIRST]
    first, second, third = (f"{MORNING + days * DAY:%FT%TZ}" for days in range(3))
    assert found == [("a", first, third), ("b", second, second)]
    assert asked_at == third
    again = _merge(paths["merged"], paths["a"], paths["b"])
    assert (again.new, again.changed) == (0, 0)


def _run(archive: Path, *words: str) -> Result:
    environment = {"ARCHIVE_URL": str(archive), "CAPTURES": str(archive.parent / "captures")}
    return CliRunner().invoke(main, words, env=environment)


def test_the_command(place: Place, tmp_path: Path) -> None:
    theirs = place("theirs")
    with _opened(theirs, create=True) as engine:
        store = Store(engine)
        store.register(map(source, SOURCES))
        fill(store)
    folder = tmp_path / "theirs"
    (folder / "2024-09-01").mkdir(parents=True)
    (folder / "2024-09-01" / "a.warc.gz").write_bytes(b"captured")
    (folder / "2024-09-01" / "b.warc.gz.open").write_bytes(b"unfinished")
    ours = tmp_path / "pool" / "archive.db"
    ours.parent.mkdir()
    done = _run(ours, "merge", str(theirs), "--captures", str(folder))
    assert done.exit_code == 0, done.output
    assert "3 releases new, 0 changed, 0 same; 2 crawls new." in done.output
    assert "1 capture files copied" in done.output
    copied = [file.name for file in (ours.parent / "captures").rglob("*.*")]
    assert copied == ["a.warc.gz"]
    again = _run(ours, "merge", str(theirs))
    assert "0 releases new, 0 changed, 3 same" in again.output
    assert "no captures were copied" in again.output
    (folder / "2024-09-01" / "a.warc.gz").write_bytes(b"other")
    differs = _run(ours, "merge", str(theirs), "--captures", str(folder))
    assert differs.exit_code == 3
    assert "one name and different contents" in differs.output
    itself = _run(ours, "merge", str(ours))
    assert itself.exit_code == 2
    missing = _run(ours, "merge", str(tmp_path / "nowhere.db"))
    assert missing.exit_code == 3
    assert "nowhere.db" in missing.output
