"""Strangers' pages by the thousand take little of a crawl."""

from __future__ import annotations

from itertools import product

from crawler.crawl.injected_pages import InjectedPages

HOME = "https://www.rantaubaru.go.id"


def asked(strangers: InjectedPages, urls: list[str], outcome: str) -> int:
    """How many of these addresses are asked for, if each turns out to be that."""
    count = 0
    for url in strangers.without_more(urls):
        strangers.note(url, outcome)
        count += 1
    return count


def test_a_sample_of_one_make_is_enough() -> None:
    strangers = InjectedPages([])
    assert asked(strangers, [f"{HOME}/xq/{n}" for n in range(5_000)], "hijacked") == 20
    (sentence,) = strangers.sentences()
    assert sentence.startswith(f"4,980 addresses like {HOME}/xq/20 were left for the next crawl")


def test_releases_of_the_same_make_are_asked_for() -> None:
    strangers = InjectedPages(f"{HOME}/berita/{n}" for n in range(40))
    assert asked(strangers, [f"{HOME}/berita/x{n}" for n in range(60)], "hijacked") == 60
    assert asked(strangers, [f"{HOME}/berita/y{n}" for n in range(60)], "release") == 60


def test_what_speaks_of_gambling_is_a_make_of_its_own() -> None:
    strangers = InjectedPages(f"{HOME}/pasar-{n}/" for n in range(40))
    spam = [f"{HOME}/situs-slot-gacor-maxwin-{n}/" for n in range(500)]
    assert asked(strangers, spam, "hijacked") == 20
    assert (
        asked(strangers, [f"{HOME}/wali-kota-buka-pasar-{n}/" for n in range(60)], "release") == 60
    )
    against = [f"{HOME}/polisi-tangkap-bandar-slot-gacor-{n}/" for n in range(30)]
    assert asked(strangers, against, "release") == 30


def test_folders_of_their_own_do_not_multiply_the_sample() -> None:
    strangers = InjectedPages([])
    suspects = [f"{HOME}/d{chr(97 + n % 26)}{n}x/slot-gacor-{n}/" for n in range(3_000)]
    assert asked(strangers, suspects, "hijacked") == 20
    folders = ["".join(name) for name in product("qxz", repeat=5)]
    silent = [f"{HOME}/{folder}/{n}" for folder in folders for n in range(9)]
    assert asked(strangers, silent, "hijacked") < len(silent) / 2
    assert len(list(strangers.sentences())) == 4


def test_those_that_speak_of_goods_come_last() -> None:
    urls = [f"{HOME}/situs-slot-gacor-1/", f"{HOME}/berita/1", f"{HOME}/berita/2"]
    assert list(InjectedPages([]).without_more(urls)) == [urls[1], urls[2], urls[0]]
