"""The codebook on the web."""

from __future__ import annotations

import pytest

from archive.exported_record import KEYS
from tests.archive.browse.conftest import Get


def test_the_codebook_has_every_field_in_both_languages(get: Get) -> None:
    page = get("/codebook").text
    assert all(f"<code>{key}</code>" in page for key in KEYS)
    assert "right to the letter: .968 (unseen)" in page
    assert "Kantor pemkot-contoh" in page
    assert "No crawl has worked." in page
    assert "Celah yang diketahui" in get("/codebook?lang=id").text
    assert 'href="/codebook"' in get("/").text, "in the footer"


def test_of_a_search(get: Get) -> None:
    assert 'href="/codebook?q=pasar&amp;edited=1"' in get("/search?q=pasar&edited=1").text
    assert get("/codebook.json?kind=kpu").json()["resources"][0]["name"] == "archive-coverage"
    assert get("/codebook.md?kind=kpu&lang=en").text.startswith("# Codebook\n")
    assert "<dt>kind</dt><dd>kpu</dd>" in get("/codebook?kind=kpu").text


@pytest.mark.parametrize("asked", ["q=(", "source=nope", "since=kemarin"])
def test_what_makes_no_query_is_said(get: Get, asked: str) -> None:
    assert get(f"/codebook?{asked}").status_code == 400
