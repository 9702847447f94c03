"""Which reading of a page is taken, what hides and what goes on, and when a doubt is told."""

from __future__ import annotations

import json

import pytest

from crawler.extraction.release import extract
from crawler.items import Rejected, Release
from tests.crawler.extraction.sample_pages import TEXT, TITLE, city, page, paragraphs, source

HTML = paragraphs()
SPA = '<html><head><title>{0}</title></head><body><div id="app"></div>{1}</body></html>'


def read(html: str) -> Release | Rejected:
    return extract(page(html), source())


def data(**story: object) -> str:
    return json.dumps({"props": {"story": {"judul": TITLE, **story}}})


@pytest.mark.parametrize(
    ("script", "by"),
    [
        (f'<script id="__NEXT_DATA__" type="application/json">{data(isi=HTML)}</script>', "script"),
        (f"<script>window.__NUXT__={data(isi=HTML)};</script>", "script"),
        (
            '<script type="application/ld+json">'
            + json.dumps({"headline": TITLE, "articleBody": "\n\n".join(TEXT)})
            + "</script>",
            "schema",
        ),
    ],
    ids=["next", "nuxt", "json-ld"],
)
def test_text_that_only_data_holds_is_read_with_a_flag(script: str, by: str) -> None:
    found = read(SPA.format(TITLE, script))
    assert isinstance(found, Release)
    assert found.body_by == by
    assert "text-from-data" in found.flags
    assert all(text.split(". ")[0][-30:] in (found.dateline or "") + found.body for text in TEXT)


STORY = {"judul": TITLE, "slug": "gudang-logistik", "isi": HTML}
OTHERS = [{"judul": "Pasar Murah Digelar Lagi di Alun-Alun", "isi": HTML[:200]}]
BLOCKS = {"judul": TITLE, "blok": [{"__jenis": "Paragraf", "teks": text} for text in TEXT]}
STATE = json.dumps({"halaman": {"berita": STORY, "lainnya": OTHERS}})
ROWS = [f'1:["$","main",null,{json.dumps({"post": {**STORY, "isi": "$5"}})}]\n', f"5:T0,{HTML}"]
ROWS[1] = ROWS[1].replace("T0", f"T{len(HTML.encode()):x}")
ISLAND = {"post": [0, {name: [0, value] for name, value in STORY.items()}]}
NOTICE = "<p>Situs ini memakai kuki agar layanan berjalan. Dengan melanjutkan, Anda setuju.</p>"


@pytest.mark.parametrize(
    "markup",
    [
        f"<script>window.__STATE__={STATE}</script>",
        f"<script>window.__STATE__=JSON.parse({json.dumps(STATE)})</script>",
        f"<script>var a=JSON.parse('{STATE.replace(chr(92), chr(92) * 2)}');</script>",
        '<script type="application/json">' + json.dumps({"body": STATE}) + "</script>",
        f'<script id="state" type="application/json">{STATE.replace(chr(34), "&q;")}</script>',
        f"<div data-state='{STATE}'></div>",
        f"<island-of-page props='{json.dumps(ISLAND)}'></island-of-page>",
        "".join(f"<script>self.f.push({json.dumps([1, row])})</script>" for row in ROWS),
        f"<script>window.cache={json.dumps({'Berita:7': BLOCKS})}</script>",
    ],
    ids=[
        "value",
        "parsed",
        "quoted",
        "nested",
        "entities",
        "attribute",
        "island",
        "rows",
        "blocks",
    ],
)
def test_a_story_is_found_in_data_by_structure_and_the_notice_beside_it_is_none(
    markup: str,
) -> None:
    found = read(SPA.format(TITLE, NOTICE + markup))
    assert isinstance(found, Release)
    assert (found.title, found.body_by) == (TITLE, "script")
    assert "text-from-data" in found.flags
    assert TEXT[3] in found.body
    assert found.byline == "(kominfo/rtw)"
    assert "kuki" not in found.body


def test_labels_of_a_menu_in_data_are_no_text() -> None:
    menu = {"judul": TITLE, "menu": [{"nama": f"Layanan Kota Bagian {n}"} for n in range(80)]}
    script = f'<script type="application/json">{json.dumps(menu)}</script>'
    found = read(city(paragraphs(TEXT[:2])).replace("</body>", f"{script}</body>"))
    assert isinstance(found, Release)
    assert found.body_by == "page"


def test_a_notice_beside_scripts_is_no_release() -> None:
    found = read(SPA.format(TITLE, NOTICE + '<script src="/app.js"></script>'))
    assert isinstance(found, Rejected)
    assert found.reason == "needs-javascript"


def test_data_never_replaces_a_text_that_is_shown() -> None:
    other = data(isi="<p>" + "Ini teks lain yang tidak ditampilkan kepada pembaca. " * 40 + "</p>")
    html = city(HTML).replace("</body>", f'<script type="application/json">{other}</script></body>')
    found = read(html)
    assert isinstance(found, Release)
    assert found.body_by == "page"
    assert "tidak ditampilkan" not in found.body


def test_data_of_another_story_is_not_taken() -> None:
    others = [{"judul": f"Berita lain nomor {n}", "isi": HTML + str(n)} for n in range(3)]
    script = f'<script type="application/json">{json.dumps(others)}</script>'
    assert isinstance(read(SPA.format(TITLE, script)), Rejected)


def test_a_page_with_nothing_but_scripts_says_so() -> None:
    found = read(SPA.format(TITLE, '<script src="/app.js"></script>'))
    assert isinstance(found, Rejected)
    assert found.reason == "needs-javascript"


REST = f'<div id="rest" style="display:none">{paragraphs(TEXT[2:])}</div>'


@pytest.mark.parametrize(
    "control", ["<button>Selengkapnya</button>", '<a href="#rest">Selengkapnya</a>']
)
def test_text_behind_read_more_is_text(control: str) -> None:
    found = read(city(paragraphs(TEXT[:2]) + control + REST))
    assert isinstance(found, Release)
    assert TEXT[3] in found.body


@pytest.mark.parametrize(
    "style", ["display:none;position:absolute;left:-9999px", "font-size:0", "left:-9999px"]
)
def test_concealed_text_is_none_whatever_opens_it(style: str) -> None:
    hidden = REST.replace("display:none", style).replace(TEXT[3], "Teks tersembunyi bagi mesin.")
    found = read(city(paragraphs(TEXT[:3]) + "<button>Selengkapnya</button>" + hidden))
    assert isinstance(found, Release)
    assert "tersembunyi" not in found.body


BOX = (
    '<ul><li><a href="/1">Pasar Murah Digelar Lagi</a></li><li><a href="/2">Festival</a></li></ul>'
)


@pytest.mark.parametrize("heading", ["Berita Terkait", "Terpopuler", "Baca Juga", "Lainnya"])
def test_a_box_of_links_amid_the_text_ends_nothing(heading: str) -> None:
    found = read(city(paragraphs(TEXT[:2]) + f"<h3>{heading}</h3>{BOX}" + paragraphs(TEXT[2:])))
    assert isinstance(found, Release)
    assert TEXT[3] in found.body
    assert heading not in found.body
    assert "Festival" not in found.body


@pytest.mark.parametrize("heading", ["Tanggapan", "Informasi Terbaru", "Pengumuman"])
def test_a_heading_over_text_is_one_of_the_story(heading: str) -> None:
    found = read(city(paragraphs(TEXT[:2]) + f"<h3>{heading}</h3>" + paragraphs(TEXT[2:])))
    assert isinstance(found, Release)
    assert f"\n\n{heading}\n\n" in found.body
    assert TEXT[3] in found.body


@pytest.mark.parametrize("name", ["teaser", "popular-post", "menu-content", "comment-content"])
def test_the_name_of_the_story_s_own_box_is_no_proof(name: str) -> None:
    html = f'<h1>{TITLE}</h1><p>14 Mei 2024</p><div class="{name}">{HTML}</div>'
    found = read(f"<html><title>{TITLE}</title><body>{html}</body></html>")
    assert isinstance(found, Release)
    assert TEXT[1] in found.body
