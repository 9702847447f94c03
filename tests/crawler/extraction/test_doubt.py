"""When a reading is in doubt: what was lost is noticed, and what was read whole is not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.article import Article, read_article
from crawler.extraction.doubt import is_off_topic, lacks, leaves_most, leaves_some, words
from crawler.extraction.layout.paragraphs import paragraphs as set_as_paragraphs
from crawler.extraction.release import extract
from crawler.items import Release
from crawler.markup.dom import parse
from crawler.registry.source import Select
from tests.crawler.extraction.sample_pages import (
    TEXT,
    TITLE,
    city,
    kpu,
    page,
    paragraphs,
    source,
    wordpress,
)

PAGES = [city(paragraphs()), wordpress(paragraphs()), kpu(paragraphs())]
ARTICLES = [read_article(parse(html)) for html in PAGES]
COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 40)).map(Counter)
NOTICE = "Situs ini memakai kuki agar layanan berjalan. Dengan melanjutkan, Anda setuju."


def crippled(article: Article, places: Sequence[int]) -> Article:
    kept = [article.kept[place] for place in places]
    return replace(article, kept=kept, paragraphs=set_as_paragraphs(kept))


@given(st.sampled_from(ARTICLES), st.sets(st.integers(0, len(TEXT) - 1), min_size=1))
def test_whichever_paragraphs_are_lost_trafilatura_is_asked(
    article: Article, places: set[int]
) -> None:
    reading = crippled(article, sorted(places))
    whole = sum(map(len, article.paragraphs))
    if sum(map(len, reading.paragraphs)) < 0.6 * whole:
        assert leaves_some(reading)
        assert lacks(words(" ".join(reading.paragraphs)), words(" ".join(article.paragraphs)))


@pytest.mark.parametrize("article", ARTICLES, ids=["city", "wordpress", "kpu"])
def test_a_whole_reading_needs_no_other(article: Article) -> None:
    assert len(article.kept) == len(TEXT)
    assert not leaves_some(article)


@given(COUNTS, COUNTS)
def test_who_holds_a_witness_lacks_nothing_of_it(own: Counter[str], witness: Counter[str]) -> None:
    assert not lacks(own + witness, witness)


@given(COUNTS, COUNTS, COUNTS)
def test_more_words_never_make_a_text_lack_more(
    own: Counter[str], more: Counter[str], witness: Counter[str]
) -> None:
    assert lacks(own, witness) or not lacks(own + more, witness)


@given(COUNTS)
def test_nothing_at_all_lacks_a_witness_worth_hearing(witness: Counter[str]) -> None:
    assert lacks(Counter(), witness) == (witness.total() >= 30)


def test_a_sentence_beside_a_page_of_text_is_doubtful_whatever_others_say() -> None:
    assert leaves_most(crippled(ARTICLES[0], [2]))


def head(summary: str) -> str:
    return f'<title>{TITLE}</title><meta name="description" content="{summary}">'


@pytest.mark.parametrize(
    ("summary", "text", "off"),
    [
        ("", NOTICE, True),
        (f"{TITLE}: {TEXT[1]}", NOTICE, True),
        (f"{TITLE}: {TEXT[1]}", f"{TITLE}. {TEXT[1]}", False),
        ("Situs resmi yang memuat kabar layanan, agenda serta pengumuman daerah", TEXT[1], False),
        ("", TEXT[1], False),
        ("", f"TANJUNG BARU - {NOTICE}", False),
        ("", f"{NOTICE} " * 4, False),
    ],
    ids=[
        "notice",
        "notice under a summary",
        "the story under its summary",
        "the site's own description",
        "no summary",
        "a dateline",
        "too long for a notice",
    ],
)
def test_a_text_is_held_against_title_and_summary(summary: str, text: str, off: bool) -> None:
    root = parse(f"<html><head>{head(summary)}</head><body><p>{text}</p></body></html>")
    article = replace(read_article(root), title=TITLE, paragraphs=[text])
    assert is_off_topic(root, article, words(text)) is off


def test_a_text_that_lacks_much_of_the_article_body_is_flagged() -> None:
    more = (
        "Panitia juga menyiapkan kendaraan cadangan, petugas jaga malam, serta tenda darurat. " * 6
    )
    told = json.dumps({"headline": TITLE, "articleBody": " ".join((*TEXT, more))})
    script = f'<script type="application/ld+json">{told}</script>'
    found = extract(page(city(paragraphs()).replace("</head>", f"{script}</head>")), source())
    assert isinstance(found, Release)
    assert (found.body_by, found.flags) == ("page", ["text-doubtful"])


def test_data_that_bears_no_title_of_the_page_is_doubtful() -> None:
    story = json.dumps({"props": {"kelas": "berita utama", "isi": paragraphs()}})
    script = f'<script type="application/json">{story}</script>'
    head = f"<html><head><title>{TITLE}</title></head>"
    found = extract(page(f"{head}<body><div id=app></div>{script}</body></html>"), source())
    assert isinstance(found, Release)
    assert found.flags[-2:] == ["text-from-data", "text-doubtful"]


def test_data_that_only_repeats_the_summary_is_doubtful() -> None:
    summary = " ".join(TEXT[:2])
    story = json.dumps({"props": {"judul": TITLE, "ringkasan": summary}})
    script = f'<script type="application/json">{story}</script>'
    html = f"<html><head>{head(summary)}</head><body><div id=app></div>{script}</body></html>"
    found = extract(page(html), source())
    assert isinstance(found, Release)
    assert "text-doubtful" in found.flags


def test_a_declared_body_is_beyond_doubt() -> None:
    html = city(f"<div id=isi>{paragraphs(TEXT[:1])}</div>{paragraphs(TEXT[1:])}")
    found = extract(page(html), source(select=Select(body="#isi")))
    assert isinstance(found, Release)
    assert (found.body_by, found.flags) == ("selector", [])
    assert TEXT[1] not in found.body
