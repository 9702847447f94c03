"""A story that a page builder spreads over rows, and its sub-headings that sound like boxes: nothing
of it is lost."""

from __future__ import annotations

import pytest

from tests.crawler.extraction.test_layout_kinds import TEXT, published, read, set_in_p

FIRST, REST = set_in_p(TEXT[:2]), set_in_p(TEXT[2:])
SIGNED = "<p>(diskominfo/rina)</p>"
ROWS = {
    "two sections": "<section>{}</section>",
    "WPBakery": "<div class='vc_row wpb_row'><div class='wpb_column vc_column_container vc_col-sm-12'>"
    "<div class='vc_column-inner'><div class='wpb_wrapper'><div class='wpb_text_column'>"
    "<div class='wpb_wrapper'>{}</div></div></div></div></div></div>",
    "Divi": "<div class='et_pb_section'><div class='et_pb_row'><div class='et_pb_column et_pb_column_4_4'>"
    "<div class='et_pb_module et_pb_text'><div class='et_pb_text_inner'>{}</div></div></div></div></div>",
    "Elementor": "<section class='elementor-section'><div class='elementor-container'>"
    "<div class='elementor-column'><div class='elementor-widget-wrap'>"
    "<div class='elementor-widget elementor-widget-text-editor'><div class='elementor-widget-container'>"
    "{}</div></div></div></div></div></section>",
    "SiteOrigin": "<div class='panel-grid'><div class='panel-grid-cell'><div class='so-panel widget"
    " widget_sow-editor'><div class='siteorigin-widget-tinymce textwidget'>{}</div></div></div></div>",
    "Gutenberg": "<div class='wp-block-group'><div class='wp-block-columns'><div class='wp-block-column'>"
    "{}</div></div></div>",
    "Drupal Paragraphs": "<div class='field__item'><div class='paragraph paragraph--type--text'>"
    "<div class='text-formatted field field--name-field-text'>{}</div></div></div>",
    "Wix": "<div id='viewer-4k2pq' data-hook='rcv-block'><div class='_2PHJq'><div>{}</div></div></div>",
    "a table": "<table><tr><td>{}</td></tr></table>",
    "names of other boxes": "<div class='teaser related'><div class='widget popular'>{}</div></div>",
}
HEADINGS = ["Tanggapan", "Informasi Terbaru", "Pengumuman", "Galeri Foto", "Lainnya", "Terkait"]
SET = {
    "heading": "<h3>{}</h3>",
    "bold": "<p><strong>{}</strong></p>",
    "named": "<h3><a name='bagian'></a>{}</h3>",
    "linked to itself": "<h3><a href='#bagian' id='bagian'>{}</a></h3>",
}


@pytest.mark.parametrize("between", ["", "<hr>", "<p><img src='/2.jpg' alt=''></p>"])
@pytest.mark.parametrize("row", ROWS)
def test_a_story_spread_over_rows_is_whole(row: str, between: str) -> None:
    found = read(ROWS[row].format(FIRST) + between + ROWS[row].format(REST + SIGNED))
    assert (published(found), found.byline) == (TEXT, "(diskominfo/rina)")


@pytest.mark.parametrize("row", ROWS)
def test_a_row_each_paragraph(row: str) -> None:
    parts = [*(f"<p>{text}</p>" for text in TEXT), SIGNED]
    found = read("".join(ROWS[row].format(part) for part in parts))
    assert (published(found), found.byline) == (TEXT, "(diskominfo/rina)")


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize("how", SET)
def test_a_sub_heading_that_sounds_like_a_box_ends_nothing(heading: str, how: str) -> None:
    found = read(FIRST + SET[how].format(heading) + REST + SIGNED)
    assert [text for text in published(found) if text != heading] == TEXT
    assert found.byline == "(diskominfo/rina)"
