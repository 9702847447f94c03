"""What stands amid a story or below it: nothing of the story is lost, nothing else is kept, and the
line that signs it is found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.release import extract
from crawler.items import Page, Release
from crawler.registry.source import Source

TITLE = "Pompa Baru di Kelurahan Sidorejo Siap Hadapi Pasang"
TEXT = [
    "Tanjung Baru – Wali Kota Rahmat Siregar meresmikan empat pompa di Kelurahan Sidorejo, Rabu.",
    "Kepala Dinas Pekerjaan Umum menjelaskan sedimentasi di saluran utama mencapai satu meter.",
    "“Air itu mencari jalannya sendiri,” kata Rahmat kepada warga yang hadir di rumah pompa.",
    "Pekerjaan dilakukan pada malam hari agar tidak mengganggu lalu lintas di jalan utama kota.",
    "Warga diminta melapor ke kelurahan bila genangan masih bertahan lebih dari dua jam lamanya.",
]
SOURCE = Source(
    id="pemkot-x",
    kind="pemkot",
    publisher="Pemerintah Kota Tanjung Baru",
    region="64.71",
    home="https://x.example.go.id/",
    timezone="Asia/Makassar",
)
MEDIA = {
    "video": "<video controls><source src='/v.mp4'></video>",
    "audio": "<audio controls src='/a.mp3'></audio>",
    "frame": "<iframe src='https://www.youtube.example/embed/x'></iframe>",
    "picture": "<p><img src='/1.jpg' alt=''></p>",
    "figure": "<figure><img src='/1.jpg'><figcaption>Suasana rumah pompa</figcaption></figure>",
    "gallery": "<div class='gallery'>"
    + "".join(f"<a href='/{n}.jpg'><img src='/{n}-s.jpg' alt=''></a>" for n in range(4))
    + "</div>",
    "map": "<div class='map'><iframe src='https://maps.example/embed?q=x'></iframe></div>",
    "tweet": "<blockquote class='twitter-tweet'><p>Pompa sudah jalan.</p>&mdash; Humas (@x)"
    " <a href='https://twitter.example/x/1'>1 Mei 2024</a></blockquote><script src='w.js'></script>",
    "instagram": "<blockquote class='instagram-media'><a href='https://instagram.example/p/1'>Lihat"
    " postingan ini di Instagram</a></blockquote><script async src='e.js'></script>",
    "embed": "<script src='https://widgets.example/x.js'></script><object data='x.pdf'></object>",
}
SIGNED = {
    "p": "<p>(diskominfo/rina)</p>",
    "div": "<div>(diskominfo/rina)</div>",
    "span": "<span>(diskominfo/rina)</span>",
    "em": "<p><em>(diskominfo/rina)</em></p>",
    "strong": "<p><strong>(diskominfo/rina)</strong></p>",
    "right": "<p style='text-align: right'>(diskominfo/rina)</p>",
    "two lines": "<p>Penulis: Rina Siregar<br>Editor: Budi Hartono</p>",
}
LOGIN = "Masuk dengan akun warga untuk menanggapi artikel ini. Daftar dengan surel aktif Anda."
LINKS = "".join(
    f"<li><a href='/berita/{n}'>Kabar Kota Nomor {n} Lainnya</a></li>" for n in range(4)
)
BOXES = {
    "links": f"<div class='x'><p>Pilihan redaksi</p><ul>{LINKS}</ul></div>",
    "figure": MEDIA["figure"],
    "frame": MEDIA["frame"],
    "newsletter": "<div class='x'><h3>Kabar Kota di Surel</h3><p>Masukkan alamat surel untuk"
    " ringkasan mingguan.</p><form><input type='email'><button>Kirim</button></form></div>",
    "contents": "<div class='x'><p>Daftar Isi</p><ul><li><a href='#a1'>Latar Belakang</a></li>"
    "<li><a href='#a2'>Langkah Berikutnya</a></li></ul></div>",
}
BELOW = {
    "title and rating": f"<div class='rate'><h2>{TITLE}</h2><p>Seberapa bermanfaat informasi ini"
    " bagi Anda? Berikan penilaian agar kami dapat meningkatkan mutu layanan.</p></div>",
    "title and log-in": f"<div class='in'><h1>{TITLE}</h1><p>{LOGIN}</p><a href='/in'>Masuk</a></div>",
    "log-in": f"<div class='in'><p>{LOGIN}</p><a href='/in'>Masuk</a></div>",
    "field": f"<div class='in'><p>{LOGIN}</p><form><input name='surel'></form></div>",
}


def read(story: str, below: str = "") -> Release:
    html = (
        f"<html><head><title>{TITLE}</title></head><body><div class='page'><h1>{TITLE}</h1>"
        f"<div class='isi'>{story}</div>{below}</div><footer><p>Pemerintah Kota</p></footer></body>"
    )
    page = Page(
        url="https://x.example.go.id/berita/1",
        body=html.encode(),
        captured_at=datetime(2026, 11, 28, tzinfo=UTC),
        content_type="text/html; charset=utf-8",
    )
    found = extract(page, SOURCE)
    assert isinstance(found, Release), found
    return found


def published(found: Release) -> list[str]:
    return f"{found.dateline or ''}{found.body}".split("\n\n")


def set_in_p(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize("signed", SIGNED)
@pytest.mark.parametrize("last", MEDIA)
def test_a_byline_is_found_whatever_stands_before_it(last: str, signed: str) -> None:
    found = read(set_in_p(TEXT) + MEDIA[last] + SIGNED[signed])
    tags = ["rina siregar", "budi hartono"] if signed == "two lines" else ["diskominfo", "rina"]
    assert found.author_tags == tags
    assert [text for text in published(found) if text in TEXT] == TEXT


@pytest.mark.parametrize("below", BELOW)
def test_what_stands_below_the_signature_hides_nothing(below: str) -> None:
    found = read(set_in_p([*TEXT, "(diskominfo/rina)"]), BELOW[below])
    assert (published(found), found.byline) == (TEXT, "(diskominfo/rina)")


@given(st.lists(st.tuples(st.integers(1, len(TEXT) - 1), st.sampled_from(sorted(BOXES)))))
def test_boxes_between_paragraphs_take_and_give_nothing(put: list[tuple[int, str]]) -> None:
    parts = [f"<p>{text}</p>" for text in [*TEXT, "(diskominfo/rina)"]]
    for place, box in sorted(dict(put).items(), reverse=True):
        parts.insert(place, BOXES[box])
    found = read("".join(parts))
    assert (published(found), found.byline) == (TEXT, "(diskominfo/rina)")


TOGGLE = (
    "<div class='toggle'><div class='item'><div class='tab' role='button' aria-expanded='false'>"
    "<a tabindex='0'>Di mana bantuan diambil?</a></div><div style='display:none'><p>Di kantor"
    " kelurahan.</p></div></div></div>"
)


def test_answers_of_an_accordion_are_read() -> None:
    found = read(set_in_p(TEXT[:3]) + TOGGLE + set_in_p(TEXT[3:]))
    told = ["Di mana bantuan diambil?", "Di kantor kelurahan."]
    assert published(found) == [*TEXT[:3], *told, *TEXT[3:]]


@pytest.mark.parametrize(
    "rest",
    [
        "<details><summary>Baca lanjutan</summary>{}</details>",
        "<input type='checkbox' id='b'><div style='max-height:0;overflow:hidden'>{}</div>"
        "<label for='b'>Selengkapnya</label>",
        "<div style='display:none'>{}</div><button>Selengkapnya</button>",
    ],
)
def test_the_rest_behind_a_control_is_read_without_its_label(rest: str) -> None:
    assert published(read(set_in_p(TEXT[:2]) + rest.format(set_in_p(TEXT[2:])))) == TEXT


@pytest.mark.parametrize(
    ("signed", "byline"),
    [
        (
            "<dl><dt>Reporter</dt><dd>Rina Siregar</dd><dt>Editor</dt><dd>Budi Hartono</dd></dl>",
            "Reporter: Rina Siregar\nEditor: Budi Hartono",
        ),
        (
            "<table><tr><td>Penulis</td><td>:</td><td>Rina Siregar</td></tr>"
            "<tr><td>Editor</td><td>:</td><td>Budi Hartono</td></tr></table>",
            "Penulis : Rina Siregar\nEditor : Budi Hartono",
        ),
    ],
)
def test_a_byline_set_in_pairs(signed: str, byline: str) -> None:
    assert read(set_in_p(TEXT) + signed).byline == byline


def test_a_kicker_in_small_print_is_no_part_of_the_title() -> None:
    head = f"<h1><small>Pilkada Serentak</small>{TITLE}</h1>"
    html = read(set_in_p(TEXT)).title
    assert html == TITLE
    page = Page(
        url="https://x.example.go.id/berita/1",
        body=f"<body>{head}<div>{set_in_p(TEXT)}</div></body>".encode(),
        captured_at=datetime(2026, 11, 28, tzinfo=UTC),
        content_type="text/html; charset=utf-8",
    )
    found = extract(page, SOURCE)
    assert isinstance(found, Release)
    assert found.title == TITLE


PAIRS = {
    "list": "<dl class='kredit'><dt>Penulis</dt><dd>Rina Siregar</dd><dt>Editor</dt><dd>Budi Hartono</dd></dl>",
    "list of rows": "<dl><div><dt>Penulis:</dt><dd>Rina Siregar</dd></div><div><dt>Editor:</dt><dd>Budi Hartono"
    "</dd></div></dl>",
    "grid": "<div class='grid'><div>Penulis</div><div>Rina Siregar</div><div>Editor</div><div>Budi Hartono</div>"
    "</div>",
    "rows of a grid": "<div class='author-box'><div class='row'><div class='col-3'>Penulis</div><div class='col-9'>"
    ": Rina Siregar</div></div><div class='row'><div class='col-3'>Editor</div><div class='col-9'>: Budi Hartono"
    "</div></div></div>",
    "paragraphs": "<p><b>Penulis</b></p><p>Rina Siregar</p><p><b>Editor</b></p><p>Budi Hartono</p>",
    "linked": "<ul><li><div>Penulis</div><div><a href='/penulis/rina'>Rina Siregar</a></div></li><li><div>Editor"
    "</div><div><a href='/penulis/budi'>Budi Hartono</a></div></li></ul>",
    "table": "<table><tr><td>Penulis</td><td>Rina Siregar</td></tr><tr><td>Editor</td><td>Budi Hartono</td></tr>"
    "</table>",
    "abutting": "<div class='kredit'><div><span>Penulis</span><span>Rina Siregar</span></div><div><span>Editor"
    "</span><span>Budi Hartono</span></div></div>",
}


@pytest.mark.parametrize("outside", [False, True])
@pytest.mark.parametrize("pairs", PAIRS)
def test_a_byline_set_as_pairs_of_role_and_name(pairs: str, outside: bool) -> None:
    found = read(set_in_p(TEXT), PAIRS[pairs]) if outside else read(set_in_p(TEXT) + PAIRS[pairs])
    assert found.author_tags == ["rina siregar", "budi hartono"]
    assert published(found) == TEXT


PARAGRAPHS = {
    "custom elements": "<kota-teks>{}</kota-teks>",
    "custom elements that hold paragraphs": "<kota-teks><p>{}</p></kota-teks>",
    "custom elements in rows": "<x-row><x-col><x-text>{}</x-text></x-col></x-row>",
    "custom elements in boxes": "<div><app-paragraph class='p'>{}</app-paragraph></div>",
    "unknown elements": "<paragraf>{}</paragraf>",
    "spans set as blocks": "<span style='display:block; margin: 1em 0'>{}</span>",
    "spans": "<span class='par'>{}</span>",
    "spans with line ends": "<span>{}</span><br><br>",
    "boxes": "<div><div>{}</div></div>",
    "sections": "<section><div class='w'><p>{}</p></div></section>",
    "articles": "<article class='bagian'><p>{}</p></article>",
    "large type": "<font size='3'><p>{}</p></font>",
    "headings": "<h5>{}</h5>",
    "custom element in the line": "<p><x-lang>{}</x-lang></p>",
}


@pytest.mark.parametrize(
    "signed", ["<p>(diskominfo/rina)</p>", "<x-sign>(diskominfo/rina)</x-sign>"]
)
@pytest.mark.parametrize("shape", PARAGRAPHS)
def test_paragraphs_are_told_whatever_elements_hold_them(shape: str, signed: str) -> None:
    found = read("".join(PARAGRAPHS[shape].format(text) for text in TEXT) + signed)
    assert (published(found), found.byline) == (TEXT, "(diskominfo/rina)")


def test_an_unknown_element_amid_a_sentence_parts_nothing() -> None:
    marked = TEXT[1].replace("sedimentasi", "<x-tooltip>sedimentasi</x-tooltip>")
    assert published(read(set_in_p([TEXT[0], marked, *TEXT[2:]]))) == TEXT


TOOLS = {
    "counter": "<div class='alat'><button>A+</button><span>128 dibagikan</span></div>",
    "counter in a paragraph": "<p>128 dibagikan</p>",
    "several": "<div><span>1,2 rb tayangan</span></div><div>3 menit</div><div>Bagikan</div>",
    "sizes": "<div>Ukuran Teks</div><div>A</div><div>A</div>",
    "listen": "<div class='tts'><span>Putar suara</span><span>00:00 / 02:31</span></div>",
    "desk": "<div><b>Tim Redaksi</b></div><div>14 suka</div>",
}


@pytest.mark.parametrize("tools", TOOLS)
def test_tools_over_the_dateline_hide_it_not(tools: str) -> None:
    found = read(TOOLS[tools] + set_in_p(TEXT))
    assert (published(found), found.place) == (TEXT, "Tanjung Baru")


OFFERS = {
    "donation": "<div class='peduli'><strong>Peduli Korban Banjir</strong><p>Salurkan bantuan melalui rekening Bank"
    " Daerah 001-22.</p><a class='tombol' href='/donasi'>Donasi Sekarang</a></div>",
    "newsletter": "<section><h4>Kabar Kota di Surel</h4><p>Ringkasan setiap pekan, gratis.</p><button>Daftar</button>"
    "</section>",
    "channel": "<div><div><b>Saluran WhatsApp Kota</b></div><div>Dapatkan kabar pertama kali di gawai Anda.</div><div>"
    "<a class='btn btn-success' href='https://wa.example/1'>Gabung</a></div></div>",
    "survey": "<aside><h3>Bantu Kami</h3><p>Isi survei layanan dalam dua menit.</p><a role='button' href='/s'>Mulai</a>"
    "</aside>",
    "app": "<div class='unduh'><p><b>Aplikasi Kota Pintar</b></p><p>Semua layanan dalam satu genggaman.</p><p>Gratis di"
    " toko aplikasi.</p><a href='/app' class='cta-link'>Pasang</a></div>",
}


@pytest.mark.parametrize("place", [1, 3, 5])
@pytest.mark.parametrize("offer", OFFERS)
def test_an_offer_above_a_button_is_no_text(offer: str, place: int) -> None:
    parts = [f"<p>{text}</p>" for text in TEXT]
    parts.insert(place, OFFERS[offer])
    assert published(read("".join(parts))) == TEXT


def test_a_part_of_the_story_with_a_button_is_text() -> None:
    """Built of boxes, each a part of the story: none stands between paragraphs that need none."""
    parts = [
        f"<div class='row'><h3>Bagian {n}</h3><p>{text}</p></div>" for n, text in enumerate(TEXT)
    ]
    parts[2] = parts[2].replace("</div>", "<a class='btn' href='/lapor'>Lapor</a></div>")
    assert [text for text in published(read("".join(parts))) if text in TEXT] == TEXT


@pytest.mark.parametrize(
    "told",
    [
        "Halaman selanjutnya dari semua halaman lihat halaman 1 dari 2.",
        "Tags: begitu warga menyebut coretan di dinding pompa, kini dicat ulang.",
        "Kategori: rumah pompa terbaik se-provinsi, diraih kota ini tahun lalu.",
    ],
)
def test_a_sentence_is_never_dropped_by_its_words(told: str) -> None:
    assert told in published(read(set_in_p([*TEXT[:2], told, *TEXT[2:]])))
