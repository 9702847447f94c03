"""Pages that strangers have put on an office's host, and the releases that speak against them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.extraction.release import extract
from crawler.items import Earlier, Page, Rejected, Release
from crawler.registry.source import Source

HERE = Path(__file__).parent
OFFICE = "https://www.rantaubaru.go.id"
SOURCE = Source(
    id="pemkot-rantau-baru",
    kind="pemkot",
    publisher="Pemerintah Kota Rantau Baru",
    region="64.71",
    timezone="Asia/Makassar",
    home=f"{OFFICE}/",
)
SPAM = """<a href="https://a.example/">slot gacor</a> <a href="https://b.example/">togel 4D</a>
<a href="https://c.example/">maxwin RTP live daftar sekarang</a> <a href="https://d.example/">situs
slot resmi deposit pulsa</a> <a href="https://e.example/">bandar togel login</a>"""
HIDINGS = (
    "position:absolute;left:-9999px",
    "font-size:0",
    "display:none",
    "color:#fff;background:#fff",
    "height:0;overflow:hidden",
)


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


def _read(
    html: str, url: str = f"{OFFICE}/berita/read/7", source: Source = SOURCE
) -> Release | Rejected:
    page = Page(url=url, body=html.encode(), captured_at=datetime(2024, 12, 4, tzinfo=UTC))
    return extract(page, source)


def _office_page(title: str, body: str, *, head: str = "", further: str = "") -> str:
    menu = "".join(
        f'<a href="/{name}">{name}</a> ' for name in ("profil", "berita", "layanan", "kontak")
    )
    paragraphs = "".join(f"<p>{text}</p>" for text in body.split("\n\n"))
    return f"""<html lang="id"><head><title>{title} - Pemerintah Kota Rantau Baru</title>{head}
        </head><body><nav>{menu}</nav><main><article><h1>{title}</h1>
        <p class="meta">Rabu, 4 Desember 2024</p>{paragraphs}{further}</article></main>
        <footer>© 2024 Pemerintah Kota Rantau Baru</footer></body></html>"""


@pytest.mark.parametrize("page", _lines("hijacked_pages.jsonl"), ids=lambda page: page["name"])
def test_a_strangers_page_is_refused_and_says_by_what(page: dict[str, Any]) -> None:
    found = _read(page["html"], page["url"])
    assert isinstance(found, Rejected)
    assert found.reason == "hijacked"
    assert found.detail.startswith("it offers ")


@pytest.mark.parametrize("page", _lines("hijacked_unseen.jsonl"), ids=lambda page: page["name"])
def test_pages_by_a_writer_who_had_not_seen_the_rules(page: dict[str, Any]) -> None:
    source = replace(SOURCE, home=page["home"])
    found = _read(page["html"], page["url"], source)
    assert (isinstance(found, Rejected) and found.reason == "hijacked") is page["hijacked"]
    assert page["hijacked"] or isinstance(found, Release)


@pytest.mark.parametrize("page", _lines("sales_pages.jsonl"), ids=lambda page: page["name"])
def test_pages_that_sell_in_few_words_and_honest_ones_that_come_near(page: dict[str, Any]) -> None:
    found = _read(page["html"], page["url"])
    refused = isinstance(found, Rejected) and found.reason == "hijacked"
    assert refused is page["hijacked"], getattr(found, "detail", "a release")


@pytest.mark.parametrize("release", _lines("against_gambling.jsonl"), ids=lambda one: one["title"])
def test_a_release_against_gambling_is_a_release(release: dict[str, Any]) -> None:
    found = _read(_office_page(release["title"], release["body"]))
    assert isinstance(found, Release), found.detail
    assert found.title == release["title"]


@pytest.mark.parametrize("release", _lines("against_gambling.jsonl")[:10:3])
@pytest.mark.parametrize("hiding", HIDINGS)
def test_a_release_with_hidden_spam_is_stored_without_it(
    release: dict[str, Any], hiding: str
) -> None:
    spam = f'<div style="{hiding}">{SPAM}</div>'
    head = '<link rel="amphtml" href="https://slot.example/amp">'
    clean = _read(_office_page(release["title"], release["body"]))
    found = _read(_office_page(release["title"], release["body"], head=head, further=spam))
    assert isinstance(found, Release), found.detail
    assert isinstance(clean, Release)
    assert (found.title, found.body, found.byline) == (clean.title, clean.body, clean.byline)


def test_a_release_with_visible_spam_below_it_is_no_hijacked_page() -> None:
    text = _lines("against_gambling.jsonl")[45]
    found = _read(_office_page(text["title"], text["body"], further=f"<div>{SPAM}</div>"))
    assert isinstance(found, Release), found.detail


def test_words_alone_make_no_hijacked_page() -> None:
    text = (
        "Jackpot, cuan, hoki: kata-kata itu menjadi judul lomba mural remaja di alun-alun. "
        "Pemenang menerima hadiah buku dari Perpustakaan Kota Rantau Baru pada Rabu sore."
    )
    assert isinstance(_read(_office_page("Lomba Mural Remaja di Alun-alun", text)), Release)


NEWS = (
    "Rantau Baru - Warga Kelurahan Tambak menggelar upacara di tengah sawah yang baru dipanen.\n\n"
    "Petugas pengibar bendera adalah buruh tani yang berlatih setiap petang selama sebulan.\n\n"
    "Usai upacara, warga menikmati tumpeng di pematang, kata Camat Wening Astuti."
)
INSERT = "Coba keberuntungan Anda di situs slot gacor, daftar sekarang juga."


@pytest.mark.parametrize(
    ("title", "insert"),
    [
        ("SLOT GACOR: Upacara di Tengah Sawah", ""),
        ("Upacara di Tengah Sawah (Bonus New Member 100%)", ""),
        ("Upacara di Tengah Sawah KUDALUMPING77 Login", ""),
        ("Upacara di Tengah Sawah - Situs Slot Online Terpercaya", ""),
        ("RTP Live Upacara di Tengah Sawah", INSERT),
    ],
)
def test_an_offer_in_the_title_above_news(title: str, insert: str) -> None:
    html = _office_page(title, f"{NEWS}\n\n{insert}")
    found = _read(html)
    assert isinstance(found, Rejected), found.title
    assert found.reason == "hijacked"
    page = Page(url=found.url, body=html.encode(), captured_at=found.fetched_at)
    earlier = Earlier(title="Upacara di Tengah Sawah", text=NEWS)
    assert isinstance(extract(replace(page, earlier=earlier), SOURCE), Release), "a known release"


@pytest.mark.parametrize(
    ("title", "insert"),
    [
        ("Upacara di Tengah Sawah", INSERT),
        ("Jackpot! Upacara di Tengah Sawah", ""),
        ("Situs Togel Disaring, Upacara di Tengah Sawah", ""),
        ("Perwali Nomor 88 dan Upacara di Tengah Sawah", ""),
    ],
)
def test_news_with_such_words_is_a_release(title: str, insert: str) -> None:
    assert isinstance(_read(_office_page(title, f"{NEWS}\n\n{insert}")), Release)


def test_a_report_about_what_its_title_names_is_a_release() -> None:
    text = f"Petugas menutup sebuah rumah judi di Kelurahan Tambak.\n\n{NEWS[:120]}"
    assert isinstance(_read(_office_page("Agen Togel di Pasar Tambak Diringkus", text)), Release)


@pytest.mark.parametrize("by", ["Hacked by Kelompok Senja", "Website ini telah diretas oleh Senja"])
def test_a_page_signed_by_those_who_broke_in(by: str) -> None:
    page = (
        f"<html><title>{by}</title><h1>{by}</h1><p>Maaf admin, keamanan situs Anda sangat lemah. "
    )
    found = _read(page + "Tidak ada berkas yang dihapus. Salam untuk teman-teman semua.</p></html>")
    assert isinstance(found, Rejected)
    assert found.reason == "hijacked"
    report = _office_page("Situs Kota Diretas, Muncul Tulisan Hacked by Senja", NEWS)
    assert isinstance(_read(report), Release)


def test_praise_of_one_coined_name_is_an_offer() -> None:
    text = (
        "Salah satu nama yang sering dibicarakan ialah RAJALEBAH, tampilannya bersih.\n\n"
        "Permainan slotnya lancar, dan RTP yang ditampilkan RAJALEBAH terbuka setiap hari.\n\n"
        "Secara keseluruhan, RAJALEBAH layak dicoba bagi yang mencari situs slot."
    )
    html = f"<html><title>Mengapa RAJALEBAH Menjadi Pilihan</title><h1>Mengapa RAJALEBAH Menjadi Pilihan</h1><p>{text}</p></html>"
    found = _read(html)
    assert isinstance(found, Rejected)
    assert "praises RAJALEBAH" in found.detail
