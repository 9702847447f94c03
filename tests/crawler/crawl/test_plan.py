"""What a crawl decides from what is known and what its lists name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from archive.ingest.frontier import KnownAddress
from crawler.crawl.plan import CrawlPlan, Named
from crawler.items import Hint

NOW = datetime(2024, 11, 1, 3, tzinfo=UTC)
BEFORE = NOW - timedelta(days=1)
LIST, FEED, REST, SITEMAP = "/berita", "/feed", "/wp-json", "/sitemap.xml"


def known(url: str, what: str = "release", **changed: Any) -> KnownAddress:
    fields: dict[str, Any] = dict.fromkeys(KnownAddress.__dataclass_fields__)
    fields |= {"url": url, "what": what, "found_by": "listing", "found_at": BEFORE, "shown": {}}
    if what == "release":
        fields |= {"asked_at": BEFORE, "outcome": "release", "release": f"x:{url}"}
    return KnownAddress(**fields | changed)


def plan(*rows: KnownAddress, deep: bool = False) -> CrawlPlan:
    return CrawlPlan(
        known={row.url: row for row in rows},
        aliases={"/second": "/a"},
        home="https://x.example/",
        now=NOW,
        deep=deep,
    )


WALKED = known(LIST, "listing", walked_at=BEFORE, regular=True, outcome="walked")


def test_all_is_walked_until_that_has_been_done_once() -> None:
    assert plan().full
    assert plan(known(LIST, "listing")).full, "a walk was cut short"
    assert not plan(WALKED).full
    assert plan(WALKED, deep=True).full


def test_a_way_that_leads_nowhere_does_not_make_every_crawl_a_full_one() -> None:
    assert not plan(WALKED, known(REST, "rest", outcome="no-way: http-404")).full
    assert plan(WALKED, known(REST, "rest", outcome="timeout")).full


def test_new_ones_come_first_and_known_ones_when_they_are_due() -> None:
    today = plan(
        WALKED,
        known("/a", due_at=NOW - timedelta(minutes=1)),
        known("/b", due_at=NOW + timedelta(days=1)),
        known("/c", due_at=None),
        known("/d", asked_at=None, outcome=None),
        known("/e", due_at=BEFORE, outcome="alias", release=None),
    )
    today.name(LIST, "listing", [Named(url="/new"), Named(url="/b")])
    assert list(today.to_fetch()) == ["/new", "/a", "/d"]


def test_a_deep_crawl_looks_at_everything() -> None:
    today = plan(
        WALKED, known("/a"), known("/b"), known("/e", outcome="alias", release=None), deep=True
    )
    assert list(today.to_fetch()) == ["/a", "/b"]


def test_the_address_that_a_release_has_left_is_its_own_again_if_it_is_back() -> None:
    left = known("/second", outcome="alias")
    assert list(plan(WALKED, left).to_fetch()) == []
    today = plan(WALKED, left, deep=True)
    assert list(today.to_fetch()) == ["/second"]
    assert (today.address("/second"), plan(WALKED).address("/second")) == ("/second", "/a")


def test_what_a_list_shows_otherwise_is_looked_at() -> None:
    today = plan(WALKED, known("/a", shown={LIST: "one"}), known("/b", shown={LIST: "one"}))
    today.name(LIST, "listing", [Named(url="/a", shown="two"), Named(url="/b", shown="one")])
    assert list(today.to_fetch()) == ["/a"]


def test_a_list_that_names_a_release_for_the_first_time_shows_no_edit() -> None:
    today = plan(WALKED, known("/a", shown={FEED: "one"}))
    told = today.name(LIST, "listing", [Named(url="/a", shown="two")])
    assert [one.shown for one in told] == [{LIST: "two"}]
    assert list(today.to_fetch()) == []


def test_what_a_broken_off_walk_found_counts_as_news() -> None:
    """Behind it may stand more that no crawl has seen."""
    today = plan(WALKED, known("/a"), known("/b", found_at=NOW - timedelta(hours=1)))
    assert not today.brings_news({"/a"}, BEFORE)
    assert today.brings_news({"/a", "/b"}, BEFORE)
    assert today.brings_news({"/a", "/new"}, BEFORE)


def test_the_most_exact_witness_is_believed() -> None:
    rest = Hint(evidence="rest", title="Judul", published="2024-11-01T10:00:00+08:00")
    listed = Hint(evidence="listing", title="Judul …")
    today = plan(WALKED)
    today.name(LIST, "listing", [Named(url="/a", hint=listed)])
    today.name(REST, "rest", [Named(url="/a", hint=rest)])
    today.name(LIST, "listing", [Named(url="/a", hint=listed)])
    assert today.hint("/a") == rest


def test_a_hint_of_an_earlier_crawl_is_kept() -> None:
    hint = {"evidence": "feed", "title": "Judul", "published": None}
    assert plan(known("/a", hint=hint)).hint("/a") == Hint(evidence="feed", title="Judul")


def regular(**named: set[str]) -> set[str]:
    kinds = {LIST: "listing", FEED: "feed", REST: "rest", SITEMAP: "sitemap", "/opini": "listing"}
    places = {"list": LIST, "feed": FEED, "rest": REST, "sitemap": SITEMAP, "other": "/opini"}
    today = plan()
    for word, urls in named.items():
        today.name(places[word], kinds[places[word]], [Named(url=url) for url in urls])
    return today.regular({places[word]: kinds[places[word]] for word in named})


def test_an_ordinary_day_asks_few_ways() -> None:
    every = {f"/{n}" for n in range(100)}
    newest = {f"/{n}" for n in range(10)}
    assert regular(list=every, feed=newest, sitemap=every) == {LIST, FEED}
    assert regular(list=every, feed=newest, rest=every, sitemap=every) == {LIST, REST}
    assert regular(sitemap=every) == {SITEMAP}


def test_a_list_that_alone_names_releases_is_asked_too() -> None:
    every = {f"/{n}" for n in range(100)}
    assert regular(list=every, other={f"/o{n}" for n in range(9)}) == {LIST, "/opini"}
    assert regular(list=every, other={"/o1"}) == {LIST}
    assert regular(list=every, sitemap=every | {"/old"}) == {LIST}


def test_one_release_has_one_address() -> None:
    today = plan(WALKED, known("https://x.example/berita/satu"))
    assert today.address("/second") == "/a"
    assert today.address("https://x.example/Berita/Satu/") == "https://x.example/berita/satu"
    assert today.address("https://x.example/Dua") == "https://x.example/Dua"
    assert today.address("https://x.example/dua") == "https://x.example/Dua", "as spelled first"


def test_a_release_is_asked_for_as_it_was_linked_and_under_its_own_address_beside() -> None:
    today = plan(WALKED, known("/b", requested="/index.php/b"), known("/c"))
    told = today.name(LIST, "listing", [Named(url="/a", linked="/index.php/a"), Named(url="/b")])
    assert today.addresses("/a") == ["/index.php/a", "/a"]
    assert [one.requested for one in told] == ["/index.php/a"]
    assert today.addresses("/b") == ["/index.php/b", "/b"], "it answered last"
    assert today.addresses("/c") == ["/c"]


def test_of_several_spellings_the_plainest_is_asked_for() -> None:
    today = plan(WALKED)
    for linked in ("/a?ref=x", "/a", "/a?print=1"):
        today.name(LIST, "listing", [Named(url="/a", linked=linked)])
    assert today.addresses("/a") == ["/a"]


def test_what_only_web_archives_know_is_fetched_once_a_page_links_it() -> None:
    archived = known("/old", found_by="web-archive", asked_at=None, outcome=None, crawled=False)
    assert list(plan(archived, deep=True).to_fetch()) == []
    linked = plan(archived, WALKED)
    linked.name(LIST, "listing", [Named(url="/old")])
    assert list(linked.to_fetch()) == ["/old"]
    assert linked.brings_news(["/old"], NOW)
    assert list(linked.releases(except_for=set())) == []


def test_the_home_page_is_asked_where_no_list_names_nearly_all() -> None:
    today = plan()
    kinds = {"/": "home", "/a": "listing", "/b": "listing"}
    for visit, numbers in (("/a", range(10)), ("/b", range(10, 20)), ("/", range(0, 20, 8))):
        today.name(visit, kinds[visit], [Named(url=f"/{number}") for number in numbers])
    assert today.regular(kinds) == {"/", "/a", "/b"}
    today.name("/a", "listing", [Named(url=f"/{number}") for number in range(10, 19)])
    assert today.regular(kinds) == {"/a", "/b"}
