"""Stories in the data a page carries for its script."""

from __future__ import annotations

import json

import pytest

from crawler.discovery.embedded_listing import page_in_data
from crawler.discovery.listing import Page, read_page

URL = "https://a.example/kabar"
TITLE = "Wali Kota Buka Pasar Murah"


def page(data: object, url: str = URL, lead: str = "", kind: str = "application/json") -> Page:
    script = f'<script type="{kind}">{lead}{json.dumps(data)}</script>'
    return read_page(f"<html><body><div id=app></div>{script}</body></html>", url)


@pytest.mark.parametrize(
    ("item", "address"),
    [
        ({"title": TITLE, "href": "/kabar/pasar"}, "https://a.example/kabar/pasar"),
        ({"judul": TITLE, "link": "https://a.example/x/7"}, "https://a.example/x/7"),
        ({"title": {"rendered": TITLE}, "permalink": "/x/7"}, "https://a.example/x/7"),
        ({"title": TITLE, "slug": "pasar-murah"}, "https://a.example/kabar/pasar-murah"),
    ],
)
def test_objects_with_a_title_and_an_address_are_stories(
    item: dict[str, object], address: str
) -> None:
    told = page({"props": {"posts": [item | {"publishedAt": "2024-12-03T09:00:00"}]}})
    assert [(one.url, one.title, one.published) for one in told.stories] == [
        (address, TITLE, "2024-12-03T09:00:00")
    ]


@pytest.mark.parametrize(
    "item",
    [
        {"title": TITLE},
        {"title": "Beranda", "href": "/"},
        {"title": TITLE, "href": "https://b.example/x"},
        {"title": TITLE, "href": "/berkas/a.pdf"},
        {"title": TITLE, "slug": "../../etc"},
    ],
)
def test_what_is_no_story(item: dict[str, object]) -> None:
    assert page([item]).stories == ()


def test_a_variable_may_hold_the_data() -> None:
    data = {"posts": [{"title": TITLE, "url": "/x/7"}]}
    for lead in ("window.__NUXT__ = ", "window.__INITIAL_STATE__=", "var data = "):
        assert len(page(data, lead=lead, kind="text/javascript").stories) == 1
    assert page(data, lead="alert(1); ", kind="text/javascript").stories == ()


def test_a_slug_on_the_home_page_says_too_little() -> None:
    assert page([{"title": TITLE, "slug": "pasar"}], "https://a.example/").stories == ()


def test_what_the_html_shows_counts_first() -> None:
    rows = "".join(
        f'<li><a href="/b/{n}">Wali Kota Buka Pasar {n}</a> 3 Mei 2024</li>' for n in range(4)
    )
    script = json.dumps([{"title": TITLE, "href": "/x/7"}])
    told = read_page(f"<ul>{rows}</ul><script type=application/json>{script}</script>", URL)
    assert len(told.stories) == 4


def test_pages_are_counted_where_the_data_counts_them() -> None:
    told = page({"posts": [{"title": TITLE, "href": "/x/7"}], "meta": {"totalPages": 3}})
    assert told.pages == 3
    assert page_in_data(3, URL) == URL + "?page=2"
    assert page_in_data(3, URL + "?page=2") == URL + "?page=3"
    assert page_in_data(3, URL + "?page=3") is None
    assert page_in_data(None, URL) is None
