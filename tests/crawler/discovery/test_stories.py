"""Lists of releases in all the shapes that sites give them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.listing import Story, read_page, read_stories

URL = "https://a.go.id/berita?page=2"
PAGES = Path(__file__).parents[2] / "pages"

TITLES = (
    "Parit Tokaya Dikeruk Lagi",
    "KPU Kota Lantik Anggota PPK untuk Pilkada 2024",
    "Apel Siaga",
    "Wali Kota Tinjau Tempat Pemungutan Suara di Rutan",
)
TEASER = (
    "TANJUNG ASRI - Sebanyak {0} petugas mengikuti apel di halaman balai kota pada pagi yang "
    "cerah, lalu berangkat ke kelurahan masing-masing membawa logistik nomor {0} ..."
)


def date(number: int) -> str:
    return f"{10 + number} November 2024"


def address(number: int) -> str:
    return f"/berita/read/{900 + number}"


def heading_and_teaser(n: int) -> str:
    return f'<div class="post"><h3><a href="{address(n)}">{TITLES[n]}</a></h3><small>{date(n)}</small><p>{TEASER.format(n)}</p></div>'


def picture_title_more(n: int) -> str:
    return (
        f'<div class="item"><a href="{address(n)}"><img src="/foto/{n}.jpg" alt=""></a><div class="isi">'
        f'<span class="kategori"><a href="/kategori/pemerintahan">Pemerintahan</a></span><h4><a href="{address(n)}">{TITLES[n]}</a></h4>'
        f'<ul class="meta"><li><i class="fa fa-user"></i> <a href="/author/humas">Humas</a></li><li>{date(n)}</li><li>Dilihat 1.2{n}4 kali</li></ul>'
        f'<p>{TEASER.format(n)}</p><a class="btn" href="{address(n)}">Selengkapnya &raquo;</a></div></div>'
    )


def title_not_linked(n: int) -> str:
    return f'<div class="news-box"><h4>{TITLES[n]}</h4><span>{date(n)}</span><p>{TEASER.format(n)}</p><a href="{address(n)}">Baca selengkapnya</a></div>'


def whole_card_is_a_link(n: int) -> str:
    return (
        f'<a class="card" href="{address(n)}"><img src="/{n}.jpg" alt="foto"><div class="card-body"><h5 class="card-title">{TITLES[n]}</h5>'
        f'<p class="card-text">{TEASER.format(n)}</p><small>{date(n)}</small></div></a>'
    )


def empty_link_over_the_card(n: int) -> str:
    return (
        f'<article class="entry"><header><h2>{TITLES[n]}</h2></header><p>{TEASER.format(n)}</p>'
        f'<footer>{date(n)}</footer><a aria-label="lihat" href="{address(n)}"></a></article>'
    )


def list_item(n: int) -> str:
    return f'<li><a href="{address(n)}">{TITLES[n]}</a> <span>({date(n)})</span></li>'


def date_before(n: int) -> str:
    return f'<li><time datetime="2024-11-{10 + n}">{date(n)}</time> <a href="{address(n)}">{TITLES[n]}</a></li>'


def table_row(n: int) -> str:
    return f'<tr><td>{n + 1}</td><td><a href="{address(n)}">{TITLES[n]}</a></td><td>{date(n)}</td><td>{n * 37} x</td></tr>'


def whole_story(n: int) -> str:
    return (
        f'<div class="blog-post"><h3><a href="{address(n)}">{TITLES[n]}</a></h3><div class="meta">{date(n)}</div><div>{n + 17}</div>'
        f"<p>{TEASER.format(n)}</p><p>Ketua menambahkan bahwa <a href='/berita/read/12'>pelantikan petugas di tiap kelurahan kota</a> telah selesai.</p>"
        f"<p>Baca juga: <a href='/berita/read/13'>Logistik Pilkada Mulai Tiba di Gudang Kota</a></p><p>{TEASER.format(n + 5)}</p></div><hr>"
    )


def title_then_texts(n: int) -> str:
    return f'<h3><a href="{address(n)}">{TITLES[n]}</a></h3><p class="tgl">{date(n)}</p><p>{TEASER.format(n)}</p>'


def date_title_teaser(n: int) -> str:
    return f'<small>{date(n)}</small><h2><a href="{address(n)}">{TITLES[n]}</a></h2><p>{TEASER.format(n)}</p>'


def lines_of_text(n: int) -> str:
    return (
        f'<a href="{address(n)}"><b>{TITLES[n]}</b></a><br>{date(n)}<br>{TEASER.format(n)}<br><br>'
    )


def day_month_year(n: int) -> str:
    return f'<article><div class="date"><span>{10 + n}</span><span>November</span><span>2024</span></div><h2><a href="{address(n)}">{TITLES[n]}</a></h2></article>'


CHROME = """<html><head><title>Berita</title></head><body class="archive has-sidebar"><div id="header"><a href="/">Pemerintah Kota Tanjung Asri Hebat</a></div>
<nav><ul><li><a href="/">Beranda</a></li><li><a href="/profil/tugas">Tugas Pokok dan Fungsi Dinas Kota</a></li><li><a href="/berita">Berita</a></li></ul></nav>
<div class="container content-sidebar"><div class="row"><div class="col-8"><h1>Berita Kota</h1><div class="breadcrumb"><a href="/">Beranda</a> / Berita</div>
{before}{blocks}{after}
<ul class="pagination"><li><a href="?page=1">1</a></li><li class="active"><a href="?page=2">2</a></li><li><a href="?page=3">3</a></li></ul></div>
<div class="col-4"><h4>Berita Populer</h4><ul><li><a href="/berita/read/1">Harga Cabai Turun Jelang Akhir Pekan Ini</a></li><li><a href="/berita/read/2">Festival Kuliner Digelar di Taman Kota</a></li></ul>
<div class="widget"><h4>Kategori</h4><ul><li><a href="/kategori/umum">Berita Umum Pemerintahan Kota Tanjung Asri (12)</a></li></ul></div>
<table id="wp-calendar"><tr><td><a href="/2024/05/01/">1</a></td><td><a href="/2024/05/02/">2</a></td></tr></table></div></div></div>
<div class="footer"><h5>Tautan</h5><a href="/aplikasi/lapor">Layanan Aspirasi dan Pengaduan Online Rakyat Kota</a></div></body></html>"""

SHAPES: dict[str, tuple[Callable[[int], str], str, str]] = {
    "heading and teaser": (heading_and_teaser, "", ""),
    "picture, title and more": (picture_title_more, "<div class='list'>", "</div>"),
    "title not linked": (title_not_linked, "", ""),
    "stretched": (empty_link_over_the_card, "<main>", "</main>"),
    "cards": (whole_card_is_a_link, "<div class='grid'>", "</div>"),
    "list": (list_item, "<ul>", "</ul>"),
    "date before": (date_before, "<ul class='list'>", "</ul>"),
    "table": (table_row, "<table><tr><th>No</th><th>Judul</th><th>Tanggal</th></tr>", "</table>"),
    "whole stories": (whole_story, "<div id='isi'>", "</div>"),
    "flat": (title_then_texts, "<div>", "</div>"),
    "flat, date first": (date_title_teaser, "<div>", "</div>"),
    "lines": (lines_of_text, "<div>", "</div>"),
    "date in cells": (day_month_year, "<section>", "</section>"),
}


def page(shape: str, numbers: list[int]) -> str:
    block, before, after = SHAPES[shape]
    return CHROME.format(blocks="\n".join(map(block, numbers)), before=before, after=after)


@pytest.mark.parametrize("count", [4, 3, 2, 1])
@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_names_its_stories(shape: str, count: int) -> None:
    """Down to one story on the last page."""
    found = read_stories(page(shape, list(range(count))), URL)
    assert [(s.url, s.title, s.published) for s in found] == [
        ("https://a.go.id" + address(n), TITLES[n], date(n)) for n in range(count)
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_story_shows_the_same_wherever_it_stands(shape: str) -> None:
    pages = [page(shape, numbers) for numbers in ([0, 1, 2, 3], [3, 0, 2], [1, 2, 3], [2, 3])]
    seen: dict[str, set[str]] = {}
    for markup in pages:
        for story in read_stories(markup, URL):
            seen.setdefault(story.url, set()).add(story.shown)
    assert {len(shown) for shown in seen.values()} == {1}


def _story(block: str) -> Story:
    return next(iter(read_stories(f"<body><div>{block}{heading_and_teaser(1)}</div></body>", URL)))


def test_counters_and_ages_change_nothing() -> None:
    def block(views: str, ago: str) -> str:
        return heading_and_teaser(0).replace(
            "</p>",
            f"</p><p>Diterbitkan oleh Dinas Komunikasi dan Informatika Kota Tanjung Asri Raya, {ago}, dilihat {views} kali, {views} komentar</p>",
        )

    shown = {
        _story(block(*said)).shown for said in (("12", "2 jam lalu"), ("1.234", "3 hari yang lalu"))
    }
    assert len(shown) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [("Dikeruk Lagi", "Dikeruk Kembali"), ("halaman balai kota", "alun-alun kota")],
)
def test_an_edit_shows(old: str, new: str) -> None:
    block = heading_and_teaser(0)
    assert _story(block).shown != _story(block.replace(old, new)).shown


def test_a_cut_title_is_read_whole_where_the_link_has_it() -> None:
    block = f'<div class="post"><h3><a title="{TITLES[1]} Digelar" href="/berita/read/7">{TITLES[1]} ...</a></h3><p>{TEASER}</p></div>'
    assert _story(block).title == TITLES[1] + " Digelar"


def test_a_machine_date_serves_where_the_page_says_only_how_long_ago() -> None:
    block = heading_and_teaser(0).replace(
        date(0), '<time datetime="2024-11-10T09:00:00+08:00">3 jam lalu</time>'
    )
    assert _story(block).published == "2024-11-10T09:00:00+08:00"
    assert _story(heading_and_teaser(0).replace(date(0), "3 jam lalu")).published == "3 jam lalu"


def test_rows_of_cards_with_an_odd_one_last() -> None:
    rows = [f'<div class="col">{whole_card_is_a_link(n)}</div>' for n in range(3)]
    markup = CHROME.format(
        before="",
        after="",
        blocks=f'<div class="row">{rows[0]}{rows[1]}</div><div class="row">{rows[2]}</div>',
    )
    assert [s.published for s in read_stories(markup, URL)] == [date(0), date(1), date(2)]


def test_one_story_in_two_blocks_counts_once_by_the_fuller() -> None:
    hero = f'<div class="hero"><h2><a href="{address(0)}">{TITLES[0]}</a></h2></div>'
    blocks = "<div>" + "".join(heading_and_teaser(n) for n in range(3)) + "</div>"
    found = read_stories(CHROME.format(before=hero, blocks=blocks, after=""), URL)
    assert [s.published for s in found] == [date(0), date(1), date(2)]


def test_services_are_no_news_where_news_shows_dates() -> None:
    services = "".join(
        f'<div class="service"><h4><a href="/izin/{n}">Layanan Perizinan Nomor {n}</a></h4><p>{TEASER.format(n)}</p></div>'
        for n in range(6)
    )
    markup = CHROME.format(
        before=f"<div>{services}</div>",
        blocks="<div>" + "".join(heading_and_teaser(n) for n in range(3)) + "</div>",
        after="",
    )
    assert [s.title for s in read_stories(markup, URL)] == list(TITLES[:3])


def test_a_heading_rules_until_the_next() -> None:
    blocks = (
        f"<h2>Agenda</h2>{heading_and_teaser(0)}{heading_and_teaser(1)}"
        f"<h2>Berita</h2>{heading_and_teaser(2)}{heading_and_teaser(3)}"
    )
    found = read_stories(f"<body><div>{blocks}</div></body>", URL)
    assert [s.title for s in found] == list(TITLES[2:])


def test_other_links_stay_apart() -> None:
    read = read_page(page("heading and teaser", [0, 1, 2]), URL)
    others = {link.url.removeprefix("https://a.go.id") for link in read.links}
    assert {"/berita?page=3", "/berita/read/1", "/profil/tugas"} <= others
    assert others.isdisjoint({address(0), address(1)})


def test_the_digest_of_a_page_is_that_of_its_addresses() -> None:
    one, same, other = (
        read_page(page("list", numbers), URL) for numbers in ([0, 1, 2], [2, 1, 0], [0, 1, 3])
    )
    assert one.digest == same.digest != other.digest


@pytest.mark.parametrize(
    ("file", "count"),
    [
        ("kpu-blog/tolak-kategori-104", 3),
        ("kpu-blog/tolak-beranda-200", 4),
        ("static-generator/tolak-indeks", 5),
        ("wordpress-classic/tolak-arsip-hari", 2),
        ("fulltext-listing/tolak-daftar", 3),
        ("old-table/daftar-tabel-lama", 0),
    ],
)
def test_lists_of_real_shapes(file: str, count: int) -> None:
    markup = (PAGES / f"{file}.html").read_text("utf-8", "replace")
    assert len(read_stories(markup, "https://a.go.id/daftar?page=17")) == count


@pytest.mark.parametrize(
    "body", ["", "\x00", "<", "{}", "<a href='/x y'>", "<?xml version='1.0'?>"]
)
def test_what_is_no_list_names_nothing(body: str) -> None:
    assert read_stories(body, URL) == []


_TAGS = st.sampled_from(
    [
        "<div>",
        "</div>",
        "<ul>",
        "<li>",
        "<a href='/berita/read/1'>",
        "<a href='/x'>",
        "</a>",
        "<h3>",
        "<br>",
        "<tr>",
        "<table>",
        "<p>",
        "12 Mei 2024",
        "Judul berita yang panjang sekali",
        "\ud800",
    ]
)


@given(st.lists(st.one_of(_TAGS, st.text(max_size=8)), max_size=40).map("".join))
def test_any_markup(body: str) -> None:
    for story in read_page(body, URL).stories:
        assert story.title
