"""Any text a person types is a search, or a sentence; never an error of the database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from archive.database import writing
from archive.search import SearchError, search
from archive.store import Store
from tests.archive.samples import BODY, DAY, MORNING, release


@pytest.fixture
def found(store: Store, engine: Engine) -> Any:
    """The numbers of the releases a search finds."""
    store.store(release(1), None)
    store.store(release(2, title="Désa Siaga", body="Wali kota meninjau pasar.", byline=None), None)
    store.store(
        release(
            3,
            source="kpu-contoh",
            title="Pasar Murah",
            body="Pasar dibuka di kota lama.",
            published_on=date(2024, 9, 5),
            election=False,
        ),
        None,
    )

    def numbers(words: str, **filters: Any) -> list[int]:
        hits = search(engine, words, **filters)
        return sorted(int(hit.url.rsplit("/", 1)[1]) for hit in hits)

    return numbers


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("pasar", [2, 3]),
        ("PASAR kota", [2, 3]),
        ("desa", [2]),
        ('"kota lama"', [3]),
        ('"lama kota"', []),
        ("menin*", [2]),
        ("menin", []),
        ("pasar -murah", [3]),
        ("diskominfo", [1, 3]),
        ("KOTA CONTOH kelurahan", [1]),
        ("pasar OR kelurahan", []),
        ("title:pasar", []),
        ('pasar "', [2, 3]),
        ("pasar ^*", [2, 3]),
    ],
)
def test_what_words_find(found: Any, words: str, numbers: list[int]) -> None:
    assert found(words) == numbers


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"source": ["kpu-contoh"]}, [3]),
        ({"since": date(2024, 9, 1)}, [3]),
        ({"until": date(2024, 8, 31)}, [1, 2]),
        ({"since": date(2024, 8, 31), "until": date(2024, 9, 5)}, [1, 2, 3]),
        ({"election": True}, [1, 2]),
    ],
)
def test_filters(found: Any, filters: dict[str, Any], numbers: list[int]) -> None:
    assert found("kota", **filters) == numbers


def test_the_best_comes_first_and_says_why(found: Any, engine: Engine) -> None:
    first, second = search(engine, "pasar")
    assert (first.title, second.title) == ("Pasar Murah", "Désa Siaga")
    assert second.marked("<", ">").endswith("Wali kota meninjau <pasar>.")
    assert [hit.title for hit in search(engine, "pasar", limit=1)] == ["Pasar Murah"]


@pytest.mark.parametrize("words", ["", "   ", '""', "- * _", "“”", "\0"])
def test_no_word_is_a_sentence(engine: Engine, words: str) -> None:
    with pytest.raises(SearchError, match="no word to search for"):
        search(engine, words)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text() | st.text("ab\"*()^:+-{}' ANDORNOTEAR\0", max_size=40))
def test_no_text_is_a_syntax_error(found: Any, words: str) -> None:
    try:
        assert isinstance(found(words), list)
    except SearchError:
        pass
    else:
        assert any(character.isalnum() or not character.isascii() for character in words)


def test_a_very_long_question_is_answered(found: Any) -> None:
    assert found("kota " * 2_000) == [1, 2, 3]
    assert found("k" * 1_000_000) == []


def test_edits_change_what_is_found(store: Store, engine: Engine) -> None:
    store.store(release(), None)
    store.store(release(body=BODY.replace("pengaduan", "aduan"), fetched_at=MORNING + DAY), None)
    store.store(release(body=BODY.replace("posko", "balai"), fetched_at=MORNING - DAY), None)
    assert search(engine, "pengaduan balai") == []
    assert len(search(engine, "aduan")) == 1
    with writing(engine) as connection:
        connection.execute(
            text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")
        )
