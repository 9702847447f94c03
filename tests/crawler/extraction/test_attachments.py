"""Documents of a release: which links are its own, and releases whose text is in a document."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawler.extraction.attachments import is_one_sentence
from crawler.extraction.document_addresses import document
from crawler.extraction.release import extract
from crawler.items import TEXT_IN_ATTACHMENT, Attachment, Release
from crawler.responses.plausibility import validate
from tests.crawler.extraction.sample_pages import (
    CARDS,
    FOOTER,
    NAVIGATION,
    city,
    page,
    paragraphs,
    read,
    reason,
    source,
    wordpress,
)

HOST = "https://www.tanjungbaru.go.id"
PAGE = f"{HOST}/berita/read/1"
DECISION = Path(__file__).with_name("decision_in_documents.html")


def attachments(html: str) -> list[Attachment]:
    found = extract(page(html, url=PAGE), source())
    assert isinstance(found, Release), found
    return found.attachments


@pytest.mark.parametrize(
    ("address", "declared", "url", "type_"),
    [
        ("/f/SK%2012.PDF", None, f"{HOST}/f/SK%2012.PDF", "pdf"),
        ("/f/SK 12.pdf#page=2", None, f"{HOST}/f/SK%2012.pdf", "pdf"),
        (
            "unduh.php?file=daftar.xlsx",
            None,
            f"{HOST}/berita/read/unduh.php?file=daftar.xlsx",
            "xlsx",
        ),
        ("/download/55", "application/pdf", f"{HOST}/download/55", "pdf"),
        ("/f/a.odt", None, f"{HOST}/f/a.odt", "odt"),
        (
            "https://docs.google.com/viewer?url=https%3A%2F%2Fwww.tanjungbaru.go.id%2Fa.pdf&embedded=true",
            None,
            f"{HOST}/a.pdf",
            "pdf",
        ),
        (
            "https://view.officeapps.live.com/op/embed.aspx?src=https://www.tanjungbaru.go.id/b.docx",
            None,
            f"{HOST}/b.docx",
            "docx",
        ),
        ("/assets/pdfjs/web/viewer.html?file=/c.pdf", None, f"{HOST}/c.pdf", "pdf"),
        (
            "https://drive.google.com/file/d/1x/view?usp=sharing",
            None,
            "https://drive.google.com/file/d/1x/view?usp=sharing",
            None,
        ),
        (
            "https://www.dropbox.com/s/1x/a.pdf?dl=0",
            None,
            "https://www.dropbox.com/s/1x/a.pdf?dl=0",
            None,
        ),
    ],
)
def test_an_address_of_a_document(
    address: str, declared: str | None, url: str, type_: str | None
) -> None:
    found = document(f"{HOST}/berita/read/1", address, declared)
    assert found is not None
    assert found.certain
    assert (found.url, found.type) == (url, type_)


@pytest.mark.parametrize("address", ["/berita/2", "/profil.html", "/download/55", "/.pdf"])
def test_other_addresses_are_not_certainly_documents(address: str) -> None:
    found = document(PAGE, address)
    assert found is not None
    assert (found.type, found.certain) == (None, False)


@pytest.mark.parametrize(
    "address", ["mailto:a@b.id", "javascript:x('a.pdf')", "data:application/pdf;,x"]
)
def test_what_is_no_web_address_is_no_document(address: str) -> None:
    assert document(PAGE, address) is None


OWN = {
    "a link in the text": (
        '<p>Unduh <a href="/f/a.pdf">Keputusan 12</a>.</p>',
        "pdf",
        "Keputusan 12",
    ),
    "embedded": ('<iframe src="/f/a.pdf" title="Keputusan 12"></iframe>', "pdf", "Keputusan 12"),
    "loaded late": ('<iframe data-src="/f/a.pdf"></iframe>', "pdf", None),
    "an object": ('<object data="/f/a.pdf" type="application/pdf"></object>', "pdf", None),
    "a file block": (
        '<div class="wp-block-file"><object data="/f/a.pdf" aria-label="Embed of a"></object>'
        '<a href="/f/a.pdf">Keputusan 12</a><a href="/f/a.pdf" download>Unduh</a></div>',
        "pdf",
        "Embed of a",
    ),
    "a file field": (
        '<div class="field field--type-file"><a href="/f/55">Keputusan 12</a></div>',
        None,
        "Keputusan 12",
    ),
    "a picture as a document": (
        '<p><a href="/f/a.jpg">Pengumuman (foto)</a></p>',
        "jpg",
        "Pengumuman (foto)",
    ),
    "a picture of a file": (
        '<p><a href="/f/a.pdf"><img src="/i/pdf.png" alt="Keputusan 12"></a></p>',
        "pdf",
        "Keputusan 12",
    ),
    "under a heading of its own": (
        '<h3>Lampiran</h3><ul><li><a href="/f/a.docx">Formulir</a></li></ul>',
        "docx",
        "Formulir",
    ),
}


@pytest.mark.parametrize("name", OWN)
def test_a_document_of_the_release(name: str) -> None:
    html, type_, label = OWN[name]
    (found,) = attachments(wordpress(paragraphs() + html))
    assert found.url.startswith(f"{HOST}/f/")
    assert (found.type, found.label) == (type_, label)


FRAME = '<a href="/f/other.pdf">Peraturan lain</a>'
OTHERS = {
    "a menu": f"<nav><ul><li>{FRAME}</li></ul></nav>",
    "a side column": f'<div class="sidebar"><h3>Unduhan</h3><p>{FRAME}</p></div>',
    "a footer": f"<footer><p>{FRAME}</p></footer>",
    "a related list": f'<div class="related"><h3>Terkait</h3><p>{FRAME}</p></div>',
    "below another heading": f"<h3>Berita Terkini</h3><ul><li>{FRAME}</li></ul>",
    "a picture enlarged": '<p><a href="/f/a.jpg"><img src="/f/a-300.jpg" alt=""></a></p>',
    "a video": '<iframe src="https://www.youtube.com/embed/1"></iframe>',
    "another release": '<p>Lihat <a href="/berita/read/2">berita lain</a>.</p>',
    "hidden": f'<p style="position:absolute;left:-9999px">{FRAME}</p>',
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_link_in_the_frame_is_not_the_releases(name: str) -> None:
    assert attachments(wordpress(paragraphs() + OTHERS[name])) == []


def test_a_link_above_the_title_is_not_the_releases() -> None:
    assert attachments(city(paragraphs()).replace("<body>", f"<body><p>{FRAME}</p>", 1)) == []


def announcement(content: str, stamp: str = "Selasa, 14 Mei 2024") -> str:
    title = "Pengumuman Nomor 12 Tahun 2024 tentang Seleksi PPS"
    return (
        f"<html><head><title>{title}</title></head><body>{NAVIGATION}<main><h1>{title}</h1>"
        f'<div class="tanggal">{stamp}</div><div class="isi">{content}</div></main>'
        f'<section class="lainnya"><h3>Berita Lainnya</h3>{CARDS}</section>{FOOTER}</body></html>'
    )


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ('<iframe src="/f/a.pdf"></iframe>', ""),
        ('<p><a href="/f/a.pdf">Unduh</a></p>', ""),
        (
            "<p>Berikut kami sampaikan pengumuman hasil seleksi administrasi calon anggota PPS.</p>"
            '<p><a href="/f/a.pdf">Unduh</a></p>',
            "Berikut kami sampaikan pengumuman hasil seleksi administrasi calon anggota PPS.",
        ),
    ],
)
def test_a_release_whose_text_is_in_a_document_is_recorded(content: str, body: str) -> None:
    found = validate(read(announcement(content)))
    assert isinstance(found, Release), found
    assert found.title == "Pengumuman Nomor 12 Tahun 2024 tentang Seleksi PPS"
    assert (found.published_on, found.body) == (date(2024, 5, 14), body)
    assert [one.type for one in found.attachments] == ["pdf"]
    assert TEXT_IN_ATTACHMENT in found.flags


def test_its_date_may_be_a_plain_line_below_the_title() -> None:
    title = "<title>Pengumuman Nomor 12</title><h1>Pengumuman Nomor 12</h1>"
    dated = f'{title}<p>Selasa, 14 Mei 2024</p><div><iframe src="/f/a.pdf"></iframe></div>'
    found = read(dated)
    assert isinstance(found, Release)
    assert found.published_on == date(2024, 5, 14)


def test_without_a_document_it_is_still_refused() -> None:
    assert reason(announcement("<p>Segera.</p>")) == "no-text"


def test_a_list_of_files_is_not_a_release() -> None:
    rows = "".join(f'<p><a href="/f/{n}.pdf">Peraturan {n}</a></p>' for n in range(8))
    assert reason(announcement(rows, stamp="").replace(CARDS, "")) == "no-text"


def test_a_decision_with_a_table_of_its_files() -> None:
    found = extract(page(DECISION.read_text("utf-8"), url=f"{HOST}/unduh/detail/311"), source())
    assert isinstance(found, Release)
    assert [one.type for one in found.attachments] == ["pdf", "xlsx"]
    assert TEXT_IN_ATTACHMENT in found.flags


def test_a_release_with_text_and_a_document_is_not_flagged() -> None:
    found = read(wordpress(paragraphs() + '<p><a href="/f/a.pdf">Unduh</a></p>'))
    assert isinstance(found, Release)
    assert found.attachments
    assert TEXT_IN_ATTACHMENT not in found.flags


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("", True),
        ("Berikut pengumuman KPU Kota Kec. Melati No. 12.", True),
        ("Rapat dibuka Wali Kota. Camat hadir semua.", False),
        ("kata " * 100, False),
    ],
)
def test_one_sentence(text: str, one: bool) -> None:
    assert is_one_sentence(text) is one
