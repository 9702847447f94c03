"""No page, however broken or malicious, ends a crawl: an answer within seconds, always."""

import random
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.release import extract
from crawler.items import Rejected, Release
from tests.crawler.extraction.sample_pages import (
    city,
    kpu,
    old_table,
    page,
    paragraphs,
    read,
    source,
    wordpress,
)

SENTENCE = "Pemerintah kota menggelar rapat bersama warga dan panitia di aula. "
HEAD = "<html><body><h1>Judul rapat besar di kota</h1>"
TOLD = f"{HEAD}<p>{SENTENCE * 3}</p>"
PAGES = [
    city(paragraphs()).encode(),
    wordpress(paragraphs()).encode(),
    kpu(paragraphs()).encode("utf-8"),
    old_table(paragraphs()).encode("cp1252"),
]
GOLD_PAGES = sorted((Path(__file__).parents[2] / "pages").glob("*/*.html"))
SCRAPS = [
    b"<", b">", b"</div>", b"<table>", b"<p", b'"', b"&", b"&#0;", b"<!--", b"-->", b"<script>",
    b"</html>", b"\0", b"\xff", b"\xe2\x80", b"<![CDATA[", b"<select>", b"<br>" * 9, b"(", b"2024",
    b"<time datetime='99-99'>", b"31 Februari 2024", b"<h1>", b"<title>", b"....", b"display:none",
]  # fmt: skip


@cache
def huge(part: int) -> dict[str, tuple[str, str | None]]:
    """Pages of a megabyte and more, or so small a part of it, and why they are refused."""
    return {
        "5 MiB of text": (HEAD + f"<p>{SENTENCE * 5}</p>" * 15_000, "too-large"),
        "50,000 nested tags": (HEAD + "<div>" * 50_000 + SENTENCE, "too-deep"),
        "50,000 nested inline tags": (HEAD + "<b>" * 50_000 + SENTENCE, "too-deep"),
        "100,000 elements": (HEAD + "<i>x</i>" * 100_000, "too-large"),
        "one tag with 150,000 attributes": (
            HEAD + "<p " + " ".join(f"a{n}=1" for n in range(150_000)) + ">",
            "too-large",
        ),
        "a megabyte without a space": (HEAD + "<p>" + "a" * (1_000_000 // part), None),
        "a megabyte of brackets": (HEAD + "<p>" + "(" * (1_000_000 // part), None),
        "a megabyte of slashes": (HEAD + "<p>(" + "a/" * (500_000 // part) + ")", None),
        "a megabyte of dots": (
            HEAD + f"<p>{SENTENCE * 3}</p><p>" + "." * (1_000_000 // part),
            None,
        ),
        "a megabyte of line ends": (HEAD + "<p>x" + " \n" * (500_000 // part), None),
        "many line breaks": (HEAD + f"<div>{(SENTENCE + '<br>') * (20_000 // part)}", None),
        "many paragraphs": (
            HEAD + "".join(f"<p>{SENTENCE}{n}</p>" for n in range(20_000 // part)),
            None,
        ),
        "many links": (HEAD + "<a href=x>Rapat digelar di aula</a> " * (30_000 // part), None),
        "a megabyte of brackets after a text": (f"{TOLD}<p>{'(' * (1_000_000 // part)}", None),
        "a megabyte of slashes after a text": (f"{TOLD}<p>({'a/' * (500_000 // part)})", None),
        "a megabyte of datelines": (
            HEAD + "<p>" + "BONTANG, " * (110_000 // part) + "- " + SENTENCE,
            None,
        ),
        "a megabyte of domains": (f"{TOLD}<p>{'a.b.' * (250_000 // part)}", None),
        "a megabyte of file names": (f"{TOLD}<p>{'filename/' * (120_000 // part)}", None),
        "80,000 dates": (HEAD + "<p>" + "26 Mei 2024 " * (80_000 // part), None),
        "15,000 stamps": (HEAD + "<p>26 Mei 2024 10:22 WITA</p>" * (15_000 // part) + TOLD, None),
        "15,000 <time>": (
            HEAD + "<time datetime='2024-05-26'>26 Mei</time>" * (15_000 // part) + TOLD,
            None,
        ),
        "30,000 line breaks": (TOLD + "<br>" * (30_000 // part) + TOLD, None),
        "15,000 credits": (TOLD + "<p>Penulis: A</p>" * (15_000 // part), None),
        "15,000 items": (
            HEAD + "<ol>" + "<li>butir daftar yang pendek saja" * (15_000 // part) + TOLD,
            None,
        ),
        "15,000 titles": (
            HEAD + "<h2>Judul rapat besar di kota</h2>" * (15_000 // part) + TOLD,
            None,
        ),
        "12,000 classes": (
            HEAD
            + "".join(f"<div class='x{n} y{n}'>{SENTENCE}</div>" for n in range(12_000 // part)),
            None,
        ),
        "5,000 stories in JSON-LD": (
            '<html><script type=\'application/ld+json\'>{"headline": "x"}</script>'
            * (5_000 // part)
            + TOLD,
            None,
        ),
        "unclosed scripts": (HEAD + "<script>a" * (200_000 // part), None),
        "unclosed tags": (HEAD + "<div class='" * (100_000 // part), None),
        "nested JSON": (
            f"<html><script type='application/ld+json'>{'[' * (100_000 // part)}</script>{HEAD}{SENTENCE * 9}",
            None,
        ),
        "a picture of 5 MB inside": (
            f"{HEAD}<img src='data:image/png;base64,{'QUJD' * (1_250_000 // part)}'><p>{SENTENCE * 9}</p>",
            None,
        ),
    }


PARTS = huge(20)
LIMIT = 5
"""Seconds of the processor, which others on the machine do not use up: more than ten times
what the slowest of these pages takes. A rule that is not linear takes minutes."""


@pytest.mark.parametrize(("html", "why"), PARTS.values(), ids=PARTS.keys())
def test_big_pages_are_answered(html: str, why: str | None) -> None:
    began = time.process_time()
    found = read(html)
    assert time.process_time() - began < LIMIT
    if why:
        assert isinstance(found, Rejected)
        assert found.reason == why


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name, (_, why) in PARTS.items() if not why])
def test_huge_pages_are_answered(name: str) -> None:
    read(huge(1)[name][0])


def test_a_release_with_a_big_picture_inside_is_still_one() -> None:
    assert isinstance(read(PARTS["a picture of 5 MB inside"][0]), Release)


def mutate(body: bytes, chance: random.Random) -> bytes:
    """Cut, doubled, moved, overwritten and littered with scraps of markup."""
    spoilt = bytearray(body)
    for _ in range(chance.randint(1, 12)):
        start = chance.randrange(len(spoilt) + 1)
        end = min(len(spoilt), start + chance.randrange(1, 200))
        match chance.randrange(5):
            case 0:
                del spoilt[start:end]
            case 1:
                spoilt[start:start] = chance.choice(SCRAPS)
            case 2:
                spoilt[start:start] = spoilt[end : end + 300]
            case 3:
                spoilt[start:end] = chance.randbytes(end - start)
            case _:
                del spoilt[start if start > 40 else len(spoilt) :]
    return bytes(spoilt)


def read_spoilt(bodies: Sequence[bytes], seeds: range) -> None:
    for seed in seeds:
        chance = random.Random(seed)
        spoilt = page(mutate(chance.choice(bodies), chance), content_type=None)
        found = extract(spoilt, source())
        assert isinstance(found, Release) or found.reason != "unreadable", (seed, found)


def test_mutated_pages() -> None:
    read_spoilt(PAGES, range(60))
    read_spoilt([file.read_bytes() for file in GOLD_PAGES], range(60))


@pytest.mark.soak
def test_ten_thousand_mutated_pages() -> None:
    read_spoilt([*PAGES, *(file.read_bytes() for file in GOLD_PAGES)], range(200, 10_200))


@given(st.binary(max_size=400))
def test_any_bytes(body: bytes) -> None:
    found = extract(page(b"<html><body>" + body, content_type=None), source())
    assert isinstance(found, Release) or found.reason != "unreadable", found


PRINTED = st.sampled_from(
    (
        *("BONTANG", " - ", "–", "(", ")", "/", "diskominfo", "Penulis: ", "26 Mei 2024"),
        *("10.22 WITA", "\n", "<br>", "</p><p>", ".", " ", "“", "&nbsp;", "31/02/2024", "****"),
    )
)
"""Scraps of what desks print around a text."""


@given(st.lists(PRINTED | st.text(max_size=20), max_size=40).map("".join))
def test_any_texts_with_scraps_of_datelines_bylines_and_dates(text: str) -> None:
    read_any_texts([text])


@pytest.mark.soak
@given(st.lists(PRINTED | st.text(max_size=20), max_size=40).map("".join))
@settings(max_examples=10_000)
def test_ten_thousand_texts_with_scraps(text: str) -> None:
    read_any_texts([text])


@given(st.lists(st.text(max_size=120), max_size=8))
def test_any_text(texts: list[str]) -> None:
    read_any_texts(texts)


def read_any_texts(texts: list[str]) -> None:
    body = wordpress(paragraphs(texts)).encode("utf-8", "surrogatepass")
    found = extract(page(body), source())
    assert isinstance(found, Release) or found.reason != "unreadable", found
