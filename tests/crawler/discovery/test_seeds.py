"""Where to begin at a source, from what its pages link to."""

from pathlib import Path

import pytest

from crawler.discovery.links import links
from crawler.discovery.seeds import (
    Seed,
    found_at_home,
    found_beside,
    seeds,
    told_article,
    usual_sitemaps,
)
from crawler.registry.source import Source

HOME = "https://a.go.id/"


def source(kind: str = "pemkot", **more: object) -> Source:
    return Source(
        id="x",
        kind=kind,
        publisher="X",
        region="64.71",
        home=HOME,
        timezone="Asia/Makassar",
        file=Path("x.toml"),
        line=1,
        **more,  # type: ignore[arg-type]
    )


def named(markup: str, kind: str = "pemkot") -> list[str]:
    found = found_at_home(links(f"<html>{markup}</html>", HOME), source(kind))
    return [f"{seed.kind} {seed.url.removeprefix(HOME)}" for seed in found]


def test_a_declaration_overrides_looking() -> None:
    assert seeds(source()) == [Seed("home", HOME)]
    declared = source(listing=(HOME + "b",), sitemap=(HOME + "s.xml",))
    assert seeds(declared) == [
        Seed("listing", HOME + "b"),
        Seed("sitemap", HOME + "s.xml"),
    ]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<a href="/berita">Berita</a><a href="/profil">Profil</a>', ["listing berita"]),
        ('<a href="/kota-hari-ini/berita">Kota Hari Ini</a>', ["listing kota-hari-ini/berita"]),
        ('<a href="/category/siaran-pers/">Siaran Pers</a>', ["listing category/siaran-pers/"]),
        ('<a href="/indeks">Indeks</a><a href="/ikm">Indeks Kepuasan</a>', ["listing indeks"]),
        ('<a href="/berita">Berita</a><a href="/berita/">Semua Berita</a>', ["listing berita"]),
        ('<a href="/berita?PHPSESSID=1">Berita</a>', ["listing berita"]),
        (
            '<a href="/kliping">Kliping Berita</a><a href="/galeri">Galeri Berita Foto</a>'
            '<a href="/search?q=berita">Cari Berita</a><a href="https://b.go.id/berita">Berita</a>'
            '<a href="/berita/7">Kabar Gembira bagi Warga Kota yang Menanti</a><a href="/">Berita</a>',
            [],
        ),
    ],
)
def test_lists_by_their_names(markup: str, expected: list[str]) -> None:
    assert named(markup) == expected


def test_feeds_but_those_of_comments_and_of_one_list() -> None:
    def feed(path: str, title: str = "") -> str:
        return f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{path}">'

    comments, category = feed("/comments/feed/", "X » Umpan Komentar"), feed("/category/a/feed/")
    oembed = '<link rel="alternate" type="text/xml+oembed" href="/oembed">'
    assert named(feed("/feed/") + comments + category + oembed) == ["feed feed/"]
    assert named(category + comments) == ["feed category/a/feed/"]


def test_an_election_office_has_categories() -> None:
    menu = (
        '<a href="/index.php/blog/category/29">Berita Terkini</a><a href="/blog/category/105">Sosialisasi</a>'
        '<a href="/blog/category/96">KPU Dalam Berita</a><a href="/blog/category/135">Opini</a>'
        '<a href="/blog/read/7_berita">Berita</a>'
    )
    assert named(menu, "kpu") == ["listing index.php/blog/category/29", "listing blog/category/105"]
    assert named('<a href="/berita">BERITA</a>', "kpu") == ["listing berita"]


@pytest.mark.parametrize("kind", ["kpu", "pemkot"])
def test_a_cms_is_known_by_its_links_whoever_runs_the_site(kind: str) -> None:
    assert named("<p>", kind) == []
    story = '<a href="/index.php/blog/read/8_a">KPU Lantik 15 Anggota PPK Hari Ini</a>'
    assert named(story, kind) == ["listing index.php/blog/category/104"]
    assert told_article(links(story, "https://a.go.id/")) == "/blog/read/{id}_{slug}"
    assert told_article(links('<a href="/berita/8">x</a>', "https://a.go.id/")) is None


def test_lists_of_another_make() -> None:
    markup = (
        '<a href="/2024/05/">Mei 2024</a><a href="/category/umum/">Umum</a><a href="/author/humas/">Humas</a>'
        '<a href="/category/opini/">Opini</a><a href="/author/humas/?x=1">Humas</a><a href="/2024/05/26/rapat/">Rapat</a>'
    )
    found = found_beside(links(markup, HOME), source())
    assert [seed.url.removeprefix(HOME) for seed in found] == [
        "author/humas/",
        "category/umum/",
    ]


def test_usual_sitemaps_stand_at_the_root() -> None:
    assert usual_sitemaps("https://a.go.id/portal/")[0] == "https://a.go.id/sitemap.xml"
