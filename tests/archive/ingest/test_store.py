"""What storing does to a release, its versions, its number and its crawl."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text

from archive.export.increment import records
from archive.ingest.store import Store
from tests.archive.samples import BODY, DAY, MORNING, rejected, release, source

EDIT = BODY.replace("sampai malam", "sampai petang")
ELSEWHERE = BODY.replace("Kota Contoh", "Kota Misal")


def _rows(engine: Engine, sql: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(sql)).mappings()]


def _versions(engine: Engine) -> list[tuple[Any, ...]]:
    sql = "SELECT version, body, seen_at FROM versions ORDER BY release, version"
    return [tuple(row.values()) for row in _rows(engine, sql)]


def test_a_release_goes_in_once(store: Store, engine: Engine) -> None:
    first = store.store(release(), None)
    again = store.store(release(fetched_at=MORNING + DAY), None)
    assert (first.outcome, again.outcome) == ("new", "seen")
    assert (again.id, again.version, again.seq) == (first.id, 1, first.seq)
    [record] = records(engine)
    assert record["first_seen_at"] == "2024-09-01T22:15:00Z"
    assert record["last_seen_at"] == "2024-09-02T22:15:00Z"


def test_what_goes_in_comes_out(store: Store, engine: Engine) -> None:
    given = release()
    store.store(given, None)
    [record] = records(engine)
    for key in ("url", "title", "dateline", "place", "body", "byline", "author_tags", "topics"):
        assert record[key] == getattr(given, key)
    assert record["published_at"] == "2024-08-31T16:05:00+08:00"
    assert record["credits"][0] == {"role": "unit", "name": "diskominfo"}
    assert (record["election"], record["language"], record["gone_at"]) == (True, "id", None)


def test_an_edit_is_a_version_and_so_is_taking_it_back(store: Store, engine: Engine) -> None:
    for day, body in enumerate([BODY, EDIT, BODY]):
        stored = store.store(release(body=body, fetched_at=MORNING + day * DAY), None)
        assert (stored.version, stored.seq) == (day + 1, day + 1)
    assert [body for _, body, _ in _versions(engine)] == [BODY, EDIT, BODY]
    [record] = records(engine)
    assert (record["version"], record["versions"]) == (3, 3)


@pytest.mark.parametrize(
    "reading",
    [
        {"author_tags": ["diskominfo", "cha"]},
        {"published_on": date(2024, 9, 1), "published_at": None},
        {"dateline": None, "place": None, "body": "KOTA CONTOH - " + BODY},
        {"byline": None, "author_tags": [], "body": BODY + " (diskominfo/cha/arh)"},
        {"body": BODY.replace("\n\n", "\n")},
        {"topics": ["coklit", "kampanye"]},
        {"flags": ["text-doubtful"]},
        {"body_by": "schema"},
    ],
)
def test_a_better_reading_is_no_version_but_a_change(
    store: Store, engine: Engine, reading: dict[str, Any]
) -> None:
    store.store(release(), None)
    stored = store.store(release(**reading, fetched_at=MORNING + DAY), None)
    assert (stored.outcome, stored.version, stored.seq) == ("seen", 1, 2)
    [record] = records(engine)
    assert {key: record[key] for key in reading if "published" not in key} == {
        key: value for key, value in reading.items() if "published" not in key
    }


@pytest.mark.parametrize(
    "reading",
    [
        {"body": BODY.replace("“", '"').replace("”", '"')},
        {"title": "Warga\u00a0Diajak Meme\u00adriksa Daftar Pemilih"},
        {"published_on": None, "published_at": None, "published_by": None},
        {"published_at": None, "published_by": "text"},
        {
            "published_at": datetime(2024, 8, 31, 16, 30, tzinfo=UTC),
            "flags": ["relative-date"],
        },
    ],
)
def test_retyped_quotes_and_forgotten_dates_change_nothing(
    store: Store, engine: Engine, reading: dict[str, Any]
) -> None:
    store.store(release(), None)
    [before] = records(engine)
    store.store(release(**reading), None)
    [after] = records(engine)
    assert after == before


def test_the_order_of_arrival_does_not_change_the_history(store: Store, engine: Engine) -> None:
    """An old capture read late is an old wording, and the current one stays the current one."""
    third = BODY.replace("lima", "tujuh")
    for day, body in [(2, third), (0, BODY), (1, EDIT), (0, BODY), (1, EDIT)]:
        store.store(release(body=body, fetched_at=MORNING + day * DAY), None)
    assert _versions(engine) == [
        (1, BODY, "2024-09-01T22:15:00Z"),
        (2, EDIT, "2024-09-02T22:15:00Z"),
        (3, third, "2024-09-03T22:15:00Z"),
    ]
    [record] = records(engine)
    assert (record["body"], record["first_seen_at"]) == (third, "2024-09-01T22:15:00Z")


def test_an_earlier_look_at_the_same_wording_moves_its_first_sight(
    store: Store, engine: Engine
) -> None:
    store.store(release(fetched_at=MORNING + DAY), None)
    store.store(release(fetched_at=MORNING), None)
    assert _versions(engine) == [(1, BODY, "2024-09-01T22:15:00Z")]


def test_a_withdrawn_release_returns(store: Store, engine: Engine) -> None:
    stored = store.store(release(), None)
    with engine.begin() as connection:
        connection.execute(text("UPDATE release_records SET gone_at = '2024-09-03T00:00:00Z'"))
    store.store(release(fetched_at=MORNING), None)  # an old capture proves nothing
    assert next(records(engine))["gone_at"] == "2024-09-03T00:00:00Z"
    again = store.store(release(fetched_at=MORNING + 3 * DAY), None)
    assert (again.outcome, again.seq) == ("seen", stored.seq + 1)
    assert next(records(engine))["gone_at"] is None


def test_a_renamed_publisher_gives_its_records_new_numbers_in_order(
    store: Store, engine: Engine
) -> None:
    for number in (3, 1, 2):
        store.store(release(number, body="Singkat saja."), None)
    store.store(release(4, source="kpu-contoh", body="Singkat saja."), None)
    before = [record["url"] for record in records(engine)]
    store.register([source("pemkot-contoh", publisher="Kota Contoh")])
    after = list(records(engine, since=4))
    assert [record["url"] for record in after] == before[:3]
    assert {record["publisher"] for record in after} == {"Kota Contoh"}
    store.register([source("pemkot-contoh", publisher="Kota Contoh")])
    assert list(records(engine, since=7)) == []


def test_a_crawls_row_counts_as_it_goes(store: Store, engine: Engine) -> None:
    crawl = store.begin_crawl("pemkot-contoh", MORNING)
    store.store(release(1), crawl)
    store.store(release(2, body=ELSEWHERE), crawl)
    store.store(release(1), crawl)
    store.store(release(1, body=EDIT), crawl)
    store.reject(rejected(3), crawl)
    [row] = _rows(engine, "SELECT * FROM crawls")
    assert (row["outcome"], row["ended_at"]) == (None, None)
    counted = ("releases_new", "releases_changed", "releases_seen", "rejected")
    assert [row[name] for name in counted] == [2, 1, 1, 1]
    store.end_crawl(crawl, "partial", "One page had no title.", {"requests": 9}, MORNING + DAY)
    [row] = _rows(engine, "SELECT * FROM crawls")
    assert (row["outcome"], row["requests"], row["releases_new"]) == ("partial", 9, 2)
    assert row["reason"] == "One page had no title."
    with pytest.raises(ValueError, match="does not count releases_new"):
        store.end_crawl(crawl, "ok", None, {"releases_new": 1}, MORNING)


def test_a_rejection_is_kept_and_counted_until_the_page_gives_a_release(
    store: Store, engine: Engine
) -> None:
    store.reject(rejected(), None, {"title": "", "published_on": None})
    store.reject(rejected(fetched_at=MORNING + DAY, detail="Still none."), None)
    store.reject(rejected(reason="no-text"), None)
    rows = _rows(engine, "SELECT * FROM rejections ORDER BY id")
    assert [(row["reason"], row["times"]) for row in rows] == [("no-title", 2), ("no-text", 1)]
    assert rows[0]["detail"] == "Still none."
    store.store(release(fetched_at=MORNING + 2 * DAY), None)
    rows = _rows(engine, "SELECT resolved_at FROM rejections")
    assert {row["resolved_at"] for row in rows} == {"2024-09-03T22:15:00Z"}
    store.reject(rejected(fetched_at=MORNING + 3 * DAY), None)
    rows = _rows(engine, "SELECT reason FROM rejections WHERE resolved_at IS NULL")
    assert rows == [{"reason": "no-title"}]


def test_what_was_read_of_a_rejected_page_is_kept_as_json(store: Store, engine: Engine) -> None:
    store.reject(rejected(), None, {"title": "Tanpa “isi”\0"})
    store.reject(rejected(2), None)
    sql = "SELECT json_extract(record, '$.title') AS title FROM rejections ORDER BY id"
    assert [row["title"] for row in _rows(engine, sql)] == ["Tanpa “isi”", None]


def test_hostile_text_in_every_field_is_stored(store: Store, engine: Engine) -> None:
    nasty = "a\0b\x1b[2J\ud800 '; DROP TABLE versions; --"
    fields = dict.fromkeys(("title", "body", "dateline", "place", "byline"), nasty)
    store.store(release(**fields, author_tags=[nasty], topic_words={nasty: [nasty]}), None)
    [record] = records(engine)
    assert record["title"] == record["author_tags"][0]
    assert record["title"] == "ab[2J\ufffd '; DROP TABLE versions; --"


def test_a_time_without_zone_is_refused_and_leaves_nothing(store: Store, engine: Engine) -> None:
    with pytest.raises(Exception, match="without a zone"):
        store.store(release(fetched_at=datetime(2024, 9, 1)), None)  # noqa: DTZ001
    assert list(records(engine)) == []


def test_the_views_can_be_read_in_the_shell(store: Store, engine: Engine) -> None:
    store.store(release(), None)
    store.store(release(2, source="kpu-contoh", published_on=date(2024, 9, 1)), None)
    tags = _rows(engine, "SELECT * FROM author_tags WHERE source = 'pemkot-contoh'")
    assert [(row["tag"], row["position"]) for row in tags] == [
        ("diskominfo", 1),
        ("cha", 2),
        ("arh", 3),
    ]
    assert tags[0]["published_on"] == "2024-08-31"
    [row] = _rows(engine, "SELECT * FROM releases WHERE source = 'pemkot-contoh'")
    assert row["author_tags"] == '["diskominfo", "cha", "arh"]'
    [repost] = _rows(engine, "SELECT source, first_source, similarity FROM reposts")
    assert repost["similarity"] == 1.0
