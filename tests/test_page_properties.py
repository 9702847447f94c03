"""What a site sets around and amid a text changes nothing in it: pages of `tests/pages`, altered.

A name, a class or a phrase is a hint, never a proof: with every class replaced by a misleading one,
no word is lost.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml.html import HtmlElement, document_fromstring, fragment_fromstring, tostring

from crawler.extraction.release import extract
from crawler.items import Release
from crawler.markup.encoding import decode
from tests.test_pages import GAPS, RELEASES, page_of, words

Change = Callable[[HtmlElement, list[HtmlElement]], None]
"""Alters a tree in place; gets the elements of its paragraphs as well."""
LINKS = "".join(
    f"<li><a href='/kabar/{n}'>Kabar Nomor {n} dari Kota Seberang</a></li>" for n in range(4)
)
CARDS = "".join(
    f"<div><a href='/k/{n}'><img src='/{n}.jpg' alt=''></a><h4><a href='/k/{n}'>Kabar Nomor {n} dari Kota"
    f" Seberang</a></h4><p>Wali kota seberang membuka pekan olahraga nomor {n}, kata panitia…</p></div>"
    for n in range(3)
)
BOXES = {
    "links": f"<div><h3>Kabar Lain</h3><ul>{LINKS}</ul></div>",
    "links under a phrase": f"<div><b>Berita Terkait</b><ul>{LINKS}</ul></div>",
    "a link": "<p>Baca juga: <a href='/kabar/1'>Kabar dari Seberang</a></p>",
    "cards": f"<div>{CARDS}</div>",
    "cookies": "<div><p>Laman ini memakai kuki untuk menghitung kunjungan. Dengan melanjutkan, Anda setuju."
    "</p><button>Setuju</button></div>",
    "share row": "<div><span>Bagikan:</span> <a href='#'>Facebook</a> <a href='#'>WhatsApp</a></div>",
    "newsletter": "<div><h4>Kabar Kota di Surel</h4><p>Ringkasan tiap pekan.</p><form><input type='email'>"
    "<button>Kirim</button></form></div>",
    "donation": "<div><b>Peduli Banjir</b><p>Salurkan bantuan melalui Bank Daerah.</p><a class='btn' href='/d'>"
    "Donasi</a></div>",
    "advertisement": "<div><ins class='adsbygoogle'></ins><iframe src='/iklan'></iframe></div>",
    "picture": "<figure><img src='/g.jpg' alt=''><figcaption>Suasana balai kota</figcaption></figure>",
}
LAYERS = {
    "div": "<div></div>",
    "divs": "<div><div><div></div></div></div>",
    "section": "<section class='elementor-section'><div class='elementor-widget'></div></section>",
    "row": "<div class='vc_row'><div class='vc_column'></div></div>",
    "custom": "<kota-baris><kota-kolom></kota-kolom></kota-baris>",
    "span": "<span style='display: block'></span>",
}
MISLEADING = [
    "sidebar",
    "related-posts",
    "widget",
    "comments",
    "footer",
    "share",
    "nav",
    "menu",
    "advert",
    "tags",
    "newsletter",
    "teaser",
    "popular",
    "latest",
    "caption",
    "meta",
    "author",
    "breadcrumb",
    "modal",
    "read-more",
    "aside",
    "label-hidden",
]
NEUTRAL = ["aku", "padi", "laut", "senja", "batu", "daun", "kopi", "angin", "bukit", "kayu"]
READ = [name for name in RELEASES if name not in GAPS]


def altered(name: str, change: Change) -> tuple[list[str], list[str]]:
    """The words of a gold page's body that are lost, and those that are new, after a change."""
    gold = RELEASES[name]
    page, source, template = page_of(name, gold)
    root = document_fromstring(decode(page.body, page.content_type))
    change(root, paragraphs_in(root, gold["expected"]["body"]))
    body = tostring(root, encoding="unicode", doctype="<!DOCTYPE html>").encode()
    page = replace(page, body=body, content_type="text/html; charset=utf-8")
    found = extract(page, source, template)
    assert isinstance(found, Release), f"{found.reason}: {found.detail}"
    ours, theirs = words(found.body), words(gold["expected"]["body"])
    return sorted((theirs - ours).elements()), sorted((ours - theirs).elements())


def paragraphs_in(root: HtmlElement, body: str) -> list[HtmlElement]:
    """The elements that hold one paragraph each, the first perhaps with its dateline."""
    texts = {squash(text) for text in body.split("\n\n") if len(text) > 60}
    found = [e for e in root.iter("p", "div") if is_one(squash(e.text_content()), texts)]
    inner = {e for e in found if any(child in found for child in e.iterdescendants("p", "div"))}
    return [e for e in found if e not in inner]


def is_one(text: str, texts: set[str]) -> bool:
    return text in texts or any(text.endswith(t) and len(text) < len(t) + 40 for t in texts)


def squash(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def renamed(names: list[str], seed: int) -> Change:
    def change(root: HtmlElement, _: list[HtmlElement]) -> None:
        chosen = random.Random(seed)
        new: dict[str, str] = {}
        for element in root.iter():
            for key in ("class", "id") if isinstance(element.tag, str) else ():
                if old := element.get(key):
                    element.set(key, new.setdefault(old, chosen.choice(names)))

    return change


def with_box(box: str, place: int) -> Change:
    """A box before the paragraph at `place`, none where the page has fewer."""

    def change(_: HtmlElement, paragraphs: list[HtmlElement]) -> None:
        if len(paragraphs) > place:
            paragraphs[place].addprevious(fragment_fromstring(BOXES[box]))

    return change


def wrapped(layer: str, seed: int) -> Change:
    """A layer around each paragraph, or around some (`seed` other than 0)."""

    def change(_: HtmlElement, paragraphs: list[HtmlElement]) -> None:
        chosen = random.Random(seed)
        for element in paragraphs:
            if seed and chosen.random() < 0.5:
                continue
            outer = fragment_fromstring(LAYERS[layer])
            outer.tail, element.tail = element.tail, None
            element.getparent().replace(element, outer)
            [*outer.iter()][-1].append(element)

    return change


FEW = [
    "amp/puskesmas-hulu",
    "drupal/ambon-baileo",
    "kpu-blog/jayapura-wit",
    "laravel-slug/smd-kampung",
    "static-generator/sltg-saksi",
]


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("box", BOXES)
def test_a_box_between_paragraphs_changes_nothing(box: str, name: str) -> None:
    assert altered(name, with_box(box, 1)) == altered(name, with_box(box, 99))


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("layer", LAYERS)
def test_layers_around_paragraphs_change_nothing(layer: str, name: str) -> None:
    for seed in (0, 1):
        lost, new = altered(name, wrapped(layer, seed))
        assert not lost
        assert len(new) <= 2


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("names", [MISLEADING, NEUTRAL], ids=["misleading", "neutral"])
def test_names_of_elements_lose_no_word(names: list[str], name: str) -> None:
    assert altered(name, renamed(names, 1))[0] == []


@pytest.mark.soak
@pytest.mark.parametrize(
    ("change", "most"),
    [
        *(pytest.param(with_box(box, 2), 0.01, id=f"box {box}") for box in BOXES),
        *(pytest.param(wrapped(layer, 1), 0.01, id=f"layer {layer}") for layer in LAYERS),
        pytest.param(renamed(NEUTRAL, 1), 0.01, id="neutral names"),
        *(pytest.param(renamed(MISLEADING, n), 0.04, id=f"misleading names {n}") for n in range(3)),
    ],
)
def test_hardly_a_page_of_all_loses_a_word(change: Change, most: float) -> None:
    """`most`: the share of pages that may; those of one or two sentences have nothing but names."""
    losing = []
    for name in READ:
        try:
            lost, _ = altered(name, change)
        except AssertionError:
            lost = ["everything"]
        losing += [name] if lost else []
    assert len(losing) <= most * len(READ), losing
