"""What is a copy and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.duplicates.copy_rule import compare, in_order, is_copy, resemblance
from archive.duplicates.sentences import Text
from archive.duplicates.spelling import folded, one_name
from tests.archive.copies import MARKET, SENTENCES, WHOLE, body, of_the_series

SERIES = of_the_series("Karang Bambu", 312, "Senin (24/6/2024)")


def _copies(one: str, other: str) -> bool:
    left, right = Text(one), Text(other)
    assert is_copy(left, right) == is_copy(right, left)
    return is_copy(left, right)


def test_stopping_early_decides_as_the_whole_comparison_does() -> None:
    def prices(market: str, price: int) -> Text:
        goods = ("beras medium", "gula pasir", "cabai rawit")
        return Text(body(*(f"Harga {g} di Pasar {market} tercatat Rp{price}." for g in goods)))

    short, long = in_order(prices("Karang", 14_500), prices("Muara", 16_250))
    whole = compare(short, long)
    brief = compare(short, long, until_contradicted=True)
    assert whole.is_copy() == brief.is_copy() == is_copy(short, long)
    assert len(brief.changed) < len(whole.changed)


@pytest.mark.parametrize(
    "copy",
    [
        body(*SENTENCES[:-2]),
        body(*SENTENCES[2:]),
        body(*SENTENCES[:3], *MARKET[:2], *SENTENCES[5:]),
        body(*SENTENCES[::-1]),
        body(*SENTENCES, *MARKET),
        " ".join(SENTENCES),
        WHOLE.upper(),
        WHOLE.replace("“", '"').replace("”", '"'),
        WHOLE.replace("Zulkifli Mas'ud", "Dzulkipli Masud").replace("Zulkifli,", "Zulkipli,"),
        WHOLE.replace("enam petugas", "6 petugas").replace("Senin (2/9/2024)", "2 September 2024"),
        WHOLE.replace("312 aduan", "321 aduan"),
        "KOTA CONTOH, Diskominfo – " + WHOLE + " (diskominfo/rin/yan)",
        body(*SENTENCES[:2]),
    ],
    ids=[
        "cut from the end",
        "without its lead",
        "a part replaced",
        "in another order",
        "within a longer one",
        "in one paragraph",
        "in capitals",
        "quotes re-typed",
        "names spelled otherwise",
        "numbers and dates written otherwise",
        "one number corrected",
        "dateline and byline left in",
        "a short notice of it",
    ],
)
def test_a_repost_is_a_copy(copy: str) -> None:
    assert _copies(WHOLE, copy)


@pytest.mark.parametrize(
    "other",
    [
        of_the_series("Telaga Biru", 298, "Selasa (25/6/2024)"),
        of_the_series("Telaga Biru", 312, "Senin (24/6/2024)"),
        of_the_series("Karang Bambu", 348, "Jumat (28/6/2024)"),
        of_the_series("Gunung Sari Ulu", 77, "Rabu (3/7/2024)") + "\n\n" + body(*MARKET),
    ],
    ids=["another quarter", "another quarter only", "another day", "another quarter, and more"],
)
def test_a_series_is_not(other: str) -> None:
    assert not _copies(SERIES, other)


def test_a_series_in_capitals_is_not() -> None:
    other = of_the_series("Telaga Biru", 298, "Selasa (25/6/2024)").upper()
    assert not _copies(SERIES, other)
    assert not _copies(SERIES.upper(), other)


def test_a_series_differs_in_its_name_however_much_of_the_text_is_equal() -> None:
    long = "\n\n".join(SENTENCES[5:])
    assert not _copies(
        f"{SERIES}\n\n{long}", f"{SERIES}\n\n{long}".replace("Karang Bambu", "Telaga Biru")
    )


def test_texts_that_share_a_quote_are_not() -> None:
    market = body(*MARKET[:3], SENTENCES[3], MARKET[3])
    assert not _copies(WHOLE, market)


def test_a_translation_is_not() -> None:
    english = (
        "The city of Contoh opens a help desk for voters in front of the city hall on Monday. Six "
        "officers take turns there from morning till night. “Do not wait for the last day,” said "
        "Zulkifli Mas'ud. Last year such a desk received 312 complaints."
    )
    assert not _copies(WHOLE, english)


def test_similarity_is_one_for_the_same_words_and_less_the_less_they_share() -> None:
    values = [resemblance(Text(WHOLE), Text(body(*SENTENCES[:kept]))) for kept in (8, 7, 5, 3)]
    assert values[0] == resemblance(Text(WHOLE), Text(WHOLE.upper())) == 1.0
    assert sorted(values, reverse=True) == values
    assert len(set(values)) == 4
    assert resemblance(Text(WHOLE), Text(body(*MARKET))) == 0.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zulkifli", "Zulkipli"),
        ("Mas'ud", "Masud"),
        ("Soetrisno", "Sutrisno"),
        ("Widjaja", "Wijaya"),
        ("Achmad", "Ahmad"),
        ("Rizky", "Riski"),
        ("Nopember", "November"),
        ("Muhammad", "Moh"),
        ("Syarifuddin", "Sarifudin"),
        ("Margo Mulyo", "Margomulyo"),
        ("07", "7"),
        ("lima", "5"),
        ("1 204", "1204"),
    ],
)
def test_one_name_in_two_spellings(one: str, other: str) -> None:
    assert _one_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Damai", "Sepinggan"),
        ("Baru", "Batu"),
        ("Ilir", "Ulu"),
        ("Mekarjaya", "Mekarsari"),
        ("21", "27"),
        ("Juni", "Juli"),
        ("Senin", "Selasa"),
    ],
)
def test_two_names(one: str, other: str) -> None:
    assert not _one_name(one, other)


def _one_name(one: str, other: str) -> bool:
    left, right = (tuple(map(folded, name.split())) for name in (one, other))
    assert one_name(left, right) == one_name(right, left)
    return one_name(left, right)


@given(st.text(alphabet="ab .,\"'“”\n\u200b1A´ß\ud800", max_size=120), st.text(max_size=80))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    left, right = Text(one), Text(other)
    assert 0 <= resemblance(left, right) <= 1
    assert is_copy(left, right) == is_copy(right, left)
    printed = [word for sentence in left.sentences for word in sentence.words]
    assert tuple(printed) == left.words


@given(st.sets(st.integers(0, 7), max_size=2), st.permutations(range(8)))
def test_whatever_quarter_is_dropped_and_in_whatever_order(
    dropped: set[int], order: list[int]
) -> None:
    assert _copies(WHOLE, body(*(SENTENCES[place] for place in order if place not in dropped)))
