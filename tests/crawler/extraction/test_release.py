"""From a page to a release, and what is refused with which word."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from crawler.extraction.release import extract, publisher_place
from crawler.items import Hint, Release
from tests.crawler.extraction.sample_pages import (
    CARDS,
    FOOTER,
    NAVIGATION,
    TEXT,
    TITLE,
    as_published,
    city,
    kpu,
    page,
    paragraphs,
    read,
    reason,
    release,
    source,
    wordpress,
    words,
)

SEED = Path(__file__).parents[4] / "shared" / "seed" / "balikpapan-pps-2024-05-26.txt"


@pytest.mark.skipif(not SEED.exists(), reason="the shared seed is not beside this checkout")
@pytest.mark.parametrize("site", [city, wordpress, kpu])
def test_the_seed_in_three_shapes(site) -> None:  # type: ignore[no-untyped-def]
    text = SEED.read_text("utf-8").splitlines()
    html = site(paragraphs(text), title="Pemkot Dukung Pilkada Serentak")
    publisher = source(publisher="Pemerintah Kota Balikpapan")
    found = extract(page(html, url="https://web.balikpapan.go.id/berita/read/9754"), publisher)
    assert isinstance(found, Release)
    assert found.title == "Pemkot Dukung Pilkada Serentak"
    assert (found.dateline, found.place) == ("BALIKPAPAN - ", "Balikpapan")
    assert found.byline == "(diskominfo/cha/arh)"
    assert found.author_tags == ["diskominfo", "cha", "arh"]
    assert len(found.body.split("\n\n")) == 10
    assert as_published(found) == words(*text)
    assert found.election
    assert found.language == "id"


def test_the_same_page_gives_the_same_release() -> None:
    assert read(wordpress(paragraphs())) == read(wordpress(paragraphs()))


DATES = {
    "the stamp beside the title": (city(paragraphs()), None, date(2024, 5, 14), None, "page"),
    "its time of day": (
        city(paragraphs(), stamp="Selasa, 14 Mei 2024 | 10:22 WITA"),
        None,
        date(2024, 5, 14),
        "2024-05-14T10:22:00+08:00",
        "page",
    ),
    "the time of day that the schema adds": (
        wordpress(
            paragraphs(),
            head='<script type="application/ld+json">{"@type": "NewsArticle", "headline": "'
            + TITLE
            + '", "datePublished": "2024-05-14T07:20:00+00:00"}</script>',
        ),
        None,
        date(2024, 5, 14),
        "2024-05-14T07:20:00+00:00",
        "schema",
    ),
    "no time of day from a midnight": (
        wordpress(
            paragraphs(),
            head='<meta property="article:published_time" content="2024-05-14T00:00:00+08:00">',
        ),
        None,
        date(2024, 5, 14),
        None,
        "page",
    ),
    "the feed where the page is silent": (
        kpu(paragraphs()),
        Hint(evidence="feed", title=TITLE, published="2024-05-15T08:00:00+08:00"),
        date(2024, 5, 15),
        "2024-05-15T08:00:00+08:00",
        "feed",
    ),
    "the day told in the text": (kpu(paragraphs()), None, date(2024, 5, 14), None, "text"),
}


@pytest.mark.parametrize(("html", "hint", "on", "at", "by"), DATES.values(), ids=DATES.keys())
def test_dates(html: str, hint: Hint | None, on: date, at: str | None, by: str) -> None:
    found = release(html, hint=hint)
    assert (found.published_on, found.published_by) == (on, by)
    assert found.published_at == (datetime.fromisoformat(at) if at else None)
    assert "dates-disagree" not in found.flags


def test_the_address_is_the_last_evidence() -> None:
    html = kpu(paragraphs(TEXT[1:]))
    found = release(html, url="https://tanjungbaru.example/2024/05/16/gudang/")
    assert (found.published_on, found.published_by) == (date(2024, 5, 16), "url")


def test_dates_of_sidebars_cards_clocks_and_captions_are_nobodys() -> None:
    caption = "<figure><img><figcaption>Rapat, 2 Mei 2024.</figcaption></figure>"
    html = f"<html><title>{TITLE}</title><body><div>Rabu, 31 Desember 2025</div>{NAVIGATION}" + (
        f"<div><h1>{TITLE}</h1>{caption}<p>{TEXT[1]}</p><p>{TEXT[3]}</p></div>"
        f"<h4>Berita Terkait</h4>{CARDS}{FOOTER}</body></html>"
    )
    assert release(html).published_on is None


def test_a_disagreement_is_flagged_and_the_visible_stamp_kept() -> None:
    head = '<meta property="article:published_time" content="2024-06-20T07:20:00+00:00">'
    found = release(wordpress(paragraphs(), head=head))
    assert (found.published_on, found.published_at) == (date(2024, 5, 14), None)
    assert "dates-disagree" in found.flags


def test_the_stamp_wins_over_the_change() -> None:
    stamp = "Diperbarui: 20 Mei 2024</p><p>Diterbitkan: 14 Mei 2024"
    assert release(city(paragraphs(), stamp=stamp)).published_on == date(2024, 5, 14)


def site(inside: str, title: str = "KPU Kota Tanjung Baru") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{NAVIGATION}{inside}"
        f"{FOOTER}</body></html>"
    )


WHOLE_STORIES = "".join(
    f"<div><h3>Rapat nomor {n} digelar di Aula</h3><p>1{n} Mei 2024</p>{paragraphs()}</div>"
    for n in range(4)
)
CUT_STORIES = "".join(
    f'<div><h3><a href="/blog/read/{n}_x">Rapat nomor {n} di Aula</a></h3><p>{TEXT[1][:90]} ....'
    "</p></div>"
    for n in range(4)
)
PERSON = (
    "<h1>Profil Wali Kota</h1><p>Nama: Bambang Suherlan</p><p>Tempat, Tanggal Lahir: Tanjung"
    " Baru, 1 Januari 1970</p><p>Riwayat Pendidikan</p><ul><li>SD 1 Tanjung Baru</li></ul><p>Beliau"
    " dikenal sebagai pemimpin yang dekat dengan warga dan gemar bersepeda.</p>"
)
RESULTS = "".join(
    f'<div><a href="/{n}">Rapat nomor {n} digelar di Aula</a><p>Rapat nomor {n} dihadiri lurah dan'
    " camat se-Kota Tanjung Baru, kata panitia.</p></div>"
    for n in range(4)
)
ROWS = "".join(
    f"<tr><td>{n}</td><td>Perubahan atas Peraturan Nomor {n} tentang Tata Cara Pengelolaan Keuangan"
    "</td><td>Unduh</td></tr>"
    for n in range(4)
)
FIELDS = (
    "<p>Isi formulir di bawah ini dengan lengkap dan benar oleh pelapor sendiri.</p>"
    + "".join(
        f"<p><label>{name} pelapor menurut kartu keluarga</label><input></p>"
        for name in ("Nama", "Alamat", "Pekerjaan")
    )
)
NO_RELEASE = {
    "whole stories": (site(f"<h1>Berita Terkini</h1>{WHOLE_STORIES}"), "listing"),
    "linked whole stories": (
        site(WHOLE_STORIES.replace("<h3>", '<h3><a href="/x">').replace("</h3>", "</a></h3>")),
        "listing",
    ),
    "cut stories": (site(f"<h1>Selamat Datang</h1>{CUT_STORIES}"), "listing"),
    "cards": (site(f"<h1>Berita</h1>{CARDS}"), "listing"),
    "search": (site(f"<h1>Hasil pencarian untuk: pilkada</h1>{CARDS}"), "search"),
    "soft 404": (
        site("<h1>Halaman tidak ditemukan</h1><p>Maaf, yang Anda cari sudah tidak ada.</p>"),
        "soft-404",
    ),
    "gallery": (site("<h1>Rapat Pleno Terbuka</h1>" + '<a><img src="a.jpg"></a>' * 9), "gallery"),
    "attachment": (
        wordpress("<p><img></p>").replace('class="single ', 'class="attachment single '),
        "attachment",
    ),
    "video": (wordpress('<iframe src="https://www.youtube.com/embed/x"></iframe>'), "video"),
    "person": (site(PERSON), "profile"),
    "login": (site("<form><input name=u><input type=password></form>"), "login"),
    "challenge": (site("<p>Checking your browser.</p>", title="Just a moment..."), "blocked"),
    "results of a search, each a plain link": (site(f"<h1>Pencarian</h1>{RESULTS}"), "search"),
    "a program that failed": (
        "<p>Fatal error: Uncaught mysqli_sql_exception in /home/kota/inc/koneksi.php:5 Stack trace:"
        " #0 /home/kota/inc/koneksi.php(5): mysqli_connect()</p>",
        "error-page",
    ),
    "a server that failed": (site("<h1>500</h1>", title="Server Error"), "error-page"),
    "a site switched off": (
        site(f"<h1>Akun Dinonaktifkan</h1>{paragraphs(TEXT[1:])}", title="Akun Dinonaktifkan"),
        "suspended",
    ),
    "a table and no date": (site(f"<h1>Peraturan Wali Kota</h1><table>{ROWS}</table>"), "no-text"),
    "a form": (site(f"<h1>Pengaduan</h1><form>{FIELDS}</form>"), "form"),
    "one teaser": (wordpress(f"<p>{TEXT[0][:140]} ....</p>"), "teaser"),
    "no text": (wordpress(""), "no-text"),
    "pdf": (b"%PDF-1.7 \x00\x01", "not-html"),
    "json": (b'{"data": "<p>teks</p>"}', "not-html"),
    "plain text": (b"Wali Kota hadir.", "not-html"),
    "nothing": (b" \n", "empty"),
}


@pytest.mark.parametrize(("html", "why"), NO_RELEASE.values(), ids=NO_RELEASE.keys())
def test_what_is_no_release_says_why(html: str | bytes, why: str) -> None:
    assert reason(html) == why


def test_the_home_page_answered_for_anything() -> None:
    canonical = '<link rel="canonical" href="https://tanjungbaru.example/">'
    html = site(CUT_STORIES).replace("<body>", f"{canonical}<body>")
    assert reason(html, url="https://tanjungbaru.example/?page_id=271783") == "home-page"
    assert reason(city(paragraphs()), url="https://tanjungbaru.example/") == "home-page"


RELEASES = {
    "every page calls the home page canonical": wordpress(
        paragraphs(), head='<link rel="canonical" href="https://tanjungbaru.example/">'
    ),
    "a canonical address that is none": wordpress(
        paragraphs(), head='<link rel="canonical" href="https://[tanjungbaru.example/">'
    ),
    **{
        f"<body class={name}>": wordpress(paragraphs()).replace("single single-post", name)
        for name in ("blog", "date", "archive category", "tag", "search", "author", "login")
    },
    "a recap whose parts have their own days": site(
        "<h1>Kilas Sepekan Kota Tanjung Baru</h1><p>Jumat, 17 Mei 2024</p>"
        + "".join(f"<h3>Hari ke-{n} di Aula</h3><p>1{n} Mei 2024</p>{paragraphs()}" for n in "123"),
        title="Kilas Sepekan Kota Tanjung Baru",
    ),
    "a recap whose parts are linked": site(
        "<h1>Kilas Sepekan Kota Tanjung Baru</h1><p>Jumat, 17 Mei 2024</p>"
        + "".join(f'<h3><a href="/{n}">Hari ke-{n} di Aula</a></h3>{paragraphs()}' for n in "123"),
        title="Kilas Sepekan Kota Tanjung Baru",
    ),
    "a list with links under a title and a day": site(
        f"<h1>Empat Rapat Digelar Sepekan</h1><p>Jumat, 17 Mei 2024</p>{RESULTS}",
        title="Empat Rapat Digelar Sepekan",
    ),
    "links before and between paragraphs": wordpress(
        '<p><a href="/1">Rapat nomor 1 digelar di Aula</a></p>'
        + '<p><a href="/2">Rapat nomor 2 digelar di Aula</a></p>'.join(
            map(paragraphs, ([t] for t in TEXT))
        )
    ),
    "a warning of PHP above the text": wordpress(
        "<p>Warning: Undefined variable $foto in /home/kota/detail.php on line 31</p>"
        "<p>Warning: Undefined variable $ket in /home/kota/detail.php on line 32</p>" + paragraphs()
    ),
    "a table under a day": wordpress(f"<table>{ROWS}</table>"),
    "paragraphs that begin as labels do": kpu(
        "<p>Divisi Hukum menyampaikan bahwa tiga rancangan keputusan telah selesai ditelaah.</p>"
        "<p>Pendidikan pemilih bagi warga lanjut usia dimulai bulan depan di empat kelurahan.</p>"
        "<p>Alamat tempat pemungutan suara sudah ditempel di papan pengumuman tiap kelurahan.</p>"
    ),
}


@pytest.mark.parametrize("html", RELEASES.values(), ids=RELEASES.keys())
def test_a_hint_alone_refuses_nothing(html: str) -> None:
    assert isinstance(read(html), Release)


@pytest.mark.parametrize(
    "title",
    [
        "Visi dan Misi Pasangan Calon",
        "Visi dan Misi",
        "Sejarah Kota Tanjung Baru Dipamerkan di Balai Kota",
        "Sambutan Wali Kota pada Upacara Hari Jadi",
        "Profil Wali Kota Terpilih",
        "Struktur Organisasi KPU Tanjung Baru Berubah",
        "Tugas dan Fungsi Panwaslu Dijelaskan",
        "Kontak Darurat Posko Pemilu Dibuka",
        "404 TPS Disiapkan",
        "KPU: Data Tidak Ada yang Hilang Saat Pindah Server",
        "Jembatan Sedang Perbaikan, Warga Diminta Memutar",
        "Dalam Pengembangan, Aplikasi Daftar Pemilih Diuji",
        "Hasil Pencarian Korban Banjir Diumumkan Wali Kota",
        "Maaf, Wali Kota Terlambat Membuka Debat",
        "Galeri Seni Pemilu Dibuka",
        "Video Call Jadi Cara Baru Coklit",
        "Arsip Pemilu Diserahkan",
        "Kategori Pemilih Bertambah",
        "Masuk TPS Wajib Bawa KTP",
    ],
)
@pytest.mark.parametrize("told", [TEXT, TEXT[1:3]], ids=["long", "short"])
def test_a_dated_page_with_paragraphs_is_refused_by_no_title(
    title: str, told: Sequence[str]
) -> None:
    html = wordpress(paragraphs(told), title=title)
    assert release(html, url="https://tanjungbaru.example/berita/detail/781").title == title


@pytest.mark.parametrize(
    ("html", "url", "why"),
    [
        (kpu(paragraphs(TEXT[1:]), title="Visi dan Misi KPU Kota Tanjung Baru"), "7", "profile"),
        (kpu(paragraphs(TEXT[1:2]), title="Rudi Hartono"), "profil/3", "profile"),
        (kpu(paragraphs(TEXT[1:2]), title="Situs Sedang Dalam Perbaikan"), "7", "maintenance"),
        (kpu(paragraphs(TEXT[1:2]), title="404 Not Found"), "7", "soft-404"),
        (kpu(paragraphs(TEXT[1:2]), title="Hasil Pencarian: pilkada"), "7", "search"),
    ],
)
def test_a_name_refuses_what_holds_no_story_of_its_own(html: str, url: str, why: str) -> None:
    assert reason(html, url=f"https://tanjungbaru.example/{url}") == why


def test_a_dated_text_without_a_title_is_kept_under_the_name_of_its_page() -> None:
    told = f"<div class='tanggal'>17 Mei 2024</div><div class='isi'>{paragraphs()}</div>"
    assert (
        release(site(f"<h2>Pengumuman Kota</h2>{told}", title="Berita")).title == "Pengumuman Kota"
    )
    assert release(site(told, title="Berita")).title == "Berita"
    assert reason(site(paragraphs(), title="Berita")) == "no-title"


@pytest.mark.parametrize(
    ("publisher", "place"),
    [
        ("Pemerintah Kota Tanjung Selor Baru", "Tanjung Selor Baru"),
        ("Pemkot Balikpapan", "Balikpapan"),
        ("KPU Kota Balikpapan", "Balikpapan"),
        ("Komisi Pemilihan Umum Kabupaten Sleman", "Sleman"),
        ("KIP Kota Banda Aceh", "Banda Aceh"),
        ("Diskominfo Kota Samarinda", "Samarinda"),
    ],
)
def test_the_publishers_own_place(publisher: str, place: str) -> None:
    assert publisher_place(publisher) == place


@pytest.mark.parametrize(
    "title",
    [
        "Pemeriksaan Keamanan Gudang Logistik Pilkada Diperketat",
        "Anda Diblokir? Kominfo Jelaskan Cara Melapor",
        "Verifikasi Anda Pemilih Terdaftar Lewat Laman KPU",
    ],
)
def test_news_of_security_is_no_notice_of_a_guard(title: str) -> None:
    assert release(wordpress(paragraphs(), title=title)).title == title
