"""Every line an export writes is a whole record, valid against the schema."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import Engine, text

from archive.export.increment import increment, records
from archive.exported_record import KEYS, SCHEMA, SEEN_AT
from archive.ingest.store import Store
from archive.lookup.selection import Selection
from crawler.items import Credit, Release
from tests.archive.samples import BODY, DAY, MORNING, release

TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
OFFSETS = st.sampled_from([timezone(timedelta(hours=hours)) for hours in (7, 8, 9)] + [UTC])
MOMENTS = st.datetimes(datetime(2004, 1, 1), datetime(2026, 1, 1), timezones=OFFSETS)  # noqa: DTZ001


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    contents = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(contents)
    return Draft202012Validator(contents, format_checker=FormatChecker())


@pytest.fixture
def valid() -> set[tuple[str | bytes, tuple[str, ...]]]:
    """Lines of exports that were found to be so, with the keys they had to have."""
    return set()


@st.composite
def releases(draw: st.DrawFn) -> Release:
    tags = st.lists(TEXT, max_size=3)
    credit = st.builds(Credit, role=st.sampled_from(["writer", "photo"]), name=TEXT)
    return release(
        draw(st.integers(1, 4)),
        title=draw(TEXT),
        body=draw(TEXT),
        dateline=draw(st.none() | TEXT),
        byline=draw(st.none() | TEXT),
        author_tags=draw(tags),
        credits=draw(st.lists(credit, max_size=2)),
        topics=draw(tags),
        published_on=draw(st.none() | st.dates(date(2004, 1, 1), date(2026, 1, 1))),
        published_at=draw(st.none() | MOMENTS),
        language=draw(st.sampled_from([None, "id", "en"])),
        fetched_at=draw(MOMENTS),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_releases=st.lists(releases(), min_size=1, max_size=4))
def test_every_line_is_valid_and_has_every_key_in_order(
    store: Store,
    engine: Engine,
    schema: Draft202012Validator,
    valid: set[tuple[str | bytes, tuple[str, ...]]],
    given_releases: list[Release],
) -> None:
    """All examples come into one archive; a line that an example before had is valid still."""
    for item in given_releases:
        store.store(item, None)
    for versions, keys in ((False, KEYS), (True, (*KEYS, SEEN_AT))):
        with increment(engine, versions=versions) as found:
            for line in found.lines:
                if (line, keys) in valid:
                    continue
                assert "\n" not in line
                parsed = json.loads(line)
                assert tuple(parsed) == keys
                schema.validate(parsed)
                valid.add((line, keys))


def test_the_schema_says_no(store: Store, engine: Engine, schema: Draft202012Validator) -> None:
    store.store(release(), None)
    [record] = records(engine)
    wrongs: list[dict[str, Any]] = [
        {"extra": 1},
        {"seq": "1"},
        {"published_at": "2024-08-31 16:05"},
        {"first_seen_at": "2024-08-31T16:05:00+08:00"},
        {"credits": [{"role": "poet", "name": "cha"}]},
        {"similarity": 1.5},
        {"capture": {"file": "a.warc.gz"}},
    ]
    for wrong in wrongs:
        assert not schema.is_valid(record | wrong), wrong
    for key in KEYS:
        assert not schema.is_valid({k: v for k, v in record.items() if k != key}), key


def test_the_capture_is_one_key(store: Store, engine: Engine, schema: Draft202012Validator) -> None:
    store.store(release(), None)
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE versions SET capture_file = 'a.warc.gz', capture_offset = 7,"
                " capture_record_id = 'urn:uuid:1'"
            )
        )
    [record] = records(engine)
    assert record["capture"] == {"file": "a.warc.gz", "offset": 7, "record_id": "urn:uuid:1"}
    schema.validate(record)


def test_increments_have_what_changed_and_nothing_else(store: Store, engine: Engine) -> None:
    for number in (1, 2, 3):
        store.store(release(number, body=f"Kabar ke-{number}."), None)
    last = max(record["seq"] for record in records(engine))
    store.store(release(2, body="Kabar kedua, diperbarui.", fetched_at=MORNING + DAY), None)
    store.store(release(3, body="Kabar ke-3.", fetched_at=MORNING + DAY), None)
    changed = [record["url"] for record in records(engine, since=last)]
    assert changed == [release(2).url]


def test_filters(store: Store, engine: Engine) -> None:
    store.store(release(1), None)
    store.store(release(2, election=False), None)
    store.store(release(3, source="kpu-contoh", published_at=None, body="Lain."), None)

    def numbers(**filters: Any) -> list[str]:
        return sorted(record["url"][-1] for record in records(engine, Selection(**filters)))

    assert numbers() == ["1", "2", "3"]
    assert numbers(election=True) == ["1", "3"]
    assert numbers(source=("kpu-contoh",)) == ["3"]
    assert len(numbers(unique=True)) == 2


def test_an_export_is_of_one_moment(store: Store, engine: Engine) -> None:
    for number in (1, 2):
        store.store(release(number), None)
    running = records(engine)
    first = next(running)
    store.store(release(3, body=BODY + " Tambahan."), None)
    assert {first["url"], *(r["url"] for r in running)} == {release(1).url, release(2).url}


def test_the_record_says_what_was_stored(store: Store, engine: Engine) -> None:
    given = release(title='"Kutip" \\ dan \u2028 baris', credits=[Credit(role="photo", name="ari")])
    store.store(given, None)
    [record] = records(engine)
    for key in ("title", "body", "dateline", "byline", "author_tags", "topics", "language"):
        assert record[key] == getattr(given, key)
    assert record["credits"] == [{"role": "photo", "name": "ari"}]
    assert record["election"] is True
    assert record["published_on"] == "2024-08-31"
    assert record["published_at"] == "2024-08-31T16:05:00+08:00"
    assert record["first_seen_at"] == "2024-09-01T22:15:00Z"
    assert record["capture"] is record["similarity"] is record["gone_at"] is None


def test_every_wording_can_be_exported(store: Store, engine: Engine) -> None:
    store.store(release(1, body="Kabar."), None)
    store.store(release(2, body="Lain."), None)
    store.store(release(1, body="Kabar baru.", election=False, fetched_at=MORNING + DAY), None)
    wordings = [
        (record["url"][-1], record["version"], record["versions"], record["body"], record[SEEN_AT])
        for record in records(engine, versions=True)
    ]
    assert wordings == [
        ("2", 1, 1, "Lain.", "2024-09-01T22:15:00Z"),
        ("1", 1, 2, "Kabar.", "2024-09-01T22:15:00Z"),
        ("1", 2, 2, "Kabar baru.", "2024-09-02T22:15:00Z"),
    ]
    chosen = records(engine, Selection(election=True), versions=True)
    assert [record["url"][-1] for record in chosen] == ["2"]
