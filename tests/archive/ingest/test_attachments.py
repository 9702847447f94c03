"""Documents of releases in the archive: links, captured states, their words in search."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import Engine, select

from archive.captures import Capture
from archive.database.connection import writing
from archive.database.models import Attachment as Row
from archive.database.models import AttachmentCapture
from archive.export.increment import records
from archive.exported_record import SCHEMA
from archive.ingest import attachments
from archive.ingest.attachments import DocumentFetch
from archive.ingest.frontier import Fetch
from archive.ingest.reprocess import reading, reread
from archive.ingest.store import Store
from archive.search import index
from archive.search.fulltext import search
from archive.search.rebuild import rebuild
from crawler.items import Attachment, Release
from tests.archive.samples import DAY, MORNING, release

DECREE = "https://pemkot-contoh.example/f/sk.pdf"
FORM = "https://pemkot-contoh.example/f/formulir.docx"


def linked(*urls: str, **changed: Any) -> Release:
    found = [Attachment(url=url, type=url.rpartition(".")[2], label="Unduh") for url in urls]
    return release(attachments=found, reader="one", **changed)


def fetch(payload: str = "a", at: datetime = MORNING, **changed: Any) -> DocumentFetch:
    capture = Capture(
        file="2024-09-01/x.warc.gz",
        offset=0,
        record_id=f"<urn:uuid:{payload}-{at:%d}>",
        digest=payload,
        url=DECREE,
        at=at,
    )
    known: dict[str, Any] = {
        "url": DECREE,
        "at": at,
        "outcome": "captured",
        "capture": capture,
        "sha256": payload,
        "size": 9,
        "text": f"Formasi petugas {payload}",
    }
    return DocumentFetch(**known | changed)


def states(engine: Engine) -> list[tuple[str, int, int]]:
    """Payload of each captured state, and the days on which it was seen first and last."""
    with engine.connect() as connection:
        rows = connection.execute(
            select(AttachmentCapture).order_by(AttachmentCapture.seen_at)
        ).all()
    return [
        (row.sha256, (row.seen_at - MORNING).days, (row.last_seen_at - MORNING).days)
        for row in rows
    ]


def record(engine: Engine) -> dict[str, Any]:
    [only] = records(engine)
    return only


def test_the_record_has_the_documents_and_their_last_captures(store: Store, engine: Engine) -> None:
    store.store(linked(DECREE, FORM), None, documents=[fetch()])
    only = record(engine)
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(only)
    assert only["attachments"] == [
        {"url": DECREE, "type": "pdf", "label": "Unduh", "capture": "<urn:uuid:a-01>"},
        {"url": FORM, "type": "docx", "label": "Unduh", "capture": None},
    ]
    assert only["attachment_text"] == "Formasi petugas a"
    assert "Formasi" not in only["body"]


def test_a_release_without_documents_has_none(store: Store, engine: Engine) -> None:
    store.store(release(), None)
    assert (record(engine)["attachments"], record(engine)["attachment_text"]) == ([], None)


def test_the_same_bytes_again_add_nothing(store: Store, engine: Engine) -> None:
    first = store.store(linked(DECREE), None, documents=[fetch()])
    crawl = store.begin_crawl("pemkot-contoh", MORNING)
    for days, again in enumerate(
        (fetch("a"), fetch(outcome="unchanged", capture=None, sha256=None, text=None)), start=1
    ):
        at = MORNING + days * DAY
        seen = Fetch(source="pemkot-contoh", url=linked().url, at=at, outcome="unchanged")
        store.seen(seen, crawl, [replace(again, at=at)])
    assert states(engine) == [("a", 0, 2)]
    assert record(engine)["seq"] == first.seq


def test_other_bytes_are_another_state_and_change_the_record(store: Store, engine: Engine) -> None:
    first = store.store(linked(DECREE), None, documents=[fetch()])
    store.store(
        linked(DECREE, fetched_at=MORNING + DAY), None, documents=[fetch("b", MORNING + DAY)]
    )
    assert states(engine) == [("a", 0, 0), ("b", 1, 1)]
    only = record(engine)
    assert (only["versions"], only["seq"] > first.seq) == (1, True)
    assert only["attachments"][0]["capture"] == "<urn:uuid:b-02>"
    assert only["attachment_text"] == "Formasi petugas b"
    assert list(index.check(engine)) == []


def test_states_are_put_in_order_of_time(store: Store, engine: Engine) -> None:
    store.store(linked(DECREE), None)
    id_ = record(engine)["id"]
    with writing(engine) as connection:
        for payload, days in (("b", 2), ("a", 0), ("b", 1), ("a", 3), ("a", 0)):
            attachments.note(connection, id_, [fetch(payload, MORNING + days * DAY)], None)
    assert states(engine) == [("a", 0, 0), ("b", 1, 2), ("a", 3, 3)]


def test_an_earlier_wording_has_the_document_of_its_time(store: Store, engine: Engine) -> None:
    store.store(linked(DECREE), None, documents=[fetch()])
    later = MORNING + DAY
    store.store(
        linked(DECREE, body="Teks lain.", fetched_at=later), None, documents=[fetch("b", later)]
    )
    texts = [one["attachment_text"] for one in records(engine, versions=True)]
    assert texts == ["Formasi petugas a", "Formasi petugas b"]
    assert list(index.check(engine)) == []


@pytest.mark.parametrize(
    ("outcome", "kept"), [("too-large", True), ("http-404", True), ("timeout", True)]
)
def test_a_failure_takes_nothing_away(
    store: Store, engine: Engine, outcome: str, kept: bool
) -> None:
    store.store(linked(DECREE), None, documents=[fetch(etag='"1"')])
    failed = fetch(at=MORNING + DAY, outcome=outcome, capture=None, sha256=None)
    store.store(linked(DECREE, fetched_at=MORNING + DAY), None, documents=[failed])
    with engine.connect() as connection:
        row = connection.execute(select(Row)).mappings().one()
        [known] = attachments.known(connection, "pemkot-contoh", linked().url)
    assert (row["outcome"], row["etag"]) == (outcome, '"1"')
    assert (known.capture is not None) is kept
    assert states(engine) == [("a", 0, 0)]


def test_a_link_that_is_taken_away_stays_known(store: Store, engine: Engine) -> None:
    for days, urls in enumerate(((DECREE,), (FORM,), (FORM, DECREE))):
        store.store(linked(*urls, fetched_at=MORNING + days * DAY), None)
        with engine.connect() as connection:
            rows = connection.execute(select(Row).order_by(Row.url)).all()
        held = {
            row.url: (row.unlinked_at - MORNING).days if row.unlinked_at else None for row in rows
        }
        expected = [{DECREE: None}, {FORM: None, DECREE: 1}, {FORM: None, DECREE: None}]
        assert held == expected[days]


def test_another_reader_takes_no_link_away(store: Store, engine: Engine) -> None:
    store.store(linked(DECREE), None)
    store.store(replace(linked(fetched_at=MORNING + DAY), reader="other"), None)
    with engine.connect() as connection:
        assert connection.execute(select(Row.unlinked_at)).all() == [(None,)]


def test_a_word_of_a_document_is_found_and_marked(store: Store, engine: Engine) -> None:
    store.store(linked(DECREE, body="Daftar petugas terlampir."), None, documents=[fetch()])
    [hit] = search(engine, "formasi")
    assert hit.in_attachment
    assert "Formasi" in hit.snippet
    [both] = search(engine, "petugas terlampir")
    assert not both.in_attachment
    [split] = search(engine, "formasi terlampir")
    assert split.in_attachment
    assert [one.in_attachment for one in search(engine, "petugas", in_attachments=True)] == [True]
    assert search(engine, "terlampir", in_attachments=True) == []


def test_a_document_that_changed_is_found_by_its_new_words_alone(
    store: Store, engine: Engine
) -> None:
    store.store(linked(DECREE), None, documents=[fetch("lama")])
    store.store(
        linked(DECREE, fetched_at=MORNING + DAY), None, documents=[fetch("baru", MORNING + DAY)]
    )
    assert (len(search(engine, "lama")), len(search(engine, "baru"))) == (0, 1)
    rebuild(engine)
    assert len(search(engine, "baru")) == 1
    assert list(index.check(engine)) == []


def test_a_second_reading_of_captures_changes_nothing(store: Store, engine: Engine) -> None:
    store.store(linked(DECREE), None, documents=[fetch()])
    before = record(engine)
    with writing(engine) as connection:
        again = reading(linked(DECREE), _look(), is_new=False)
        assert reread(connection, [again]) == "same"
        assert not attachments.note(connection, before["id"], [fetch()], None)
    assert record(engine) == before


def test_a_reading_without_text_takes_none_away_and_one_with_text_is_kept(
    store: Store, engine: Engine
) -> None:
    store.store(linked(DECREE), None, documents=[fetch(text=None, unread="no-reader")])
    id_ = record(engine)["id"]
    for read in (fetch(), fetch(text=None, unread="no-reader")):
        with writing(engine) as connection:
            attachments.note(connection, id_, [read], None)
        assert record(engine)["attachment_text"] == "Formasi petugas a"
    assert len(search(engine, "formasi")) == 1


def _look() -> Fetch:
    return Fetch(source="pemkot-contoh", url=linked().url, at=MORNING, outcome="release")
