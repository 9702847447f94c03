"""What people corrected and took down stays so, whatever is read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from archive import duplicates
from archive.curation.passages import MASK, passage_of
from archive.curation.shown_rows import as_read
from archive.database.connection import writing
from archive.database.models import Version
from archive.export.increment import records
from archive.fingerprint import release_id
from archive.ingest.store import Store
from archive.search import index
from archive.search.fulltext import search
from archive.search.rebuild import rebuild
from tests.archive.samples import BODY, DAY, MORNING, release

FIRST = release_id("pemkot-contoh", release(1).url)
EDIT = BODY.replace("sampai malam", "sampai petang")


def correct(engine: Engine, field: str, value: str, on: str = "2024-09-03") -> None:
    with writing(engine) as connection, as_read(connection, FIRST, changing=True):
        connection.execute(
            text(
                "INSERT INTO corrections VALUES (:release, :field, :value, 'mistyped', 'Sari', :on)"
            ),
            {"release": FIRST, "field": field, "value": value, "on": on},
        )


def suppress(engine: Engine, what: str = "release", **columns: Any) -> None:
    columns |= {"id": what, "action": "suppress", "release": FIRST, "what": what}
    columns |= {"reason": "a private address", "who": "Sari", "made_at": "2026-01-02T03:04:05Z"}
    names = ", ".join(columns)
    values = ", ".join(f":{name}" for name in columns)
    with writing(engine) as connection, as_read(connection, FIRST, changing=True):
        connection.execute(text(f"INSERT INTO suppressions ({names}) VALUES ({values})"), columns)  # noqa: S608


def mask(engine: Engine, words: str) -> None:
    passage = passage_of(words)
    suppress(engine, "passage", words=passage.words, salt=passage.salt, digest=passage.digest)


def wrong(engine: Engine) -> list[str]:
    with writing(engine) as connection, Session(connection) as session:
        found = list(duplicates.check(session))
    return [*found, *index.check(engine)]


def everything(engine: Engine) -> str:
    """All rows that a reader of the database may see."""
    with engine.connect() as connection:
        tables = ("versions", "search_texts", "search_roots", "signatures", "quoted_people")
        return "\n".join(
            repr(tuple(row))
            for name in tables
            for row in connection.execute(text(f"SELECT * FROM {name}"))  # noqa: S608
        )


def test_a_correction_is_seen_and_searched_and_says_what_was_read(
    store: Store, engine: Engine
) -> None:
    before = store.store(release(), None)
    correct(engine, "title", '"Warga Diajak Memeriksa Nama"')
    [record] = records(engine)
    assert record["title"] == "Warga Diajak Memeriksa Nama"
    assert record["corrected"] == ["title"]
    assert record["corrections"] == [
        {
            "field": "title",
            "value_read": "Warga Diajak Memeriksa Daftar Pemilih",
            "reason": "mistyped",
            "who": "Sari",
            "when": "2024-09-03",
        }
    ]
    assert record["seq"] > before.seq
    assert [hit.id for hit in search(engine, '"Memeriksa Nama"')] == [FIRST]
    assert search(engine, '"Memeriksa Daftar Pemilih"') == []
    assert wrong(engine) == []


def test_a_correction_survives_another_look_and_a_better_reading(
    store: Store, engine: Engine
) -> None:
    store.store(release(), None)
    correct(engine, "published_on", '"2024-08-30"')
    [corrected] = records(engine)
    assert (corrected["published_on"], corrected["published_by"]) == ("2024-08-30", "correction")
    assert corrected["published_at"] is None
    seen = store.store(release(fetched_at=MORNING + DAY), None)
    assert (seen.outcome, seen.seq) == ("seen", corrected["seq"])
    store.store(release(fetched_at=MORNING + 2 * DAY, topics=["kampanye"]), None)
    [record] = records(engine)
    assert (record["published_on"], record["topics"]) == ("2024-08-30", ["kampanye"])
    assert wrong(engine) == []


def test_a_corrected_text_does_not_hide_a_later_edit(store: Store, engine: Engine) -> None:
    store.store(release(), None)
    correct(engine, "title", '"Nama Warga"', on="2024-09-02")
    store.store(release(title="Tiga Warga Diundang", fetched_at=MORNING + 3 * DAY), None)
    found = {one["version"]: one["title"] for one in records(engine, versions=True)}
    assert found == {1: "Nama Warga", 2: "Tiga Warga Diundang"}
    assert wrong(engine) == []


def test_a_corrected_body_keeps_the_quotes_it_still_has(store: Store, engine: Engine) -> None:
    store.store(release(), None)
    body = "Panitia membuka posko. " + BODY
    correct(engine, "body", f'"{body}"'.replace("\n", "\\n"))
    [record] = records(engine)
    assert record["body"] == body
    for quote in record["quotes"]:
        assert record["body"][quote["start"] : quote["end"]] == quote["text"]
    assert wrong(engine) == []


def test_a_corrected_date_decides_who_was_first(store: Store, engine: Engine) -> None:
    store.store(release(1), None)
    other = release(1, source="kpu-contoh", published_on=date(2024, 8, 30), published_at=None)
    store.store(other, None)
    correct(engine, "published_on", '"2024-08-29"')
    firsts = {one["source"]: one["duplicate_of"] for one in records(engine)}
    assert firsts == {"pemkot-contoh": None, "kpu-contoh": FIRST}
    assert wrong(engine) == []


def test_what_is_suppressed_is_in_no_table_that_people_see(store: Store, engine: Engine) -> None:
    store.store(release(), None)
    copy = store.store(release(1, source="kpu-contoh"), None)
    store.store(release(body=EDIT, title="Lain", fetched_at=MORNING + DAY), None)
    suppress(engine)
    assert [one["id"] for one in records(engine)] == [copy.id]
    assert [hit.id for hit in search(engine, "panitia")] == [copy.id]
    assert "sampai petang" not in everything(engine)
    assert [one["duplicate_of"] for one in records(engine)] == [None]
    assert wrong(engine) == []
    rebuild(engine, between=lambda: None)
    assert wrong(engine) == []


@pytest.mark.parametrize("number", [1, 2])
def test_nothing_that_is_read_later_brings_it_back(
    store: Store, engine: Engine, number: int
) -> None:
    store.store(release(), None)
    suppress(engine)
    body = BODY if number == 1 else EDIT
    store.store(release(body=body, fetched_at=MORNING + DAY), None)
    store.store(release(body=body, topics=[], fetched_at=MORNING - DAY), None)
    assert list(records(engine)) == []
    assert "Panitia" not in everything(engine)
    assert wrong(engine) == []


def test_a_passage_is_masked_in_every_version_and_quotes_move(store: Store, engine: Engine) -> None:
    store.store(release(), None)
    mask(engine, "Kota CONTOH mengajak")
    store.store(release(body=EDIT, fetched_at=MORNING + DAY), None)
    for one in records(engine, versions=True):
        assert f"Panitia di {MASK} warga" in one["body"]
        assert one["withheld"] == [
            {"what": "passage", "reason": "a private address", "at": "2026-01-02T03:04:05Z"}
        ]
        for quote in one["quotes"]:
            assert one["body"][quote["start"] : quote["end"]] == quote["text"]
    assert search(engine, '"contoh mengajak"') == []
    assert wrong(engine) == []


def test_a_name_is_masked_wherever_it_stands(store: Store, engine: Engine) -> None:
    store.store(
        replace(release(), title="Sari Melati Mengajak Warga", author_tags=["sari melati"]), None
    )
    mask(engine, "Sari Melati")
    assert "sari melati" not in everything(engine).casefold()
    assert wrong(engine) == []


def test_of_a_suppressed_version_the_others_stay(store: Store, engine: Engine) -> None:
    store.store(release(), None)
    store.store(release(body=EDIT, fetched_at=MORNING + DAY), None)
    suppress(engine, "version", seen_at="2024-09-01T22:15:00Z")
    [record] = records(engine)
    assert (record["body"], record["version"], record["withheld"]) == (EDIT, 2, [])
    with engine.connect() as connection:
        assert connection.scalars(select(Version.body).order_by(Version.version)).all() == [
            "",
            EDIT,
        ]
    assert wrong(engine) == []
