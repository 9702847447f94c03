"""Feeds, as sites send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.feed import next_feed_page, read_feed

URL = "https://a.go.id/feed/"

RSS = b"""\n<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Kota</title>
<item><title>Rapat &amp; Pleno</title><link>https://a.go.id/2024/05/26/rapat/</link>
<pubDate>Sun, 26 May 2024 02:22:00 +0000</pubDate><content:encoded><![CDATA[<p>x</p>]]></content:encoded></item>
<item><title/><link>/2024/05/25/dua/</link></item></channel></rss>"""

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Satu</title>
<link rel="edit" href="/e/1"/><link rel="alternate" href="/b/1"/>
<published>2024-05-26T10:22:00+08:00</published></entry></feed>"""


def told(body: bytes) -> list[tuple[str, str | None, str | None]]:
    return [(entry.url, entry.title, entry.published) for entry in read_feed(body, URL)]


def test_rss() -> None:
    assert told(RSS) == [
        ("https://a.go.id/2024/05/26/rapat/", "Rapat & Pleno", "Sun, 26 May 2024 02:22:00 +0000"),
        ("https://a.go.id/2024/05/25/dua/", None, None),
    ]


def test_atom() -> None:
    assert told(ATOM) == [("https://a.go.id/b/1", "Satu", "2024-05-26T10:22:00+08:00")]
    changed = ATOM.replace(b"published>", b"updated>")
    assert told(changed)[0][2] == read_feed(changed, URL)[0].updated == "2024-05-26T10:22:00+08:00"


def test_rdf() -> None:
    body = b"""<rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <item><title>Satu</title><link>/1</link><dc:date>2024-05-26</dc:date></item></rdf:RDF>"""
    assert told(body) == [("https://a.go.id/1", "Satu", "2024-05-26")]


def test_markup_in_titles_is_read() -> None:
    body = RSS.replace(b"Rapat &amp; Pleno", b"<![CDATA[Rapat &#8220;<i>Pleno</i>&#8221;]]>")
    assert told(body)[0][1] == "Rapat \u201cPleno\u201d"


def test_an_entry_without_a_link_names_nothing() -> None:
    assert told(b"<rss><item><title>x</title><link/><guid>7</guid></item></rss>") == []


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (b"<p>x</p>", b"<p>y</p>", False),
        (b"Rapat &amp; Pleno", b"Rapat", False),
        (b"<p>x</p>", b"<div>\n x </div>", True),
        (b"02:22:00", b"02:23:00", True),
        (b"<p>x</p>", b"<p>x</p><p>The post <a>Rapat</a> appeared first on <a>Kota</a>.</p>", True),
    ],
)
def test_an_edit_shows(old: bytes, new: bytes, same: bool) -> None:
    one, other = read_feed(RSS, URL)[0], read_feed(RSS.replace(old, new), URL)[0]
    assert (one.shown == other.shown) == same


def test_a_feed_cut_off_gives_what_it_has() -> None:
    assert len(read_feed(RSS[: RSS.index(b"<item><title/>")], URL)) == 1


def test_feed_pages_go_on() -> None:
    assert next_feed_page(URL) == URL + "?paged=2"
    assert next_feed_page(URL + "?cat=3&paged=2") == URL + "?cat=3&paged=3"


@pytest.mark.parametrize(
    ("link", "older"),
    [
        ('<link rel="next" href="/feed/?bagian=2"/>', URL + "?bagian=2"),
        ('<link rel="prev-archive" href="2.xml"/>', URL + "2.xml"),
        ('<link rel="next" href="https://b.example/f/7?start-index=26"/>', URL + "?start-index=26"),
        ('<link rel="self" href="/feed/"/>', URL + "?paged=2"),
    ],
)
def test_a_feed_that_names_its_next_page_is_followed(link: str, older: str) -> None:
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{link}<entry/></feed>'
    assert next_feed_page(URL, feed.encode()) == older


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss><item><title>&b;</title><link>/1</link></item></rss>'
    assert [entry.title for entry in read_feed(bomb, URL)] in ([None], ["&b;"])


@pytest.mark.parametrize("body", [b"", b"<html><p>Not found", b"\x00\xff", b"{}"])
def test_what_is_neither_names_nothing(body: bytes) -> None:
    assert read_feed(body, URL) == []


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    read_feed(body, URL)
