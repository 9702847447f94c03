"""What a site prints on every page is learned from its pages and taken off each of them."""

from crawler.extraction.site_template import learn_template
from crawler.items import Page, SiteTemplate
from tests.crawler.extraction.sample_pages import (
    TEXT,
    as_published,
    page,
    paragraphs,
    release,
    source,
    words,
)

SLOGAN = "Tanjung Baru kota yang ramah, bersih dan sejahtera untuk semua warganya tanpa kecuali."
PLACES = ("Melati", "Kenanga", "Mawar", "Cempaka", "Dahlia")


def story(place: str, count: int) -> list[str]:
    """A series: one template, only the kelurahan and the numbers differ."""
    return [
        f"TANJUNG BARU - Sebanyak {count} petugas dilantik di Kelurahan {place} pada pagi hari.",
        f"Lurah {place} meminta petugas bekerja jujur dan menjaga kesehatan selama bertugas.",
        "(kominfo/rtw)",
    ]


def html(texts: list[str], title: str) -> str:
    return (
        f"<html><title>{title}</title><body><div><h1>{title}</h1>{paragraphs(texts)}"
        f"<p>{SLOGAN}</p></div></body></html>"
    )


def pages(stories: list[list[str]]) -> list[Page]:
    return [page(html(texts, f"Pelantikan petugas ke-{n}")) for n, texts in enumerate(stories)]


SERIES = [story(place, 7 + number) for number, place in enumerate(PLACES)]


def test_the_slogan_under_every_release_is_the_sites() -> None:
    template = learn_template(pages(SERIES), source())
    assert SLOGAN in template.blocks
    found = release(html(SERIES[0], "Pelantikan petugas ke-1"), template=template)
    assert as_published(found) == words(*SERIES[0])
    assert found.byline == "(kominfo/rtw)"


def test_a_byline_on_every_page_stays_a_byline() -> None:
    assert "(kominfo/rtw)" not in learn_template(pages(SERIES), source()).blocks


def test_two_releases_teach_nothing() -> None:
    assert learn_template(pages(SERIES[:2]), source()) == SiteTemplate()


def test_one_release_posted_many_times_is_no_part_of_the_site() -> None:
    posted = [SERIES[0]] * 4 + SERIES[1:3]
    assert learn_template(pages(posted), source()).blocks.isdisjoint(SERIES[0])


def test_what_repeats_amid_the_text_is_kept() -> None:
    template = SiteTemplate(blocks=frozenset({TEXT[2], SLOGAN}))
    found = release(html(list(TEXT), "Gudang logistik disiapkan kota"), template=template)
    assert as_published(found) == words(*TEXT)


def test_bare_initials_are_learned_when_a_site_signs_so_repeatedly() -> None:
    stories = [[*texts[:1], f"{texts[1]} wsw"] for texts in SERIES]
    template = learn_template(pages(stories), source())
    assert template.signatures == frozenset({"wsw"})
    found = release(html(stories[0], "Pelantikan petugas ke-1"), template=template)
    assert found.byline == "wsw"
    assert as_published(found) == words(*stories[0])


def test_pages_without_a_release_do_not_matter() -> None:
    assert learn_template([page(b"%PDF-1.7"), page(b"")] * 3, source()) == SiteTemplate()
