"""What counts as right, and how much of a text was found."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.scores import Score, lost_words, score, summary, token_f1

WITA = timezone(timedelta(hours=8))
EXPECTED: dict[str, Any] = {
    "title": "Gudang Logistik Siap",
    "published_on": "2024-05-14",
    "published_at": "2024-05-14T09:30:00+08:00",
    "dateline": "TANJUNG BARU - ",
    "place": "Tanjung Baru",
    "byline": "(kominfo/rtw)",
    "author_tags": ["kominfo", "rtw"],
    "election": True,
    "body": "Gudang logistik siap dipakai.",
}
RIGHT: dict[str, Any] = EXPECTED | {
    "published_on": date(2024, 5, 14),
    "published_at": datetime(2024, 5, 14, 9, 30, tzinfo=WITA),
    "text": "TANJUNG BARU - Gudang logistik siap dipakai. (kominfo/rtw)",
}


def scored(**changed: Any) -> Score:
    return score(RIGHT | changed, EXPECTED)


def test_a_right_reading_has_full_marks() -> None:
    found = scored()
    assert found.pop("lost words") == found.pop("refused wrongly") == 0
    assert set(found.values()) == {1}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", "Gudang logistik siap"),
        ("published_at", datetime(2024, 5, 14, 1, 30, tzinfo=timezone(timedelta()))),
        ("published_at", None),
        ("byline", "kominfo/rtw"),
        ("author_tags", ["rtw", "kominfo"]),
    ],
)
def test_a_field_is_right_or_wrong(field: str, wrong: Any) -> None:
    found = scored(**{field: wrong})
    assert found[field] == 0
    assert found["body"] == found["dateline"] == 1


def test_a_word_dropped_is_counted_where_it_was_published() -> None:
    found = scored(text="TANJUNG BARU - Gudang logistik siap dipakai.")
    assert (found["lost words"], found["nothing lost"]) == (2, 0)


def test_who_does_not_cut_the_byline_off_is_held_against_the_text_as_published() -> None:
    found = score({"title": "Gudang Logistik Siap", "text": RIGHT["text"]}, EXPECTED, ["title"])
    assert found["body"] == 1
    assert "byline" not in found


def test_a_release_refused_is_wrong_in_every_field() -> None:
    found = score(None, EXPECTED)
    assert found["refused wrongly"] == 1
    assert found["title"] == found["election"] == found["body"] == 0


def test_a_page_that_is_no_release_is_to_be_refused() -> None:
    assert score(None, None) == {"refused rightly": 1}
    assert score(RIGHT, None) == {"refused rightly": 0}


def test_the_summary_names_the_worst_page() -> None:
    row = summary([scored(), scored(body="Gudang logistik"), score(None, None)])
    assert row["body min"] == pytest.approx(2 / 3)
    assert row["body mean"] == pytest.approx(5 / 6)
    assert row["refused rightly"] == row["title"] == 1


def test_words_count_as_often_as_they_stand_there() -> None:
    assert token_f1("warga warga", "Warga") == pytest.approx(2 / 3)
    assert lost_words("Warga", "warga, warga") == 1


@given(st.text(), st.text())
def test_f1_is_even_handed_and_full_only_for_the_same_words(one: str, other: str) -> None:
    found = token_f1(one, other)
    assert found == token_f1(other, one)
    assert 0 <= found <= 1
    assert (found == 1) == (lost_words(one, other) == lost_words(other, one) == 0)
