"""What became of a release, word by word."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from archive.cli import main
from archive.ingest.store import Store
from archive.lookup.release_detail import NotFound
from archive.lookup.release_history import changed_words, history
from tests.archive.samples import BODY, DAY, MORNING, release

texts = st.text("abc \n.", max_size=60)


@given(texts, texts)
def test_both_texts_can_be_told_from_the_pieces(before: str, after: str) -> None:
    pieces = changed_words(before, after)
    assert "".join(p.text for p in pieces if p.what != "added") == before
    assert "".join(p.text for p in pieces if p.what != "removed") == after


def test_a_changed_number_is_one_word() -> None:
    pieces = changed_words("Dilantik 102 anggota PPS.", "Dilantik 105 anggota PPS.")
    assert [(p.what, p.text) for p in pieces] == [
        ("same", "Dilantik "),
        ("removed", "102"),
        ("added", "105"),
        ("same", " anggota PPS."),
    ]


def test_wordings_come_in_order_with_their_times(store: Store, engine: Engine) -> None:
    stored = store.store(release(), None)
    edited = BODY.replace("lima kecamatan", "enam kecamatan")
    store.store(release(body=edited, fetched_at=MORNING + DAY), None)
    found = history(engine, stored.id)
    assert [(e.version, e.seen_at) for e in found.versions] == [
        (1, "2024-09-01T22:15:00Z"),
        (2, "2024-09-02T22:15:00Z"),
    ]
    assert found.versions[0].changes == []
    (change,) = found.versions[1].changes
    assert [p.text for p in change.pieces if p.what != "same"] == ["lima", "enam"]
    assert found.gone_at is None


def test_no_such_release(engine: Engine, store: Store) -> None:
    with pytest.raises(NotFound):
        history(engine, "pemkot-contoh:0000000000000000")


def test_the_command_marks_what_changed(store: Store, url: str) -> None:
    stored = store.store(release(), None)
    store.store(release(title="Warga Diminta Memeriksa", fetched_at=MORNING + DAY), None)
    shown = CliRunner().invoke(main, ["--archive", url, "history", stored.id])
    assert shown.exit_code == 0
    assert "[-Diajak-] {+Diminta+} Memeriksa" in shown.output
    answer = CliRunner().invoke(main, ["--archive", url, "history", stored.id, "--json"])
    assert [v["version"] for v in json.loads(answer.output)["versions"]] == [1, 2]
    missing = CliRunner().invoke(main, ["--archive", url, "history", "nope"])
    assert missing.exit_code == 1
