import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.registry.article_url import article_pattern


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        ("/berita/read/{id}", "https://web.kota.test/berita/read/9754"),
        ("/berita/read/{id}", "http://web.kota.test/berita/read/9754/?utm_source=wa#isi"),
        ("/berita/read/{id}", "https://web.kota.test/index.php/berita/read/9754"),
        ("/index.php/show/{id}", "https://kota.test/show/1"),
        ("/blog/read/{id}_{slug}", "https://kota-x.test/blog/read/8504_warisan-leluhur"),
        ("/berita/baca/{id}/{slug}", "https://kip-x.test/berita/baca/12/-"),
        ("/berita/{slug}__read{id}.html", "https://kota.test/berita/apel-pagi__read6470.html"),
        ("/{Y}/{m}/{d}/{slug}/", "https://kota.test/2024/06/11/rapat-pleno"),
        ("/berita/read/{n}/{cat}/{id}/{slug}", "http://kota.test/berita/read/7/kota/1661/hut-kota"),
        ("/?p={id}", "https://kota.test/?p=2720"),
        ("/?p={id}", "https://kota.test/?p=2720&lang=id"),
        ("https://www.kota.test/news/{id}", "http://kota.test/news/1"),
        (r"/berita/\d+$", "https://kota.test/berita/55"),
        ("/berita/(read|baca)/{id}", "https://kota.test/berita/baca/55/lagi"),
        (r"/arsip/\d{4}/{slug}\.html", "https://kota.test/arsip/2024/pleno.html"),
        ("/siaran-pers/", "https://kota.test/siaran-pers/apa-saja"),
    ],
)
def test_an_article_is_recognised(pattern: str, url: str) -> None:
    assert article_pattern(pattern).search(url)


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        ("/berita/read/{id}", "https://web.kota.test/berita/read/9754/cetak"),
        ("/berita/read/{id}", "https://web.kota.test/en/berita/read/9754"),
        ("/berita/read/{id}", "https://web.kota.test/berita/read/terbaru"),
        ("/berita/read/{id}", "https://web.kota.test/cari?dari=/berita/read/9754"),
        ("/{slug}/", "https://kota.test/category/pemerintahan/page/70/"),
        ("/{slug}/", "https://kota.test/"),
        ("/{Y}/{m}/{d}/{slug}/", "https://kota.test/2024/13/11/rapat-pleno"),
        ("/berita/{slug}.html", "https://kota.test/berita/apelxhtml"),
        ("/?p={id}", "https://kota.test/?page_id=2720"),
        ("/blog/104?page={n}", "https://kota.test/blog/10page=7"),
        ("https://kota.test/news/{id}", "https://lain.test/news/1"),
    ],
)
def test_another_page_is_not(pattern: str, url: str) -> None:
    assert not article_pattern(pattern).search(url)


@pytest.mark.parametrize(
    ("pattern", "cause"),
    [
        ("/berita/{nomor}", "has an unknown placeholder {nomor}"),
        ("/berita/{id", "brace"),
        ("/berita/id}", "brace"),
        ("berita/{id}", "must begin with /"),
        ("/berita/(", "not a valid regular expression"),
        ("[a-", "not a valid regular expression"),
        ("*", "not a valid regular expression"),
    ],
)
def test_a_bad_pattern_says_why(pattern: str, cause: str) -> None:
    with pytest.raises(ValueError, match=re.escape(cause)):
        article_pattern(pattern)


@given(st.text(alphabet="/{}idslugnYm?.()[]*+\\^$|0,", max_size=30) | st.text(max_size=30))
def test_any_text_is_a_pattern_or_a_stated_mistake(text: str) -> None:
    with suppress(ValueError):
        article_pattern(text).search("https://kota.test/id/berita/1/slug")
