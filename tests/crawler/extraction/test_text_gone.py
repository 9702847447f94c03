"""Known releases whose pages answer without their story, and those that only changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.extraction.release import extract
from crawler.items import Earlier, Hint, Rejected, Release
from tests.crawler.extraction.sample_pages import (
    CARDS,
    FOOTER,
    NAVIGATION,
    TEXT,
    TITLE,
    city,
    kpu,
    page,
    paragraphs,
    source,
    wordpress,
)

EARLIER = Earlier(title=TITLE, text="\n\n".join(TEXT))
WELCOME = (
    "Puji syukur ke hadirat Tuhan Yang Maha Esa, situs resmi Pemerintah Kota Tanjung Baru hadir"
    " dengan wajah baru agar pelayanan informasi kepada warga semakin cepat dan mudah.",
    "Melalui laman ini kami mengajak seluruh warga mengawasi pembangunan dan memanfaatkan layanan"
    " yang tersedia di setiap kecamatan dan kelurahan. Tanjung Baru, 2 Januari 2024.",
)
MARKET = (
    "TANJUNG BARU - Wali Kota Bambang Suherlan meresmikan pasar di Kecamatan Utara, Rabu (3/4/2024)."
    " Pasar itu dibangun selama satu tahun dan menampung dua ratus pedagang.",
    "Ia berharap pedagang menjaga kebersihan dan membayar retribusi tepat waktu setiap bulan.",
)
MARKET_TITLE = "Wali Kota Resmikan Pasar Kecamatan Utara"


def _picked(count: int) -> str:
    """A column of other releases, with pictures, dates and the beginning of each."""
    return "".join(
        f'<div class="item"><img src="/g/{n}.jpg"><h4><a href="/berita/read/{n}">{MARKET_TITLE} {n}'
        f"</a></h4><span>{n} April 2024</span><p>{MARKET[0]}</p></div>"
        for n in range(1, count + 1)
    )


SIDES = {
    "a dated welcome": f'<h4>Sambutan Wali Kota</h4><p>2 Januari 2024</p><img src="w.jpg">{paragraphs(WELCOME)}',
    "beginnings of others": f"<h3>Terpopuler</h3>{_picked(4)}",
    "one other, whole": f"<h4>Berita Utama</h4>{_picked(1)}<p>{MARKET[1]}</p>",
    "cards": f"<h3>Terpopuler</h3>{CARDS}",
}
HEADS = {
    "the site's title": ("Pemerintah Kota Tanjung Baru", ""),
    "its own title": (TITLE, f"<h1>{TITLE}</h1><p>14 Mei 2024</p>"),
    "a section's title": ("Detail Berita", "<h1>Detail Berita</h1>"),
}
NOTICES = (
    "",
    "Maaf, berita yang Anda cari tidak ditemukan.",
    "Waduh, rilis ini sudah tidak tersedia lagi di situs kami.",
    "Konten telah dihapus oleh admin.",
    "Kami tidak dapat menemukan artikel yang kamu maksud. Silakan kembali ke beranda.",
    "Berita yang Saudara minta mungkin telah dipindahkan, diarsipkan, atau dihapus.",
    "Ups! Alamat yang dituju tidak kami kenali.",
    "The page you are looking for could not be found.",
)


def _emptied(head: str, notice: str, side: str, *, side_first: bool = False) -> str:
    title, heading = HEADS[head]
    column = f'<div class="col-4">{SIDES[side]}</div>'
    main = f'<div class="col-8">{heading}<img src="a.jpg"><div class="alert">{notice}</div></div>'
    columns = column + main if side_first else main + column
    return (
        f"<html><head><title>{title}</title></head><body>{NAVIGATION}"
        f'<div class="row">{columns}</div>{FOOTER}</body></html>'
    )


def _read_again(
    html: str, *, listed: str = TITLE, leads_to: str | None = None
) -> Release | Rejected:
    known = page(html, hint=Hint(evidence="listing", title=listed))
    return extract(replace(known, earlier=EARLIER, leads_to=leads_to), source())


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("notice", NOTICES)
def test_a_page_without_its_story_holds_no_release(head: str, notice: str, side: str) -> None:
    for side_first in (False, True):
        found = _read_again(_emptied(head, notice, side, side_first=side_first))
        assert isinstance(found, Rejected), found.title


@pytest.mark.parametrize("notice", NOTICES[1:])
def test_the_reason_names_the_notice(notice: str) -> None:
    found = _read_again(_emptied("a section's title", notice, "a dated welcome"))
    assert isinstance(found, Rejected)
    assert (found.reason, notice in found.detail) == ("soft-404", True)


def test_another_release_under_its_address() -> None:
    html = wordpress(paragraphs(MARKET), title=MARKET_TITLE)
    found = _read_again(html, leads_to="https://tanjungbaru.example/berita/read/78")
    assert isinstance(found, Rejected)
    assert "leads to https://tanjungbaru.example/berita/read/78" in found.detail


NEW_TEXT = paragraphs(MARKET)
QUOTING = "“Data saya tidak ditemukan,” kata seorang warga. Konten di situs KPU telah dihapus."
EDITS = {
    "other words around one paragraph": kpu(paragraphs([TEXT[1], *MARKET])),
    "all words, under the same title": kpu(NEW_TEXT),
    "all words and the title, as the page itself calls it": wordpress(NEW_TEXT, title=MARKET_TITLE),
    "a notice above the text": city(f"<p>{NOTICES[1]}</p>{paragraphs()}"),
    "a text that speaks of what is not found": kpu(paragraphs([*TEXT[:2], QUOTING])),
    "all words, amid them such": wordpress(paragraphs([MARKET[0], QUOTING, MARKET[1]])),
    "a short text": city(paragraphs(TEXT[:1])),
}


@pytest.mark.parametrize("html", EDITS.values(), ids=EDITS.keys())
def test_an_edit_is_no_loss(html: str) -> None:
    assert isinstance(_read_again(html), Release)


@pytest.mark.parametrize("title", [MARKET_TITLE, "Data Pemilih Tidak Ditemukan, KPU Jelaskan"])
def test_what_a_list_calls_it_is_its_title(title: str) -> None:
    html = city(NEW_TEXT, title=title)
    assert isinstance(_read_again(html, listed=title), Release)
    assert isinstance(_read_again(html), Rejected)


def test_a_page_seen_for_the_first_time_is_compared_with_nothing() -> None:
    found = extract(page(city(NEW_TEXT, title="Data Pemilih Tidak Ditemukan")), source())
    assert isinstance(found, Release)
