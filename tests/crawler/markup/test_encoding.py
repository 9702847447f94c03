"""A wrong or missing charset must not cost a letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup.encoding import decode

PRINTED = "“Mas’ud” – Jum’at, Rp1.000 … é"


@pytest.mark.parametrize(
    ("encoded", "content_type"),
    [
        ("utf-8", None),
        ("utf-8", "text/html; charset=utf-8"),
        ("utf-8", "text/html; charset=iso-8859-1"),
        ("utf-8-sig", "text/html; charset=windows-1252"),
        ("cp1252", None),
        ("cp1252", "text/html; charset=utf-8"),
        ("cp1252", "text/html; charset=no-such-charset"),
        ("cp1252", "text/html; charset=utf-16"),
        ("utf-16", None),
        ("utf-16-le", "text/html; charset=utf-16"),
    ],
)
def test_the_bytes_decide_before_the_header(encoded: str, content_type: str | None) -> None:
    page = f"<html><body>{PRINTED}</body></html>"
    assert decode(page.encode(encoded), content_type) == page


def test_meta_charset_of_another_script_is_believed_when_it_fits() -> None:
    page = '<meta charset="gbk">“日本”'
    assert decode(page.encode("gbk")) == page


def test_utf8_and_windows_1252_side_by_side() -> None:
    assert decode(PRINTED.encode() + PRINTED.encode("cp1252")) == PRINTED * 2


def test_nul_bytes_do_not_cut_the_page() -> None:
    assert decode(b"<p>Wali\0 Kota</p>") == "<p>Wali Kota</p>"


@given(st.binary(max_size=300), st.sampled_from([None, "text/html; charset=utf-16", "x", "=;"]))
def test_any_bytes_give_text(body: bytes, content_type: str | None) -> None:
    decode(body, content_type).encode()


@given(st.text(alphabet="abcXYZ ,.()-“”‘’–—…•™", max_size=80))
def test_no_typographic_sign_of_windows_1252_is_lost(text: str) -> None:
    assert decode(text.encode("cp1252"), "text/html; charset=utf-8") == text
