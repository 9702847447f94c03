"""Pages that show nothing without JavaScript."""

from __future__ import annotations

import pytest

from crawler.discovery.script_only import is_shell
from crawler.markup.html import parse_html

SCRIPT = '<script src="/app.js"></script>'


@pytest.mark.parametrize(
    ("body", "shell"),
    [
        (f'<noscript>Enable JavaScript</noscript><div id="root"></div>{SCRIPT}', True),
        (f'<a href="/">Kota</a><div id="app">Memuat…</div>{SCRIPT}', True),
        (f'<div id="app"></div><a href="/berita">Berita</a>{SCRIPT}', False),
        (f"<p>{'Kantor tutup sampai hari Senin. ' * 20}</p>{SCRIPT}", False),
        ("<p>Selamat datang</p>", False),
    ],
)
def test_a_shell_has_a_script_and_nothing_to_read(body: str, shell: bool) -> None:
    tree = parse_html(f"<html><body>{body}</body></html>")
    assert tree is not None
    assert is_shell(tree, "https://a.example/") is shell
