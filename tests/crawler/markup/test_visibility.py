"""Text that a page holds and does not show."""

import pytest
from lxml.html import fragment_fromstring

from crawler.extraction.layout.blocks import read_blocks
from crawler.markup.dom import parse
from crawler.markup.visibility import is_hidden


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : NONE !important",
        "visibility: hidden",
        "opacity: 0",
        "position:absolute;left:-9999px",
        "position: absolute; left: -9999px; top: auto",
        "position:fixed;top:-200em",
        "text-indent: -5000px",
        "margin-left:-3000px",
        "font-size:0",
        "font-size: 1px",
        "height:0;overflow:hidden",
        "width: 1px; height: 1px; overflow: hidden",
        "overflow:hidden;max-height:0px",
        "clip: rect(0, 0, 0, 0); position: absolute",
        "clip-path: inset(100%)",
        "transform: scale(0)",
        "color:#fff;background:#ffffff",
        "background-color: white; color: #FFF;",
        "color:transparent",
    ],
)
def test_what_nobody_sees(style: str) -> None:
    assert is_hidden(fragment_fromstring(f'<div style="{style}">slot</div>'))


@pytest.mark.parametrize(
    "style",
    [
        "",
        "display:block",
        "position:relative;left:-15px",
        "margin-left:-30px",
        "text-indent:-36pt;margin-left:36pt",  # a list as word processors write it
        "left:50%;margin-left:-600px;position:absolute",
        "font-size:10px",
        "font-size:0.9em",
        "height:100%;overflow:hidden",
        "width:1000px;overflow:hidden",
        "opacity:0.8",
        "color:#fff;background:#000",
        "color:#fff;background:url(tajuk.jpg)",
        "top:0;left:0",
    ],
)
def test_what_everybody_sees(style: str) -> None:
    assert not is_hidden(fragment_fromstring(f'<div style="{style}">Wali Kota</div>'))


@pytest.mark.parametrize("style", ["opacity:0", "visibility: hidden"])
def test_an_article_that_a_script_fades_in_is_seen(style: str) -> None:
    page = f'<div style="{style}"><h1>Pasar dibuka</h1><p>Wali Kota membuka pasar.</p></div>'
    assert not is_hidden(fragment_fromstring(page))


def test_hidden_text_is_no_block() -> None:
    page = """<p>Wali Kota membuka pasar.</p>
    <div style="position:absolute; left:-9999px"><a href="https://x.example/">slot gacor</a></div>
    <p>Warga <span style="font-size:0">maxwin</span>hadir.</p>"""
    assert [block.text for block in read_blocks(parse(page))] == [
        "Wali Kota membuka pasar.",
        "Warga hadir.",
    ]


def test_what_the_stylesheet_moves_away_is_no_block() -> None:
    page = """<style>.xq7, #z { position:absolute; left:-8000px } .tab{display:none}</style>
    <p>Wali Kota membuka pasar.</p><div class="a xq7">slot gacor</div><p id="z">maxwin</p>
    <p class="tab">Warga hadir.</p>"""
    assert [block.text for block in read_blocks(parse(page))] == [
        "Wali Kota membuka pasar.",
        "Warga hadir.",
    ]
