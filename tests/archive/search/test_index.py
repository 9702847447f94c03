"""The index is what the texts are, or says in which way it is not."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from archive.database.connection import ArchiveError, writing
from archive.ingest.store import Store
from archive.search import index, stemming
from archive.search.fulltext import search
from tests.archive.conftest import Run
from tests.archive.samples import BODY, DAY, MORNING, release

_WORDINGS = st.sampled_from([BODY, "Kota menetapkan pasar.", "Pasar ditetapkan kota?", "Désa."])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(looks=st.lists(st.tuples(_WORDINGS, st.integers(0, 2), st.integers(-3, 3)), max_size=6))
def test_whatever_is_stored_the_index_stays_true(
    store: Store, engine: Engine, looks: list[tuple[str, int, int]]
) -> None:
    for body, number, day in looks:
        tags = body.lower().split()[: number + 1]
        at = MORNING + day * DAY
        store.store(release(number, body=body, author_tags=tags, fetched_at=at), None)
    assert list(index.check(engine)) == []


@pytest.mark.parametrize(
    ("damage", "sentences"),
    [
        (
            ["DELETE FROM search_roots"],
            ["1 current versions are missing", "differs from the texts"],
        ),
        (
            ["UPDATE search_roots SET text = 'lain'"],
            ["1 versions are in", "differs from the texts"],
        ),
        (["UPDATE versions SET body = body || ' baru'"], ["differs from the texts"]),
        (
            ["UPDATE release_records SET version = 2", "UPDATE versions SET version = 3"],
            [
                "1 versions in the search index are not current",
                "differs from the texts",
                "3 signatures belong to no current version",
            ],
        ),
        (["DELETE FROM signatures WHERE position > 1"], ["2 signatures are missing"]),
        (["UPDATE signatures SET tag = upper(tag)"], ["3 signatures are missing", "3 signatures"]),
        (
            [
                "UPDATE versions SET quotes = "
                """'[{"person"\\: "Ani"}, {"person"\\: "Ani"}, {"person"\\: null}]'"""
            ],
            ["1 quoted people are missing"],
        ),
    ],
)
def test_damage_is_found_and_mended(
    run: Run, store: Store, engine: Engine, damage: list[str], sentences: list[str]
) -> None:
    store.store(release(), None)
    with writing(engine) as connection:
        for statement in damage:
            connection.execute(text(statement))
    found = list(index.check(engine))
    assert len(found) == len(sentences)
    for sentence, part in zip(found, sentences, strict=True):
        assert part in sentence
        assert sentence.endswith("`arsip reindex` rebuilds it")
    assert "releases are in the search index" in run("reindex").output
    assert list(index.check(engine)) == []


def test_a_better_stemmer_is_no_damage(
    store: Store, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.store(release(), None)
    monkeypatch.setattr(index, "stems", lambda text: "lebih baik")
    [sentence] = index.check(engine)
    assert "1 versions are in the search index with roots of another stemmer" in sentence
    store.store(release(body="Kota menetapkan pasar.", fetched_at=MORNING + DAY), None)
    assert list(index.check(engine)) == []
    monkeypatch.undo()
    assert [hit.versions for hit in search(engine, "menetapkan")] == [2]


def test_an_index_that_cannot_be_checked_says_so(
    store: Store, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(engine: Engine) -> None:
        raise ArchiveError("archive.db is locked")

    monkeypatch.setattr(index, "writing", locked)
    assert list(index.check(engine)) == [
        "The search index could not be checked: archive.db is locked"
    ]


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("menetapkan", "tetap"),
        ("penetapan", "tetap"),
        ("kota-kota", "kota"),
        ("perundang-undangan", "undang"),
        ("netralitas", "netralitas"),
        ("pemilu", "pemilu"),
        ("kediri", "kediri"),
        ("kpu", "kpu"),
        ("2024", "2024"),
        ("", ""),
    ],
)
def test_roots(word: str, root: str) -> None:
    assert stemming.stem(word) == root


def test_the_roots_of_a_text_leave_out_the_words_that_are_roots() -> None:
    assert stemming.stems("KPU Désa menetapkan tetap, PENETAPAN!") == "tetap tetap"
    assert stemming.stems("") == ""


@given(st.text())
def test_any_word_has_a_root(word: str) -> None:
    assert isinstance(stemming.stems(word), str)
    assert stemming.stem(stemming.fold(word)) is not None
