"""What people take down is not shown by way of its documents."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from archive.curation.shown_rows import as_read
from archive.database.connection import writing
from archive.export.increment import records
from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from archive.lookup.attachments import documents
from archive.search.fulltext import search
from tests.archive.curation.test_shown_rows import (
    EDIT,
    FIRST,
    correct,
    everything,
    mask,
    suppress,
    wrong,
)
from tests.archive.ingest.test_attachments import DECREE, FORM, fetch, linked
from tests.archive.samples import DAY, MORNING


def test_a_suppressed_release_shows_no_documents_and_has_them_again(
    store: Store, engine: Engine
) -> None:
    store.store(linked(DECREE), None, documents=[fetch()])
    suppress(engine)
    assert search(engine, "formasi") == []
    assert "Formasi" not in everything(engine)
    with engine.connect() as connection:
        assert documents(connection, FIRST) == []
    store.store(
        linked(DECREE, fetched_at=MORNING + DAY), None, documents=[fetch("b", MORNING + DAY)]
    )
    assert search(engine, "formasi") == []
    assert wrong(engine) == []
    with writing(engine) as connection, as_read(connection, FIRST, changing=True):
        connection.execute(
            text(
                "INSERT INTO suppressions (id, action, of, release, what, reason, who, made_at)"
                " VALUES ('l', 'lift', 'release', :release, 'release', '-', 'Sari', :at)"
            ),
            {"release": FIRST, "at": "2026-01-03T03:04:05Z"},
        )
    [record] = records(engine)
    assert record["attachment_text"] == "Formasi petugas b"
    assert len(search(engine, "formasi")) == 1
    assert wrong(engine) == []


def test_a_state_that_is_seen_later_stays_under_lock(store: Store, engine: Engine) -> None:
    store.store(linked(DECREE), None, documents=[fetch()])
    mask(engine, "Posko pengaduan berada di lima kecamatan")
    crawl = store.begin_crawl("pemkot-contoh", MORNING)
    later = MORNING + DAY
    seen = Fetch(source="pemkot-contoh", url=linked().url, at=later, outcome="unchanged")
    store.seen(seen, crawl, [fetch("b", later)])
    [record] = records(engine)
    assert record["attachments"][0]["capture"] == "<urn:uuid:b-02>"
    assert record["attachment_text"] is None
    assert search(engine, "formasi") == []
    assert wrong(engine) == []


@pytest.mark.parametrize("versions", [False, True])
def test_a_masked_version_shows_no_text_of_documents(
    store: Store, engine: Engine, versions: bool
) -> None:
    store.store(linked(DECREE), None, documents=[fetch(text="Posko pengaduan Formasi")])
    mask(engine, "Posko pengaduan berada di lima kecamatan")
    [record] = records(engine, versions=versions)
    assert record["attachment_text"] is None
    assert record["attachments"][0]["url"] == DECREE
    assert search(engine, "formasi") == []
    assert wrong(engine) == []


def test_a_corrected_release_keeps_the_words_of_its_documents(store: Store, engine: Engine) -> None:
    store.store(linked(DECREE), None, documents=[fetch()])
    correct(engine, "title", '"Warga Diajak"')
    assert len(search(engine, "formasi")) == 1
    assert wrong(engine) == []


def test_a_suppressed_version_does_not_show_what_it_alone_linked_to(
    store: Store, engine: Engine
) -> None:
    """An edit has taken the link out; its label is a text of the version that is taken down."""
    store.store(linked(DECREE, FORM), None, documents=[fetch()])
    edited = linked(FORM, body=EDIT, fetched_at=MORNING + DAY)
    store.store(edited, None)
    suppress(engine, "version", seen_at=f"{MORNING:%FT%TZ}")
    with engine.connect() as connection:
        assert [one["url"] for one in documents(connection, FIRST)] == [FORM]
    assert wrong(engine) == []
