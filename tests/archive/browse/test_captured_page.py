"""A captured page is shown, and can do nothing."""

from __future__ import annotations

import re
from html import escape

import pytest

from archive.browse.captured_page import harmless
from archive.fingerprint import release_id
from tests.archive.browse.conftest import CAPTURED, EVIL_PAGE, Get


def test_what_runs_sends_or_fetches_is_taken_off() -> None:
    page = harmless(EVIL_PAGE, "text/html")
    assert "Pasar dibuka." in page
    assert "Selengkapnya" in page
    for part in (
        "<script",
        "onload",
        "onerror",
        "javascript:",
        "<iframe",
        "<base href",
        "<link",
        "src=",
    ):
        assert part not in page, part
    for part in ("refresh", "href=", "ping", "action"):
        assert part not in page, part


@pytest.mark.parametrize(
    ("body", "content_type", "shown"),
    [
        (b"<p>Rilis \x93Pilkada\x94</p>", "text/html; charset=windows-1252", "Rilis “Pilkada”"),
        (b'<meta charset="utf-8"><p>Rilis \xe2\x80\x9c</p>', "text/html", "Rilis “"),
        (b'{"a": "<script>x</script>"}', "application/json", "&lt;script&gt;x"),
        (b'<?xml version="1.0" encoding="utf-8"?><html><p>Rilis</p></html>', "", "<p>Rilis</p>"),
        (b"", "text/html", "<!doctype html>"),
        (b"\x00\xff" * 9, "", "<!doctype html>"),
        (b"<div>" * 5_000 + b"Rilis", "text/html", "<!doctype html>"),
    ],
)
def test_every_page_is_shown_somehow(body: bytes, content_type: str, shown: str) -> None:
    assert shown in harmless(body, content_type)


@pytest.mark.parametrize(
    "style",
    [
        "background: URL( 'http://a.example/x)y' )",
        "background: u\\rl(http://a.example/)",
        "background: u\\72l(http://a.example/)",
        "background: uurl(x)rl(http://a.example/)",
        "@im@import x;port 'http://a.example/';",
        'background: image-set("http://a.example/" 1x)',
    ],
)
def test_style_names_no_address(style: str) -> None:
    for page in (f"<style>p {{ color: red; {style} }}</style>", f'<p style="{escape(style)}">'):
        shown = harmless(page.encode() + b"<p>Rilis", "text/html")
        assert not re.search(r"(url|image-set)\s*\(|@import", shown, re.I), shown


def test_the_frame_is_a_sandbox(get: Get) -> None:
    outer = get(f"/release/{CAPTURED}/captured").text
    assert f'<iframe src="/capture/{CAPTURED}/1" sandbox=""' in outer
    inner = get(f"/capture/{CAPTURED}/1")
    policy = inner.headers["content-security-policy"]
    for rule in ("default-src 'none'", "form-action 'none'", "sandbox"):
        assert rule in policy
    assert "Pasar dibuka." in inner.text
    assert "127.0.0.99/x.png" not in inner.text


def test_the_bytes_can_be_had_but_not_opened(get: Get) -> None:
    answer = get(f"/capture/{CAPTURED}/1/download")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_citation_has_the_hash_of_the_capture(get: Get) -> None:
    page = get(f"/release/{CAPTURED}").text
    assert "Capture sha256:" in page


def test_a_release_without_a_capture_says_so(get: Get) -> None:
    id_ = release_id("kpu-contoh", "https://kpu-contoh.example/berita/1")
    assert "Capture sha256:" not in get(f"/release/{id_}").text
    assert "archived without a capture" in get(f"/release/{id_}/captured").text
    assert get(f"/capture/{id_}/1").status_code == get(f"/capture/{id_}/9").status_code == 404
