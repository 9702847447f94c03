"""The text of PDFs, and hostile ones: each gives a word, and never a crash."""

from __future__ import annotations

import zlib

import pytest

from crawler.extraction import pdf_text
from crawler.extraction.pdf_text import DocumentText, read_pdf
from tests.crawler.extraction.pdfs import assembled, pdf

ENCRYPTED = (
    "/Encrypt<</Filter/Standard/V 1/R 2/P -4"
    f"/O<{'41' * 32}>/U<{'42' * 32}>>>/ID[<{'43' * 16}><{'43' * 16}>]"
)
LOOP = assembled(
    [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[2 0 R]/Count 1>>",
    ]
)


def test_the_text_of_a_pdf() -> None:
    assert read_pdf(pdf("Formasi petugas")) == DocumentText("Formasi petugas")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", None),
        (b"<html>", None),
        (b"PK\x03\x04", None),
        (b"%PDF-1.4 and then nothing", "broken"),
        (pdf("x")[:300], "broken"),
        (LOOP, "broken"),
        (pdf("x", trailer=ENCRYPTED), "encrypted"),
        (pdf(""), "no-text"),
    ],
    ids=["empty", "a page", "an archive", "torn", "cut", "loop", "encrypted", "scanned"],
)
def test_one_that_cannot_be_read_gives_a_word(body: bytes, word: str | None) -> None:
    assert read_pdf(body) == DocumentText(None, word)


def test_a_bomb_is_too_large() -> None:
    bomb = zlib.compress(bytes(100_000_000), 1)
    assert read_pdf(pdf("x", stream=bomb)) == DocumentText(None, "too-large")


def test_a_text_beyond_all_measure_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_text, "TEXT_MAX", 4)
    assert read_pdf(pdf("Formasi")) == DocumentText("Form", "cut")


def test_memory_is_limited_and_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_AS)
    monkeypatch.setattr(pdf_text, "MEMORY", 1024**2)
    monkeypatch.setattr(pdf_text, "_text_of", lambda _: bytearray(64 * 1024**2))
    assert read_pdf(pdf("Formasi")) == DocumentText(None, "too-large")
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_without_pypdf_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_text, "can_read", lambda: False)
    assert read_pdf(pdf("Formasi")) == DocumentText(None, "no-reader")
