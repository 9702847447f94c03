"""Which texts at two addresses are one release."""

from __future__ import annotations

from datetime import date

import pytest

from archive.moves.rule import is_same_release
from crawler.items import Release
from tests.archive.copies import MARKET, SENTENCES, WHOLE, body, of_the_series
from tests.archive.samples import release

GREETING = "Selamat Idulfitri kepada seluruh warga Kota Contoh."


def made(text: str = WHOLE, title: str = "Posko Dibuka", **changed: object) -> Release:
    return release(body=text, title=title, **changed)


def test_a_retyped_text_is_the_same_release_whatever_the_new_page_prints_as_date() -> None:
    retyped = made(WHOLE.replace("halaman", "pelataran"), published_on=None)
    assert is_same_release(made(), retyped)
    assert is_same_release(made(), made(WHOLE.upper(), "Lain Sekali"))


@pytest.mark.parametrize(
    "other",
    [
        made(body(*MARKET), "Pasar Murah"),
        made(body(*SENTENCES, *MARKET, *map(str.upper, MARKET)), "Sepekan di Kota Contoh"),
    ],
    ids=["another text", "a digest that contains it"],
)
def test_what_is_another_release(other: Release) -> None:
    assert not is_same_release(made(body(*SENTENCES[:4])), other)


def test_a_series_is_not_one_release() -> None:
    one, other = (
        of_the_series("Karang Bambu", 312, "Senin"),
        of_the_series("Telaga Biru", 298, "Rabu"),
    )
    assert not is_same_release(made(one), made(other))


def test_a_short_text_needs_its_title_and_its_date() -> None:
    old = made(GREETING, "Idulfitri")
    assert is_same_release(old, made(GREETING, "IDULFITRI"))
    assert not is_same_release(old, made(GREETING, "Ucapan"))
    later, undated = (
        made(GREETING, "Idulfitri", published_on=day) for day in (date(2025, 3, 31), None)
    )
    assert not is_same_release(old, later)
    assert not is_same_release(undated, undated), "nothing says that they are of one day"
    assert is_same_release(old, later, redirected=True)
    assert not is_same_release(old, made("Selamat Natal.", "Idulfitri"), redirected=True)
