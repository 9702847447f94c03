"""Any text a person types is a search, or a sentence; never an error of the database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from archive.ingest.store import Store
from archive.lookup.selection import Selection
from archive.search import index
from archive.search.fulltext import bracketed, search
from archive.search.query import SearchError
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
        hits = search(engine, words, Selection(**filters))
        return sorted(int(hit.url.rsplit("/", 1)[1]) for hit in hits)

    return numbers


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("pasar", [2, 3]),
        ("PASAR kota", [2, 3]),
        ("desa", [2]),
        ('"kota lama"', [3]),
        ("“kota lama”", [3]),
        ('"lama kota"', []),
        ("menin*", [2]),
        ("menin", []),
        ("diskominfo", [1, 3]),
        ("KOTA CONTOH kelurahan", [1]),
        ("title:pasar", []),
        ('pasar "', [2, 3]),
        ("pasar ^* 😀", [2, 3]),
        # Forms of one root.
        ("menetapkan", [1]),
        ("penetapan tetap", [1]),
        ("tinjau", [2]),
        ("peninjauan-peninjauan", [2]),
        ("memasarkan", [2, 3]),
        ('"menetapkan"', []),
        ('"tetap"', []),
        ('"tetap', []),
        ("tetap*", []),
        # AND, OR, NOT and brackets.
        ("pasar OR kelurahan", [1, 2, 3]),
        ("desa OR murah kota", [2, 3]),
        ("(desa OR murah) lama", [3]),
        ("pasar NOT murah", [2]),
        ("pasar AND NOT (murah OR tinjau)", []),
        ("pasar AND murah", [3]),
        ("pasar and murah", []),
        ("pasar NOT murah NOT desa", []),
        ("NOT murah pasar", [2]),
        ("kota () pasar", [2, 3]),
    ],
)
def test_what_words_find(found: Any, words: str, numbers: list[int]) -> None:
    assert found(words) == numbers


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"source": ("kpu-contoh",)}, [3]),
        ({"source": ("kpu-contoh", "pemkot-contoh")}, [1, 2, 3]),
        ({"kind": ("kpu",)}, [3]),
        ({"region": ("64.71",)}, [1, 2, 3]),
        ({"region": ("64",)}, [1, 2, 3]),
        ({"region": ("6",)}, []),
        ({"tag": ("CHA",)}, [1, 2, 3]),
        ({"tag": ("ch",)}, []),
        ({"topic": ("coklit", "debat")}, [1, 2, 3]),
        ({"topic": ("debat",)}, []),
        ({"unique": True}, [1, 2, 3]),
        ({"gone": True}, []),
        ({"edited": True}, []),
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
    assert bracketed(first.marked_title) == "[Pasar] Murah"
    assert second.as_json()["snippet"].endswith("Wali kota meninjau [pasar].")
    assert [hit.title for hit in search(engine, "pasar", limit=1, offset=1)] == ["Désa Siaga"]
    assert [hit.title for hit in search(engine, "pasar", limit=1)] == ["Pasar Murah"]


def test_the_very_form_comes_before_other_forms(store: Store, engine: Engine) -> None:
    for number, word in enumerate(("penetapan", "menetapkan", "ditetapkan")):
        store.store(release(number, body=f"Rapat {word} pemilih."), None)
    for number, word in enumerate(("penetapan", "menetapkan", "ditetapkan")):
        hits = search(engine, word)
        assert len(hits) == 3
        assert hits[0].url.endswith(f"/{number}")


def test_without_words_the_newest_come_first(found: Any, engine: Engine) -> None:
    dates = [hit.published_on for hit in search(engine, " ", Selection(kind=("pemkot", "kpu")))]
    assert dates == sorted(dates, reverse=True)  # type: ignore[type-var]
    [hit] = search(engine, "", Selection(kind=("kpu",)))
    assert (hit.rank, hit.snippet[:12]) == (None, "KOTA CONTOH ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ('""', "no word to search for"),
        ("- * _", "no word to search for"),
        ("“”", "no word to search for"),
        ("\0", "no word to search for"),
        ("()", "no word to search for"),
        ("pasar OR", "OR needs something to search for on both sides"),
        ("OR pasar", "OR needs something to search for on both sides"),
        ("pasar AND", "AND needs something to search for after it"),
        ("AND pasar", "AND needs something to search for on both sides"),
        ("pasar AND AND murah", "AND needs something to search for after it"),
        ("NOT pasar", "NOT needs something before it"),
        ("pasar OR (NOT murah)", "NOT needs something before it"),
        ("pasar NOT", "NOT needs something to search for after it"),
        ("(pasar", "An opening bracket is not closed"),
        ("pasar)", "A closing bracket has no opening bracket"),
        ("(" * 9 + "pasar" + ")" * 9, "nested at most 6 deep"),
        ("(" * 99_999, "nested at most 6 deep"),
        (" ".join(f"kata{number}" for number in range(1_001)), "at most 1,000 words"),
    ],
)
def test_what_makes_no_query_is_a_sentence(engine: Engine, words: str, sentence: str) -> None:
    with pytest.raises(SearchError, match=sentence):
        search(engine, words)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.text()
    | st.text("ab\"*()^:+-{}' ANDORNOTEAR\0", max_size=40)
    | st.lists(st.sampled_from(["a", "kota", "(", ")", "AND", "OR", "NOT", '"', "*"])).map(" ".join)
)
def test_no_text_is_a_syntax_error(found: Any, words: str) -> None:
    try:
        assert isinstance(found(words), list)
    except SearchError as error:
        assert str(error)  # noqa: PT017 - either is right


def _nested(deep: int) -> str:
    return (
        "pasar"
        if not deep
        else f"(kata{deep} OR lain{deep} menulis NOT b{deep} OR {_nested(deep - 1)})"
    )


def test_the_deepest_brackets_are_answered(found: Any) -> None:
    assert found(_nested(6)) == [2, 3]


def test_a_very_long_question_is_answered(found: Any) -> None:
    assert found("kota " * 2_000) == [1, 2, 3]
    assert found("k" * 1_000_000) == []


def test_edits_change_what_is_found(store: Store, engine: Engine) -> None:
    store.store(release(), None)
    store.store(release(body=BODY.replace("pengaduan", "aduan"), fetched_at=MORNING + DAY), None)
    store.store(release(body=BODY.replace("posko", "balai"), fetched_at=MORNING - DAY), None)
    assert search(engine, "pengaduan balai") == []
    assert len(search(engine, '"aduan"')) == 1
    assert list(index.check(engine)) == []
