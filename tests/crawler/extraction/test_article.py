"""What is the release on a page, and what is the site around it."""

import pytest

from crawler.extraction.article import read_article
from crawler.extraction.release import extract
from crawler.items import Hint, Release
from crawler.markup.dom import parse
from crawler.registry.source import Select
from tests.crawler.extraction.sample_pages import (
    CARDS,
    TEXT,
    TITLE,
    as_published,
    city,
    kpu,
    old_table,
    page,
    paragraphs,
    release,
    source,
    wordpress,
    words,
)

LISTED = ("Gudang di Kelurahan Melati", "Gudang di Kelurahan Kenanga")
NUMBERED = ("1. Gudang di Kelurahan Melati", "2. Gudang di Kelurahan Kenanga")


@pytest.mark.parametrize("site", [city, wordpress, kpu, old_table])
def test_each_family_gives_the_whole_release_and_nothing_else(site) -> None:  # type: ignore[no-untyped-def]
    found = release(site(paragraphs()))
    assert found.title == TITLE
    assert as_published(found) == words(*TEXT)
    assert len(found.body.split("\n\n")) == len(TEXT)


BODIES = {
    "br br": "<br><br>".join(TEXT),
    "single br": "<br>\n".join(TEXT),
    "text in a div": f"<div>{'<br /><br />'.join(TEXT)}</div>",
    "div for each paragraph": "".join(f"<div>{text}</div>" for text in TEXT),
    "malformed": "".join(f"<div>{text}</p>" for text in TEXT),
    "unclosed": "<p>".join(("", *TEXT)),
    "spans inside words": "".join(f"<p><span>{t[:7]}</span><b>{t[7:]}</b></p>" for t in TEXT),
    "nbsp and empty": "".join(f"<p>{t.replace(' ', '&nbsp;', 2)}</p><p>&nbsp;</p>" for t in TEXT),
    "soft hyphens": paragraphs([text.replace("pe", "pe&shy;\u200b") for text in TEXT]),
    "quote": paragraphs(TEXT[:2]) + f"<blockquote>{TEXT[2]}</blockquote>" + paragraphs(TEXT[3:]),
    "title again": f"<p><strong>{TITLE.upper()}</strong></p>" + paragraphs(),
    "caption": "<figure><img><figcaption>Rapat di Aula, Selasa (14/5/2024). (Foto: Kominfo)"
    "</figcaption></figure>" + paragraphs(),
    "caption in small print": "<p><img><br><em>Suasana rapat di Aula.</em></p>" + paragraphs(),
    "caption like any line": "<p><img></p><p>Suasana rapat di Aula</p>" + paragraphs(),
    "caption as alternative text": '<img alt="Rapat di Aula."><p>Rapat di Aula.</p>' + paragraphs(),
    "caption in a table": '<table><tr><td><img></td></tr><tr><td class="tr-caption">Rapat.</td></tr>'
    "</table>" + paragraphs(),
    "pictures inside": paragraphs(TEXT[:3])
    + "<figure><img><figcaption>Foto bersama usai rapat.</figcaption></figure>"
    + paragraphs(TEXT[3:]),
    "see also": paragraphs(TEXT[:2])
    + "<p><strong>Baca juga: <a href='/2'>Pasar Murah di Tiga Kecamatan</a></strong></p>"
    + paragraphs(TEXT[2:]),
    "see also in a paragraph": paragraphs(TEXT[:1])
    + f"<p>{TEXT[1]} <strong>Baca juga: <a href='/2'>Pasar Murah</a></strong></p>"
    + paragraphs(TEXT[2:]),
    "see also with a list": paragraphs(TEXT[:2])
    + "<h4>Baca Juga</h4><ul><li><a>Pasar Murah</a></li><li><a>Festival</a></li></ul>"
    + paragraphs(TEXT[2:]),
    "teaser on top": f"<p class='lead'>{TEXT[0][:90]} ....</p>" + paragraphs(),
    "page number": paragraphs() + "<p>Halaman 1 dari 1</p>",
    "download": paragraphs() + "<p><a href='x.pdf'>Unduh Lampiran</a></p>",
    "channel": paragraphs() + "<p><em>Ikuti kanal WhatsApp kami: <a>klik di sini</a></em></p>",
    "advertisement": paragraphs(TEXT[:2])
    + '<div class="iklan"><p>Pasang iklan di sini, hubungi kami untuk harga terbaik.</p></div>'
    + paragraphs(TEXT[2:]),
    "stamp below": paragraphs() + "<p>Diposting pada 14 Mei 2024 oleh Admin</p>",
    "byline apart": paragraphs([*TEXT[:4], TEXT[4].removesuffix(" (kominfo/rtw)")])
    + '<p style="text-align:right"><em>(kominfo/rtw)</em></p>',
}


@pytest.mark.parametrize("site", [city, wordpress, kpu])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_however_the_body_is_set(site, body: str) -> None:  # type: ignore[no-untyped-def]
    assert as_published(release(site(body))) == words(*TEXT)


def test_lists_and_tables_become_lines() -> None:
    items = "".join(f"<li>{item}</li>" for item in LISTED)
    table = "<table><tr><th>Kecamatan</th><th>Kotak</th></tr><tr><td>Barat</td><td>120</td></tr>"
    body = f"{paragraphs(TEXT[:2])}<p>Gudang itu:</p><ol>{items}</ol>{table}</table>"
    found = release(wordpress(body + paragraphs(TEXT[2:]))).body.split("\n\n")
    assert found[2:5] == ["Gudang itu:", "\n".join(NUMBERED), "Kecamatan | Kotak\nBarat | 120"]
    assert len(found) == len(TEXT) + 3


def test_subheadings_stay_and_loose_ones_go() -> None:
    body = paragraphs(TEXT[:2]) + "<h3>Dua kali simulasi</h3>" + paragraphs(TEXT[2:])
    found = release(wordpress(body + "<h3>Galeri</h3>"))
    assert found.body.split("\n\n")[2] == "Dua kali simulasi"
    assert "Galeri" not in found.body


@pytest.mark.parametrize("site", [city, wordpress, kpu])
@pytest.mark.parametrize(
    ("link", "href"),
    [
        ("https://cekdpt.contoh.example/", "https://cekdpt.contoh.example/"),
        ("cekdpt.contoh.example", "https://cekdpt.contoh.example"),
        ("aduan@kpu-contoh.example", "mailto:aduan@kpu-contoh.example"),
        ("Pengumuman Daftar Calon Tetap", "/unduh/pengumuman-77.pdf"),
    ],
)
def test_an_address_or_document_amid_the_text_is_text(site, link: str, href: str) -> None:  # type: ignore[no-untyped-def]
    line = f'<p><a href="{href}">{link}</a></p>'
    found = release(site(paragraphs(TEXT[:2]) + line + paragraphs(TEXT[2:])))
    assert as_published(found) == words(*TEXT[:2], link, *TEXT[2:])


def test_a_call_to_take_part_that_goes_on_is_text() -> None:
    call = "Ikuti kuis kami di akun Instagram @kota.contoh. Jawab lima pertanyaan soal pemilihan."
    found = release(city(paragraphs([*TEXT[:2], call, *TEXT[2:]])))
    assert as_published(found) == words(*TEXT[:2], call, *TEXT[2:])


def test_what_the_text_says_follows_is_text_even_at_its_end() -> None:
    links = (
        '<li><a href="/a/1">Daftar Calon Tetap</a></li><li><a href="/a/2">Lampiran Satu</a></li>'
    )
    said = "Pengumuman selengkapnya dapat diunduh pada tautan berikut:"
    found = release(city(paragraphs([*TEXT, said]) + f"<ul>{links}</ul>"))
    assert as_published(found) == words(*TEXT, said, "- Daftar Calon Tetap", "- Lampiran Satu")


def test_a_link_to_another_story_amid_the_text_is_none() -> None:
    line = '<p><a href="/berita/read/99">Warga Diajak Menjaga Kebersihan Sungai</a></p>'
    found = release(city(paragraphs(TEXT[:2]) + line + paragraphs(TEXT[2:])))
    assert as_published(found) == words(*TEXT)


def test_a_short_sentence_with_a_date_is_text() -> None:
    said = "Rapat lanjutan pada 20 Mei 2024 dibuka oleh Wali Kota."
    assert said in release(city(paragraphs((*TEXT[:2], said, *TEXT[2:])))).body


def test_a_lead_set_apart_from_the_body_is_text() -> None:
    html = wordpress(paragraphs(TEXT[1:])).replace(
        '<div class="entry-content">', f'<p>{TEXT[0]}</p><div class="entry-content">'
    )
    assert as_published(release(html)) == words(*TEXT)


def test_a_label_is_the_sites_over_the_text_and_the_desks_below_it() -> None:
    label = "Penulis: Siti Aminah | Editor: Redaksi"
    above = release(city(paragraphs(), stamp=f"14 Mei 2024</p><div>Rubrik</div><p>{label}"))
    assert as_published(above) == words(*TEXT)
    below = release(city(paragraphs(TEXT[:4]) + f"<p>{label}</p>"))
    assert as_published(below) == words(*TEXT[:4], label)


def test_windows_1252_whatever_the_header_claims() -> None:
    found = release(old_table(paragraphs()).encode("cp1252"))
    assert as_published(found) == words(*TEXT)


def test_cards_after_a_short_release_are_not_its_text() -> None:
    html = f"<h1>{TITLE}</h1><p>14 Mei 2024</p><p>{TEXT[1]}</p><h4>Berita Lainnya</h4>{CARDS}"
    assert release(f"<html><title>{TITLE}</title><body>{html}</body></html>").body == TEXT[1]


def test_long_comments_under_a_short_release() -> None:
    comments = "<p>Terima kasih atas informasinya, semoga berjalan aman dan lancar ya pak.</p>" * 9
    html = wordpress(f"<p>{TEXT[1]}</p>").replace("<h2>1 komentar</h2>", "<h2>9</h2>" + comments)
    assert release(html).body == TEXT[1]


def test_parts_are_joined_in_order_and_once() -> None:
    first, second = (
        wordpress(paragraphs(part) + f"<p>Halaman {number} dari 2</p>")
        for number, part in ((1, TEXT[:2]), (2, TEXT[2:]))
    )
    assert as_published(release(first, parts=[second, second])) == words(*TEXT)


def test_selectors_rule_and_unreadable_ones_do_no_harm() -> None:
    html = (
        "<html><body><div><p>Sambutan panjang yang bukan berita dan berdiri di atas segalanya,"
        f" selalu sama.</p></div><div class=j>{TITLE}</div><i class=w>14/05/2024 10:00</i>"
        f"<div class=isi>{paragraphs()}<p>Baca juga: <a>Pasar</a></p></div></body></html>"
    )
    chosen = Select(title=".j::text", body=".isi", published=".w::attr(datetime)")
    found = extract(page(html), source(select=chosen))
    assert isinstance(found, Release)
    assert (found.title, found.published_by) == (TITLE, "selector")
    assert as_published(found) == words(*TEXT)
    broken = extract(page(city(paragraphs())), source(select=Select(body="div[[", title="@")))
    assert isinstance(broken, Release)
    assert as_published(broken) == words(*TEXT)


@pytest.mark.parametrize("name", ["related", "sidebar", "comments", "teaser", "widget", "isi"])
@pytest.mark.parametrize("tag", ["div", "aside", "footer"])
def test_a_selector_overrules_what_a_box_calls_itself(name: str, tag: str) -> None:
    other = paragraphs(["Cuaca hari ini cerah sekali di seluruh kota dan sekitarnya."] * 4)
    html = (
        f"<html><title>{TITLE}</title><body><article><h1>{TITLE}</h1>{other}</article>"
        f"<{tag} class='{name}'><div id=text>{paragraphs()}</div></{tag}></body></html>"
    )
    assert as_published(release(html, select=Select(body="#text"))) == words(*TEXT)


TITLES = {
    "heading that the hint names": (kpu(paragraphs()), Hint(evidence="listing", title=TITLE)),
    "heading that the feed cut short": (
        kpu(paragraphs()),
        Hint(evidence="feed", title=TITLE[:30] + " ..."),
    ),
    "only in <title>": (
        f"<title>{TITLE} | Pemerintah Kota Tanjung Baru</title><body>{paragraphs()}",
        None,
    ),
    "site name as h1": (
        f"<title>Kota Tanjung Baru - {TITLE}</title><body><h1>Kota Tanjung Baru</h1>"
        f"<h3>{TITLE}</h3>{paragraphs()}",
        None,
    ),
    "printed twice": (
        f"<title>{TITLE}</title><body><h1>{TITLE}</h1><p>14 Mei 2024</p><h2>{TITLE}</h2>"
        + paragraphs(),
        None,
    ),
}


@pytest.mark.parametrize(("html", "hint"), TITLES.values(), ids=TITLES.keys())
def test_title(html: str, hint: Hint | None) -> None:
    found = release(f"<html>{html}</html>", hint=hint)
    assert found.title == TITLE
    assert as_published(found) == words(*TEXT)


def test_the_tree_is_left_as_it_was() -> None:
    root = parse(wordpress(paragraphs()))
    before = root.text_content()
    assert read_article(root).paragraphs == read_article(root).paragraphs
    assert root.text_content() == before


BESIDE = (
    "<h4>Statistik Pengunjung</h4><p>Hari ini: 12</p><b>Suara Warga Kota Kita</b><p>Bagus</p>"
    "<a href=1>Warga Bersihkan Parit</a><br>12/01/2020"
)
BROKEN = "<br><br>".join(TEXT)
WITHOUT_HEADINGS = {
    "rows": f"<table><tr><td>{TITLE}<tr><td>4 Mei 2015 [12 klik]<tr><td>{BROKEN}</table>",
    "rows, no stamp": f"<table><tr><td>{TITLE}<tr><td>{BROKEN}</table>",
    "a row a paragraph": f"<table><tr><td>{TITLE}<tr><td>4 Mei 2015<tr><td>"
    + "<tr><td>".join(TEXT)
    + "</table>",
    "large type": f"<font size=4>{TITLE}</font><br>4 Mei 2015<br><br>{BROKEN}",
    "plain lines": f"{TITLE}<br>4 Mei 2015<br><br>{BROKEN}",
    "plain boxes": f"<div>{TITLE}</div><div>4 Mei 2015</div><div>{BROKEN}</div>",
    "stamp over title": f"<font size=1>4 Mei 2015</font><p><b>{TITLE}</b></p><p>{BROKEN}</p>",
}


@pytest.mark.parametrize("beside", ["<td>{}<td>{}", "<td><div>{}</div><div>{}</div>"])
@pytest.mark.parametrize("shape", WITHOUT_HEADINGS)
def test_a_title_without_a_heading_is_told_from_the_boxes_beside_it(
    shape: str, beside: str
) -> None:
    columns = beside.format(BESIDE, WITHOUT_HEADINGS[shape])
    found = release(f"<html><title>Berita</title><body><table><tr>{columns}</table></body></html>")
    assert found.title == TITLE
    assert as_published(found) == words(*TEXT)
    if shape != "rows, no stamp":
        assert (str(found.published_on), found.published_by) == ("2015-05-04", "page")


@pytest.mark.parametrize(
    "foot",
    [
        "This entry was posted and is filed under <a>Berita</a>. You can follow any responses.",
        "This entry was posted in <a>Berita</a> by <a>admin</a>. Bookmark the permalink.",
        "Entri ini ditulis dalam <a>Berita</a> oleh <a>admin</a>. Tandai permalink.",
        "Posted in <a>Berita</a> | Tagged <a>KPU</a>",
    ],
)
def test_what_a_theme_prints_below_a_post_hides_no_byline(foot: str) -> None:
    found = release(wordpress(f"{paragraphs()}<p><small>{foot}</small></p>"))
    assert found.byline == "(kominfo/rtw)"
    assert "ntri ini" not in found.body
    assert "osted" not in found.body


def test_a_selector_that_finds_nothing_is_flagged() -> None:
    html = city(paragraphs())
    found = extract(page(html), source(select=Select(title="h2", body=".berganti", published=".w")))
    assert isinstance(found, Release)
    assert found.flags == ["select-body", "select-published"]
    assert found.body
