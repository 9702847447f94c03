"""Every change of a release is in the log, and what changed without it is named."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from archive.curation import corrections, takedown
from archive.curation.overlay import Correction
from archive.database.connection import ArchiveError, open_archive, writing
from archive.fingerprint import release_id
from archive.ingest import frontier, reprocess
from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from archive.preservation.upgrade import complete_archive, upgrade_archive
from archive.preservation.verify import Counted, verify
from archive.proof import chain, release_log_upgrade
from archive.proof.canonical import canonical, digest
from archive.proof.release_state import version_documents
from tests.archive.database.test_migrations import BASELINE
from tests.archive.samples import DAY, MORNING, release

SOURCE, URL = "pemkot-contoh", "https://pemkot-contoh.example/berita/1"
ID = release_id(SOURCE, URL)


def log(engine: Engine) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [json.loads(one.content) for one in chain.events(connection, chain.OWN)]


def kinds(engine: Engine) -> list[str]:
    return [event["kind"] for event in log(engine)]


def findings(engine: Engine) -> list[tuple[str, str]]:
    found = verify(engine, Path("/nonexistent"), Counted())
    return [(one.what, f"{one.where}: {one.detail}") for one in found if one.what in WORDS]


WORDS = ("chain", "event", "shown")


def forge(engine: Engine, *statements: str) -> None:
    """What somebody does who has the file: no trigger stops that."""
    with sqlite3.connect(str(engine.url.database).removeprefix("file:").partition("?")[0]) as db:
        triggers = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
        for _, sql in triggers:
            db.execute(sql)
    db.close()


def correct(engine: Engine) -> None:
    one = Correction(ID, "title", "Judul Benar", "mistyped", "Sari", date(2024, 9, 9))
    corrections.apply(engine, [one])


@pytest.fixture
def kept(store: Store, engine: Engine) -> Engine:
    """An archive with two releases, the first in two versions."""
    crawl = store.begin_crawl(SOURCE, MORNING)
    fetch = Fetch(source=SOURCE, url=URL, at=MORNING, outcome="release")
    store.store(release(1), crawl, fetch)
    store.store(release(2), crawl)
    store.store(release(1, title="Judul Baru", fetched_at=MORNING + DAY), crawl)
    return engine


def test_each_change_is_an_event(kept: Engine, store: Store) -> None:
    assert kinds(kept) == ["begin", "release", "release", "version"]
    crawl = store.begin_crawl(SOURCE, MORNING + DAY)
    again = Fetch(source=SOURCE, url=URL, at=MORNING + 2 * DAY, outcome="unchanged")
    store.seen(again, crawl)
    store.store(release(1, title="Judul Baru", fetched_at=MORNING + 2 * DAY), crawl)
    assert len(log(kept)) == 4  # seen again: nothing happened to it
    store.within(reprocess.withdrawn, SOURCE, URL, MORNING + 3 * DAY)
    store.within(
        frontier.seen_again,
        Fetch(source=SOURCE, url=URL, at=MORNING + 4 * DAY, outcome="unchanged"),
    )
    better = release(1, title="Judul Baru", place="Kota", fetched_at=MORNING + 4 * DAY)
    store.store(better, crawl)
    correct(kept)
    one = takedown.suppress(kept, takedown.Wanted(ID), "Putusan", "Sari", MORNING)
    takedown.lift(kept, one.id, "Banding", "Sari", MORNING)
    assert kinds(kept)[4:] == [
        *("withdrawal", "return", "reading"),
        *("correction", "suppression", "suppression"),
    ]
    assert [event.get("by") for event in log(kept)[4:]] == ["rebuild", "crawl", "crawl"] + [
        "person"
    ] * 3
    assert len({tuple(event["versions"]) for event in log(kept)[6:]}) == 1, "what was read stayed"
    assert findings(kept) == []


def test_a_digest_is_of_what_was_read(kept: Engine) -> None:
    with kept.connect() as connection:
        documents = version_documents(connection, ID)
    assert [digest(one) for one in documents] == log(kept)[-1]["versions"]
    assert (documents[0]["title"], documents[0]["url"]) == (release(1).title, URL)
    assert canonical({"b": [1, None, "é\n"], "a": True}) == '{"a":true,"b":[1,null,"é\\n"]}'


@pytest.mark.parametrize(
    "change",
    [
        *("title = title || ' '", "body = 'a' || body", "byline = NULL", "sha256 = 'a'"),
        *("published_on = '2024-01-01'", "seen_at = '2024-09-02T22:15:01Z'", "quotes = '[1]'"),
        *("capture_record_id = 'a'", "capture_digest = 'a'", "election = 0", "via = '{}'"),
    ],
)
def test_a_changed_version_is_named(kept: Engine, change: str) -> None:
    forge(kept, f"UPDATE versions SET {change} WHERE version = 2")  # noqa: S608
    [(word, sentence)] = findings(kept)
    assert (word, sentence.partition(" ")[0]) == ("event", f"{ID}:")
    assert "version 2 is not what the log says" in sentence


@pytest.mark.parametrize(
    ("forgery", "word", "sentence"),
    [
        ("UPDATE release_records SET gone_at = '2024-09-09T00:00:00Z'", "event", "gone_at"),
        ("UPDATE release_records SET url = 'https://lain.example/'", "event", "version 1, 2"),
        ("DELETE FROM versions WHERE version = 2", "event", "has 1 versions, and the log 2"),
        ("UPDATE events SET content = replace(content, '{', '[') WHERE number = 4", "chain", "event 4 of the log"),
        ("UPDATE events SET content = replace(content, '{', '[') WHERE number = 1", "chain", "event 1 of the log"),
        ("DELETE FROM events WHERE number = 3", "chain", "events 3 to 3 are missing"),
        ("DELETE FROM events WHERE number = 4", "event", "has 2 versions, and the log 1"),
        ("DELETE FROM events", "chain", "has lost all its events"),
        ("UPDATE events SET content = replace(content, '2', '3') WHERE number = 2", "chain", "event 2 of the log"),
        ("UPDATE events SET hash = zeroblob(32) WHERE number = 2", "chain", "event 2 of the log"),
        ("UPDATE events SET release = 'x' WHERE number = 2", "chain", "event 2 of the log"),
        ("UPDATE chains SET genesis = 'x'", "chain", "event 1 of the log"),
    ],
)  # fmt: skip
def test_a_forgery_is_named(kept: Engine, forgery: str, word: str, sentence: str) -> None:
    forge(kept, forgery)
    found = findings(kept)
    assert any(one == word and sentence in text for one, text in found), found


def test_a_release_that_came_or_went_without_the_log_is_named(kept: Engine) -> None:
    other = release_id(SOURCE, f"{URL[:-1]}2")
    forge(
        kept,
        f"DELETE FROM versions WHERE release = '{other}'",  # noqa: S608
        f"DELETE FROM release_records WHERE id = '{other}'",  # noqa: S608
    )
    assert findings(kept) == [("event", f"{other}: is in the log, but not in the archive")]


def test_a_forgery_is_named_still_when_a_crawl_has_written_over_it(
    kept: Engine, store: Store
) -> None:
    forge(kept, "UPDATE versions SET body = 'Tidak pernah ada.' WHERE version = 2")
    store.store(release(1, title="Ketiga", fetched_at=MORNING + 3 * DAY), None)
    assert "found" in log(kept)[-1]
    assert [word for word, _ in findings(kept)] == ["event"]


def test_what_is_shown_of_a_corrected_release_is_checked(kept: Engine) -> None:
    correct(kept)
    assert findings(kept) == []
    forge(kept, "UPDATE versions SET title = 'Judul Palsu' WHERE version = 2")
    [(word, sentence)] = findings(kept)
    assert word == "shown"
    assert sentence.endswith("version 2 is shown with another title")


@pytest.mark.parametrize(
    "forgery",
    [
        ("UPDATE versions SET suppressed = 1",),
        ("UPDATE versions SET corrections = '[]'",),
        (
            "INSERT INTO as_read SELECT id, release, json_object('title', title) FROM versions",
            "UPDATE versions SET title = 'Judul Palsu'",
        ),
    ],
)
def test_a_release_that_nobody_corrected_is_shown_as_read(
    kept: Engine, forgery: tuple[str, ...]
) -> None:
    forge(kept, *forgery)
    assert {word for word, _ in findings(kept)} == {"shown"}


@pytest.mark.parametrize(
    "forgery",
    [
        """UPDATE versions SET author_tags = '{"' WHERE version = 2""",
        "UPDATE versions SET body = x'ff' WHERE version = 2",
        "UPDATE events SET number = 'x' WHERE number = 3",
        "UPDATE chains SET parent = 1, shared = 3",
    ],
)
def test_a_value_of_another_kind_is_a_finding_and_ends_no_check_but_its_own(
    kept: Engine, forgery: str
) -> None:
    forge(kept, forgery, "UPDATE release_records SET gone_at = '2024-09-09T00:00:00Z'")
    found = list(verify(kept, Path("no-captures"), Counted()))
    assert {"event", "chain", "integrity"} & {finding.what for finding in found}
    assert [finding.where for finding in found if finding.what == "event"]


def test_the_log_is_only_added_to(kept: Engine) -> None:
    for statement in ("DELETE FROM events", "UPDATE events SET content = ''", "DELETE FROM chains"):
        with pytest.raises(Exception, match="only added"), writing(kept) as connection:
            connection.execute(text(statement))


def test_an_archive_of_before_the_log_is_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as db:
        db.executescript(BASELINE.read_text(encoding="utf-8"))
    db.close()
    upgrade_archive(str(path))
    engine = open_archive(str(path))
    assert kinds(engine) == ["begin", "known", "known"]
    assert findings(engine) == []
    engine.dispose()


def test_an_older_archive_is_entered_in_steps(
    kept: Engine, store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `upgrade` leaves it, a crawl writes meanwhile, and it is interrupted."""
    forge(kept, "DELETE FROM events", "DELETE FROM chains")
    with writing(kept) as connection:
        release_log_upgrade.begin(connection)
    assert "being entered" in findings(kept)[0][1]
    store.store(release(1, title="Ketiga", fetched_at=MORNING + 3 * DAY), None)
    assert kinds(kept) == ["begin", "known", "version"]
    monkeypatch.setattr(release_log_upgrade, "_STEP", 1)

    def killed() -> None:
        raise ArchiveError("killed")

    with pytest.raises(ArchiveError):
        release_log_upgrade.complete(kept, killed)
    assert complete_archive(url)
    assert sorted(kinds(kept)) == ["begin", "known", "known", "version"]
    assert findings(kept) == []
