"""What each page shows, and in which language."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest

from archive.fingerprint import release_id
from archive.lookup.documented_questions import questions
from archive.search.query import SearchError, parse
from tests.archive.browse.conftest import BAD, NEW_URL, OLD_URL, Get

EDITED = "/release/https://pemkot-contoh.example/berita/2"


def test_the_start_page_leads_to_what_is_new_edited_and_withdrawn(get: Get) -> None:
    page = get("/").text
    sections = dict(re.findall(r'<h2 id="(\w+)">.*?</h2>(.*?)</section>', page, re.S))
    assert "Warga Diajak Memeriksa Daftar Pemilih" in sections["newest"]
    assert "Pasar Murah" in sections["edited"]
    assert "Pasar Hilang" in sections["withdrawn"]
    assert "Kantor kpu-contoh" in sections["sources"]
    for internal in ("_memory", "bands", "sketches", "search_roots"):
        assert internal not in page


def test_results_have_passages_badges_and_facets(get: Get) -> None:
    page = get("/search?q=pasar").text
    assert re.search(
        r'<a href="/release/pemkot-contoh:[0-9a-f]{16}\?q=pasar"><mark>Pasar</mark> Murah</a>', page
    )
    assert "<mark>Pasar</mark> ditutup." in page
    assert '<span class="badge edited">edited</span>' in page
    assert 'href="/search?q=pasar&amp;source=pemkot-contoh">Kantor pemkot-contoh</a>' in page
    assert "Pasar Murah" not in get("/search?q=pasar&source=kpu-contoh").text
    assert '<span class="badge repost">' in get("/search?kind=kpu").text


@pytest.mark.parametrize("typed", ["(", "OR pasar", "NOT pasar", '""'])
def test_what_makes_no_query_gets_the_sentence_of_the_command_line(get: Get, typed: str) -> None:
    with pytest.raises(SearchError) as error:
        parse(typed)
    answer = get(f"/search?q={typed}")
    assert (answer.status_code, f"{error.value}." in unescape(answer.text)) == (400, True)


def test_results_can_be_had_as_a_spreadsheet(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        'href="/search.xlsx?q=pasar&amp;edited=1" download' in get("/search?q=pasar&edited=1").text
    )
    answer = get("/search.xlsx?q=pasar&edited=1")
    assert answer.headers["content-disposition"] == 'attachment; filename="arsip-pilkada.xlsx"'
    with ZipFile(BytesIO(answer.content)) as book:
        texts = "".join(book.read(name).decode() for name in book.namelist() if "sheet1" in name)
    assert "Pasar Murah" in texts
    assert "Pasar Pagi" not in texts
    assert get("/search.xlsx?q=pasar+OR").status_code == 400
    assert "no-such-filter" in get("/search.xlsx?source=nope").text
    monkeypatch.setattr("archive.browse.pages.spreadsheet.MOST", 1)
    assert "too-many" in get("/search.xlsx?q=pasar").text


def test_a_filter_that_is_not_there_is_named(get: Get) -> None:
    for asked, sentence in (
        ("source=nope", "The archive has no source nope."),
        ("since=kemarin", "&#39;kemarin&#39; is not a date such as 2024-11-27."),
        ("page=x&q=pasar", "Pasar"),
    ):
        assert sentence in get(f"/search?{asked}").text


def test_a_release_with_its_facts(get: Get) -> None:
    page = get("/release/kpu-contoh").text
    for part in (
        '<h1 lang="id">Warga Diajak Memeriksa Daftar Pemilih</h1>',
        '<p class="byline">(diskominfo/cha/arh)</p>',
        '<a href="/search?tag=cha">cha</a>',
        '<a href="/search?topic=coklit" title="daftar pemilih">coklit</a>',
        "Repost: the text was first at",
        "The same text elsewhere",
        "Archived on 1 September 2024, version 1 of 1.",
    ):
        assert part in page, part
    first, *_ = re.findall(r'<a href="(/release/pemkot-contoh:[0-9a-f]{16})">', page)
    assert get(first).status_code == 200


def test_a_release_that_has_moved_names_its_other_address(get: Get) -> None:
    old, new = (release_id("pemkot-contoh", url) for url in (OLD_URL, NEW_URL))
    at_old, at_new = get(f"/release/{old}").text, get(f"/release/{new}").text
    assert f'new address on 2 September 2024: <a href="/release/{new}">{NEW_URL}</a>' in at_old
    assert f'before, it was at <a href="/release/{old}">{OLD_URL}</a>' in at_new
    assert '<span class="badge moved">moved</span>' in at_new
    assert "Repost" not in at_new
    assert "Withdrawn" not in at_old


def test_a_release_that_is_not_there_gets_the_sentence_of_the_command_line(get: Get) -> None:
    answer = get("/release/nope")
    assert answer.status_code == 404
    assert "<code>no-such-release</code> There is no release &#39;nope&#39;" in answer.text


def test_an_address_that_nothing_answers_has_the_menu_and_the_readers_language(get: Get) -> None:
    answer = get("/nope", {"Accept-Language": "id"})
    assert answer.status_code == 404
    for part in ('<html lang="id">', '<a href="/search">Cari</a>', "Ke beranda"):
        assert part in answer.text
    assert "Database not found" not in answer.text
    assert "Table not found" in get("/archive/nope").text


@pytest.mark.parametrize("view", ["inline", "side"])
def test_changes_in_one_text_and_side_by_side(get: Get, view: str) -> None:
    page = get(f"{address(get)}/changes?view={view}").text
    assert "<del>dibuka.</del>" in page
    assert "<ins>ditutup.</ins>" in page
    assert "changed: a number or date" not in page
    assert ('<table class="beside">' in page) == (view == "side")


def address(get: Get) -> str:
    """The address of the edited release by its id."""
    [found] = set(re.findall(r'href="(/release/[^"/]+)/changes"', get(EDITED).text))
    return str(found)


def test_versions_are_chosen_in_the_address(get: Get) -> None:
    page = get(f"{address(get)}/changes?from=2&to=2").text
    assert "These are the same version." in page
    assert get(f"{address(get)}/changes?from=99&to=x").status_code == 200


def test_a_source_and_all_of_them(get: Get) -> None:
    assert "Kantor pemkot-contoh" in get("/sources").text
    page = get("/source/pemkot-contoh").text
    for part in ("One page had no title.", "Pasar Murah", "in part"):
        assert part in page
    assert get("/source/nope").status_code == 404


def test_every_question_is_answered(get: Get) -> None:
    for question in questions():
        page = get(f"/questions/{question.name}")
        assert page.status_code == 200, question.name
        assert '<details class="sql">' in page.text
    shown_by_datasette = get(f"/archive/{questions()[0].name}")
    assert 'class="message-error"' not in shown_by_datasette.text


def test_answers_link_to_releases(get: Get) -> None:
    page = get("/questions/which-headlines-were-rewritten").text
    release_link, *_ = re.findall(r'href="(/release/https://[^"]+)"', page)
    assert get(release_link).status_code == 200


@pytest.mark.parametrize(
    ("path", "headers", "said"),
    [
        ("/", {"Accept-Language": "id-ID,en;q=0.5"}, "Terbaru"),
        ("/", {"Accept-Language": "en"}, "Newest"),
        ("/?lang=id", {"Accept-Language": "en"}, "Terbaru"),
        ("/", {"Accept-Language": "en", "Cookie": "lang=id"}, "Terbaru"),
        ("/?lang=xx", {"Cookie": "lang=%3Cx"}, "Newest"),
    ],
)
def test_the_language_is_the_browsers_or_the_one_chosen(
    get: Get, path: str, headers: dict[str, str], said: str
) -> None:
    page = get(path, headers)
    assert said in page.text
    assert ("set-cookie" in page.headers) == (path == "/?lang=id")


def test_indonesian_dates_and_numbers(get: Get) -> None:
    page = get("/release/kpu-contoh", {"Accept-Language": "id"}).text
    assert "1 September 2024, 12.00 WITA" in page
    assert '<html lang="id">' in page


def test_markup_in_texts_is_shown_as_text(get: Get) -> None:
    bad = release_id("pemkot-contoh", "https://pemkot-contoh.example/berita/10")
    pages = [f"/release/{bad}{further}" for further in ("", "/changes", "/changes?view=side")]
    pages += [f"/release/{bad}/captured", "/", "/search?q=alert", f"/search?q={BAD}"]
    pages += [f"/search?tag={BAD}", f"/release/{BAD}", "/source/pemkot-contoh"]
    pages += ["/questions/which-headlines-were-rewritten", "/archive", "/archive/versions"]
    pages += ["/archive/author_tags", "/archive/releases?_search=alert&_facet=title"]
    for path in pages:
        page = get(path).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
    assert "&lt;script&gt;alert" in get(f"/release/{bad}").text


def test_what_turns_text_around_is_on_no_page(get: Get) -> None:
    release = "/release/https://pemkot-contoh.example/berita/11"
    for path in (release, "/search?sort=x", "/archive/releases?_facet=title", "/archive/versions"):
        page = get(path).text
        assert "Rapatgpj.exe" in page, path
        assert "\u202e" not in page, path


def test_only_our_own_files_are_loaded(get: Get) -> None:
    for path in ("/", "/search?q=pasar", EDITED, "/questions", "/release/nope"):
        page = get(path)
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "<style" not in page.text
        assert not re.search(r"<script(?! src=\"/assets/)|<[^>]*\son\w+=", page.text), path
    for file in ("frame.css", "pages.css", "engine.css", "copy.js"):
        assert get(f"/assets/{file}").status_code == 200


def test_pages_can_be_used_by_ear_and_by_keyboard(get: Get) -> None:
    for path in ("/", "/search?q=pasar", EDITED, f"{address(get)}/changes", "/sources", "/archive"):
        page = get(path).text
        assert page.count("<main ") == page.count("<h1") == 1, path
        assert 'href="#main"' in page
        for field in re.findall(r'<(?:input|select)(?![^>]*type="hidden")[^>]*>', page):
            name = re.search(r'id="([^"]+)"', field)
            labelled = name and f'for="{name[1]}"' in page
            assert (
                labelled
                or re.search(rf"<label>[^<]*{re.escape(field)}", page)
                or (path == "/archive")
            ), (path, field)


def test_nothing_can_be_changed(get: Get) -> None:
    answer = get("/archive.json?sql=delete+from+versions")
    assert (answer.status_code, "must be a SELECT" in answer.text) == (400, True)
