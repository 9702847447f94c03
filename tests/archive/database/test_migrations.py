"""The tables are what the models say, and old archives become new ones."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

from archive import duplicates
from archive.database import migrate, views
from archive.database.connection import ArchiveError, open_archive, writing
from archive.database.models import Base, Crawl
from archive.export.increment import records
from archive.fingerprint import text_hash
from archive.ingest import frontier
from archive.ingest.store import Store
from archive.migrations.schema import migrated_schema
from archive.preservation.upgrade import upgrade_archive
from archive.search import index
from archive.search.fulltext import search
from tests.archive.copies import MARKET, WHOLE, body
from tests.archive.samples import DAY, MORNING, release, source

BASELINE = Path(__file__).with_name("schema_0001.sql")


@pytest.fixture
def baseline(tmp_path: Path) -> str:
    """An archive as the first version of the program left it."""
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript(BASELINE.read_text(encoding="utf-8"))
    connection.close()
    return f"sqlite:///{path}"


@pytest.fixture
def tomorrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program with one more migration: the path of its script."""
    scripts = tmp_path / "migrations of 50% more"
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    script = scripts / "versions" / "9999_tomorrow.py"
    lines = ("from alembic import op", f"revision, down_revision = '9999', {migrate.head()!r}")
    body = "def upgrade():\n    op.execute('CREATE TABLE tomorrow (id INTEGER)')\n"
    script.write_text("\n".join((*lines, body)), encoding="utf-8")
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)
    return script


def test_a_migration_is_named_by_its_revision() -> None:
    scripts = ScriptDirectory(str(migrate.SCRIPTS))
    names = {script.revision: Path(script.path).name for script in scripts.walk_revisions()}
    assert all(name.startswith(f"{revision}_") for revision, name in names.items())
    assert (migrate.head(), max(names)) == (scripts.get_current_head(), migrate.head())


def test_a_new_archive_has_what_the_migrations_make() -> None:
    schema = (migrate.SCRIPTS / migrate.SCHEMA).read_text(encoding="utf-8")
    # Versions of SQLite may set quotes and spaces otherwise when they alter a table.
    written, made = (re.sub(r'["\s]+', "", one) for one in (schema, migrated_schema()))
    assert written == made, "run .venv/bin/python -m archive.migrations, and commit"


def test_the_migrations_make_what_the_models_say(engine: Engine) -> None:
    def no_index_tables(name: str | None, kind: str, parents: object) -> bool:
        return not (kind == "table" and (name or "").startswith("search_index"))

    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": no_index_tables}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
        inspector = inspect(connection)
        for view in (
            views.releases,
            views.author_tags,
            views.quotes,
            views.reposts,
            views.clusters,
            views.claims,
        ):
            columns = [column["name"] for column in inspector.get_columns(view.name)]
            assert columns == [column.name for column in view.columns]


def test_the_frozen_archive_is_what_the_baseline_makes(engine: Engine, baseline: str) -> None:
    """The frozen text must not be edited together with a migration that is already out there."""
    upgrade_archive(baseline)
    old = open_archive(baseline)
    made = [_definitions(archive) for archive in (engine, old)]
    old.dispose()
    assert made[0] == made[1]


def _definitions(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master"))
        return {name: " ".join((sql or "").split()) for name, sql in rows}


def test_the_frozen_archive_is_brought_up_to_date(baseline: str) -> None:
    before, after = upgrade_archive(baseline)
    assert (before, after) == ("0001", migrate.head())
    engine = open_archive(baseline)
    edited, other = sorted(records(engine), key=lambda record: -record["version"])
    assert (edited["version"], other["version"]) == (2, 1)
    assert (edited["attachments"], edited["attachment_text"]) == ([], None)
    assert [hit.id for hit in search(engine, "ralat")] == [edited["id"]]
    assert len(search(engine, "penetapan")) == 2
    assert list(index.check(engine)) == []
    engine.dispose()


def test_an_upgraded_archive_knows_its_copies(baseline: str) -> None:
    upgrade_archive(baseline)
    engine = open_archive(baseline, create=True)
    first, copy = sorted(records(engine), key=lambda record: record["similarity"] or 0)
    assert copy["duplicate_of"] == first["id"]
    assert copy["seq"] > 4  # it changed: a mirror has to hear of it
    with writing(engine) as connection, Session(connection) as session:
        assert list(duplicates.check(session)) == []
    engine.dispose()


@pytest.fixture
def archive_before(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Makes the archive as a program without the migrations from `first` on did, with `rows`."""

    def make(first: str, *rows: str) -> None:
        scripts = tmp_path / "migrations of before"
        left_out = shutil.ignore_patterns("__pycache__", migrate.SCHEMA)
        shutil.copytree(migrate.SCRIPTS, scripts, ignore=left_out)
        for later in [path for path in scripts.glob("versions/0*.py") if path.name > first]:
            later.unlink()
        with monkeypatch.context() as before:
            before.setattr(migrate, "SCRIPTS", scripts)
            engine = open_archive(url, create=True)
            with writing(engine) as connection:
                for row in rows:
                    connection.execute(text(row))
            engine.dispose()

    return make


def test_addresses_of_before_are_asked_for_as_they_are_kept(
    url: str, archive_before: Callable[..., None]
) -> None:
    """An archive of version 0008 knew no other address of a release than its canonical one."""
    archive_before("0009", _SOURCE_OF_0006, _ADDRESS_OF_0008)
    assert upgrade_archive(url) == ("0008", migrate.head())
    engine = open_archive(url, create=True)
    [known] = Store(engine).within(frontier.load, "pemkot-contoh")
    assert (known.url, known.requested) == ("https://a.example/berita/1", None)
    engine.dispose()


def test_texts_of_before_are_those_of_the_page_and_every_record_changes_once(
    url: str, archive_before: Callable[..., None]
) -> None:
    """An archive of version 0009 exported neither `flags` nor `body_by`."""
    archive_before("0010", _SOURCE_OF_0006, *_RELEASES_OF_0009)
    assert upgrade_archive(url) == ("0009", migrate.head())
    engine = open_archive(url)
    found = [(one["id"][-1], one["body_by"], one["flags"]) for one in records(engine)]
    assert found == [("b", "page", ["relative-date"]), ("a", "page", [])]
    assert min(one["seq"] for one in records(engine)) > 7
    engine.dispose()


def test_releases_of_before_have_no_quotes_until_they_are_read_again(
    url: str, archive_before: Callable[..., None]
) -> None:
    """An archive of version 0011 did not look for them; every record changes once."""
    archive_before("0012", _SOURCE_OF_0006, *_RELEASES_OF_0009)
    assert upgrade_archive(url) == ("0011", migrate.head())
    engine = open_archive(url)
    found = [(one["id"][-1], one["seq"] > 7, one["quotes"]) for one in records(engine)]
    assert found == [("b", True, []), ("a", True, [])]
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM quotes")).scalar() == 0
        unread = text("SELECT count(*) FROM versions WHERE quotes IS NULL")
        assert connection.execute(unread).scalar() == 2
    engine.dispose()


def test_releases_of_before_were_seen_by_crawls(
    url: str, archive_before: Callable[..., None]
) -> None:
    """An archive of version 0012 knew no web archives; every record changes once."""
    archive_before("0013", _SOURCE_OF_0006, *_RELEASES_OF_0009)
    assert upgrade_archive(url) == ("0012", migrate.head())
    engine = open_archive(url)
    assert [(one["seq"] > 7, one["via"]) for one in records(engine)] == [(True, None)] * 2
    with engine.connect() as connection:
        crawled = text("SELECT count(*) FROM release_records WHERE crawled")
        assert connection.execute(crawled).scalar() == 2
    engine.dispose()


def test_every_release_has_the_level_of_its_region(
    url: str, archive_before: Callable[..., None]
) -> None:
    """An archive of version 0013 had none; every record changes once."""
    archive_before("0014", _SOURCE_OF_0006, *_RELEASES_OF_0009)
    assert upgrade_archive(url) == ("0013", migrate.head())
    engine = open_archive(url)
    assert [(one["seq"] > 7, one["level"]) for one in records(engine)] == [(True, "kota")] * 2
    engine.dispose()


def test_people_whom_releases_of_before_quote_can_be_found(
    url: str, archive_before: Callable[..., None]
) -> None:
    """An archive of version 0014 had them in the quotes only."""
    quoted = '[{"person"\\: "Ani", "role"\\: "Camat"}, {"person"\\: "Ani", "role"\\: "Camat"}]'
    archive_before(
        "0015",
        _SOURCE_OF_0006,
        *_RELEASES_OF_0009,
        f"UPDATE versions SET quotes = '{quoted}' WHERE release LIKE '%a'",  # noqa: S608
    )
    assert upgrade_archive(url) == ("0014", migrate.head())
    engine = open_archive(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT person, role, quotes FROM quoted_people")).all()
    assert found == [("Ani", "Camat", 2)]
    engine.dispose()


def test_what_crawls_saw_before_is_noted_in_the_order_of_time(
    url: str, archive_before: Callable[..., None]
) -> None:
    """An archive of the version before 0019 noted no changes; its releases and edits are known."""
    archive_before(
        "0019",
        _SOURCE_OF_0006,
        _CRAWL_OF_0006,
        *_RELEASES_OF_0009,
        "UPDATE versions SET crawl = 1",
        "UPDATE release_records SET gone_at = '2025-01-01T00\\:00\\:00Z' WHERE id LIKE '%a'",
    )
    upgrade_archive(url)
    engine = open_archive(url)
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT substr(release, -1), what FROM changes ORDER BY id")
        )
        assert sorted(found.all()[:2]) == [("a", "new"), ("b", "new")]
        last = connection.execute(text("SELECT what FROM changes ORDER BY id DESC LIMIT 1"))
        assert last.scalar() == "withdrawn"
    engine.dispose()


def test_releases_that_moved_before_are_linked_by_an_upgrade(
    url: str, archive_before: Callable[..., None]
) -> None:
    """An archive of the version before 0021 had missed the old address, and no link to the new."""
    later = "'2025-01-01T00\\:00\\:00Z'"
    archive_before(
        "0021",
        _SOURCE_OF_0006,
        *_RELEASES_OF_0009,
        f"UPDATE versions SET body = '{' '.join(MARKET)}'",  # noqa: S608
        f"UPDATE versions SET seen_at = {later} WHERE release LIKE '%b'",  # noqa: S608
        f"UPDATE release_records SET first_seen_at = {later}, last_seen_at = {later}"  # noqa: S608
        " WHERE id LIKE '%b'",
        "INSERT INTO addresses"  # noqa: S608
        " (source, url, what, found_by, found_at, shown, missing_since)"
        f" SELECT source, url, 'release', 'listing', first_seen_at, '{{}}', {later}"
        " FROM release_records WHERE id LIKE '%a'",
    )
    upgrade_archive(url)
    engine = open_archive(url)
    found = {one["id"][-1]: one for one in records(engine)}
    links = [(found[name]["moved_from"], found[name]["moved_to"]) for name in "ab"]
    assert links == [(None, found["b"]["id"]), (found["a"]["id"], None)]
    engine.dispose()


def test_crawls_of_before_noted_less(url: str, archive_before: Callable[..., None]) -> None:
    """An archive of version 0006: its crawls stay, and what they did not note is unknown."""
    archive_before("0007", _SOURCE_OF_0006, _CRAWL_OF_0006)
    assert upgrade_archive(url) == ("0006", migrate.head())
    engine = open_archive(url, create=True)
    with Session(engine) as session:
        crawl = session.scalars(select(Crawl)).one()
        assert (crawl.outcome, crawl.pages, crawl.deep) == ("ok", 3, False)
        assert (crawl.named, crawl.ways, crawl.seconds, crawl.reading) == (None, None, None, None)
    store = Store(engine)
    number = store.begin_crawl("pemkot-contoh", datetime(2024, 9, 1, tzinfo=UTC))
    store.end_crawl(number, "ok", None, {"named": 3, "ways": [{"what": "feed"}]}, datetime.now(UTC))
    with Session(engine) as session:
        assert session.get_one(Crawl, number).ways == [{"what": "feed"}]
    engine.dispose()


_SOURCE_OF_0006 = """
INSERT INTO sources (id, kind, publisher, region, home, timezone)
VALUES ('pemkot-contoh', 'pemkot', 'Kota Contoh', '64.71', 'https://a.example/', 'Asia/Makassar')
"""
_ADDRESS_OF_0008 = """
INSERT INTO addresses (source, url, what, found_by, found_at, shown)
VALUES ('pemkot-contoh', 'https://a.example/berita/1', 'release', 'listing', '2024-09-01T00:00:00Z', '{}')
"""
_RELEASE_OF_0009 = """
INSERT INTO release_records (id, source, url, seq, version, first_seen_at, last_seen_at)
VALUES ('pemkot-contoh:000000000000000?', 'pemkot-contoh', 'https://a.example/?', SEQ, 1,
        '2024-05-09T00:00:00Z', '2024-05-09T00:00:00Z')
"""
_VERSION_OF_0009 = """
INSERT INTO versions (release, version, seen_at, title, body, author_tags, credits, election,
                      topics, topic_words, flags, sha256)
VALUES ('pemkot-contoh:000000000000000?', 1, '2024-05-09T00:00:00Z', 'Judul', 'Isi ?.', '[]',
        '[]', 0, '[]', '{}', 'FLAGS', 'SHA')
"""
_RELEASES_OF_0009 = [
    row.replace("?", letter).replace("SEQ", seq).replace("FLAGS", flags).replace("SHA", letter * 64)
    for letter, seq, flags in (("a", "7", "[]"), ("b", "5", '["relative-date"]'))
    for row in (_RELEASE_OF_0009, _VERSION_OF_0009)
]
_CRAWL_OF_0006 = """
INSERT INTO crawls (source, started_at, ended_at, outcome, pages, requests, bytes, releases_new,
                    releases_changed, releases_seen, rejected, deep)
VALUES ('pemkot-contoh', '2024-09-01T00:00:00Z', '2024-09-01T00:01:00Z', 'ok', 3, 4, 5, 1, 0, 2, 0, 0)
"""


def test_an_older_archive_says_how_to_go_on(baseline: str, tomorrow: Path) -> None:
    for create in (False, True):
        with pytest.raises(ArchiveError, match="run `arsip upgrade` first"):
            open_archive(baseline, create=create)
    assert upgrade_archive(baseline) == ("0001", "9999")
    assert upgrade_archive(baseline) == ("9999", "9999")
    engine = open_archive(baseline)
    assert len(list(records(engine))) == 2
    engine.dispose()


def test_a_migration_that_fails_leaves_the_archive_as_it_was(baseline: str, tomorrow: Path) -> None:
    with tomorrow.open("a", encoding="utf-8") as script:
        script.write("    raise RuntimeError('half way')\n")
    with pytest.raises(RuntimeError, match="half way"):
        upgrade_archive(baseline)
    with sqlite3.connect(baseline.removeprefix("sqlite:///")) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert "tomorrow" not in tables
    with pytest.raises(ArchiveError, match="upgrade"):
        open_archive(baseline)


def test_nothing_but_an_archive_is_upgraded(url: str) -> None:
    with pytest.raises(ArchiveError, match="There is no archive"):
        upgrade_archive(url)
    engine = open_archive(url, create=True)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(ArchiveError, match="newer version"):
        upgrade_archive(url)


def test_wordings_of_before_get_their_claims(url: str) -> None:
    """An archive of version 0008 in which an old release was edited into a later one's text."""
    engine = open_archive(url, create=True)
    store = Store(engine)
    store.register([source()])
    old = release(1, body=body(*MARKET), published_at=None, published_on=date(2024, 8, 1))
    store.store(old, None)
    store.store(release(2, body=WHOLE, fetched_at=MORNING + DAY), None)
    store.store(replace(old, body=WHOLE, fetched_at=MORNING + 2 * DAY), None)
    right = {r["url"]: r["duplicate_of"] for r in records(engine)}
    with writing(engine) as connection:  # as the program of before had it
        for statement in (
            "UPDATE versions SET claim_on = NULL, claim_at = NULL, claim_seen_at = NULL WHERE version > 1",
            "UPDATE release_records SET duplicate_of = NULL, similarity = NULL",
            "UPDATE release_records SET duplicate_of = (SELECT id FROM release_records WHERE url LIKE '%/1'), "
            "similarity = 1.0 WHERE url LIKE '%/2'",
            "UPDATE sketches SET first = (SELECT id FROM release_records WHERE url LIKE '%/1')",
        ):
            connection.execute(text(statement))
    engine.dispose()
    upgrade_archive(url)
    engine = open_archive(url, create=True)
    assert {r["url"]: r["duplicate_of"] for r in records(engine)} == right
    assert right[old.url] is not None
    with writing(engine) as connection, Session(connection) as session:
        assert list(duplicates.check(session)) == []
    engine.dispose()


def test_clusters_of_before_are_put_in_the_stored_order(
    url: str, archive_before: Callable[..., None]
) -> None:
    """Two copies of one second: a program of version 0008 had them in the order of microseconds
    that it did not store."""
    hashed, quoted = text_hash(WHOLE), WHOLE.replace("'", "''").replace(":", r"\:")
    archive_before(
        "0009",
        _SOURCE_OF_0006,
        *_RELEASES_OF_0009,
        f"UPDATE versions SET body = '{quoted}', text_hash = '{hashed}'",  # noqa: S608
        "UPDATE release_records SET duplicate_of = 'pemkot-contoh:000000000000000b', "
        "similarity = 1.0 WHERE id LIKE '%a'",
        "INSERT INTO sketches (text_hash, algorithm, bands, first) "  # noqa: S608
        f"VALUES ('{hashed}', 1, x'', 'pemkot-contoh:000000000000000b')",
    )
    upgrade_archive(url)
    engine = open_archive(url, create=True)
    found = {one["id"][-1]: one["duplicate_of"] for one in records(engine)}
    assert found == {"a": None, "b": "pemkot-contoh:000000000000000a"}
    with writing(engine) as connection, Session(connection) as session:
        assert list(duplicates.check(session)) == []
    engine.dispose()


def test_releases_of_before_have_nothing_corrected_and_nothing_suppressed(
    url: str, archive_before: Callable[..., None]
) -> None:
    """An archive of version 0016; every record changes once."""
    archive_before("0017", _SOURCE_OF_0006, *_RELEASES_OF_0009)
    assert upgrade_archive(url) == ("0016", migrate.head())
    engine = open_archive(url)
    keys = ("corrected", "corrections", "withheld", "suppressed")
    assert [[one[key] for key in keys] for one in records(engine)] == [[[], [], [], False]] * 2
    assert min(one["seq"] for one in records(engine)) > 7
    engine.dispose()


@pytest.mark.parametrize("name", ["search", "duplicates", "people"])
def test_an_upgrade_completes_a_rebuild_that_was_interrupted(
    url: str, archive_before: Callable[..., None], name: str
) -> None:
    """An archive of version 0016 in which no release is in the index again."""
    columns = f"'{name}', '2026-01-01T00\\:00\\:00Z', 0, 2"
    begun = f"INSERT INTO rebuilds VALUES ({columns})"  # noqa: S608
    archive_before("0017", _SOURCE_OF_0006, *_RELEASES_OF_0009, begun)
    upgrade_archive(url)
    engine = open_archive(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM rebuilds")).all() == []
    if name == "search":
        assert list(index.check(engine)) == []
        assert len(search(engine, "judul")) == 2
    engine.dispose()


def test_suppressions_are_never_changed_or_deleted(engine: Engine) -> None:
    values = "'a', 'suppress', 'x:1', 'release', 'r', 'w', '2026-01-01T00:00:00Z'"
    with writing(engine) as connection:
        columns = "id, action, release, what, reason, who, made_at"
        connection.execute(text(f"INSERT INTO suppressions ({columns}) VALUES ({values})"))  # noqa: S608
    for statement in ("DELETE FROM suppressions", "UPDATE suppressions SET reason = ''"):
        with pytest.raises(Exception, match="only added"), writing(engine) as connection:
            connection.execute(text(statement))
