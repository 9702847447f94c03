"""What a crawl's counts amount to."""

from collections import Counter

import pytest

from crawler.crawl.shortfall import Shortfall
from crawler.crawl.stats import CrawlStats, judge


@pytest.mark.parametrize(
    ("stats", "outcome", "said"),
    [
        (CrawlStats(seeds_asked=1, named=3, found=3, new=3), "ok", ""),
        (CrawlStats(seeds_asked=1, named=3, found=3, seen=3), "ok", ""),
        (
            CrawlStats(seeds_asked=1, named=3, found=3, seen=2, rejected=Counter({"gallery": 1})),
            "ok",
            "",
        ),
        (
            CrawlStats(seeds_asked=1, named=9, found=9, new=2, rejected=Counter({"no-text": 7})),
            "partial",
            "7 of 9 pages were not releases: 7 × no-text.",
        ),
        (CrawlStats(seeds_asked=1, named=9), "ok", ""),
        (CrawlStats(seeds_asked=1, unchanged_lists=1), "ok", ""),
        (
            CrawlStats(seeds_asked=2, named=3, found=3, new=3, seed_failures=["feed: HTTP 500."]),
            "partial",
            "feed: HTTP 500.",
        ),
        (
            CrawlStats(seeds_asked=1, named=3, found=3, new=2, failures=Counter({"http-404": 1})),
            "partial",
            "1 of 3 releases could not be fetched: 1 × http-404.",
        ),
        (
            CrawlStats(seeds_asked=1, named=3, found=3, new=3, limits=["x has over 2 pages."]),
            "partial",
            "2 pages",
        ),
        (CrawlStats(seeds_asked=1), "silent", "no link"),
        (
            CrawlStats(seeds_asked=1, elsewhere=["https://berita.rantaubaru.go.id/"]),
            "silent",
            'add `listing = "https://berita.rantaubaru.go.id/"`',
        ),
        (CrawlStats(seeds_asked=1, needs_javascript=True), "needs-javascript", "Declare a feed"),
        (
            CrawlStats(seeds_asked=1, named=4, found=4, rejected=Counter({"no-title": 4})),
            "silent",
            "4 pages fetched, none was a release: 4 × no-title.",
        ),
        (CrawlStats(seeds_asked=1, seed_failures=["x: HTTP 500."]), "failed", "HTTP 500"),
        (CrawlStats(seeds_asked=1, seed_failures=["x: refused"], blocked=1), "blocked", "refused"),
        (
            CrawlStats(seeds_asked=1, named=2, found=2, failures=Counter({"timeout": 2})),
            "failed",
            "None of 2",
        ),
        (
            CrawlStats(
                seeds_asked=1, named=2, found=2, failures=Counter({"http-403": 2}), blocked=2
            ),
            "blocked",
            "None of 2",
        ),
        (
            CrawlStats(seeds_asked=1, named=3, found=3, new=3, errors=["a fault"]),
            "failed",
            "a fault",
        ),
    ],
)
def test_verdict(stats: CrawlStats, outcome: str, said: str) -> None:
    verdict = judge(stats, finished=True, first=True)
    assert verdict.outcome == outcome
    assert said in verdict.reason
    assert verdict.healthy == (outcome in ("ok", "partial"))


def test_a_crawl_that_was_ended_is_not_healthy() -> None:
    assert (
        judge(
            CrawlStats(seeds_asked=1, named=3, found=3, new=3), finished=False, first=True
        ).outcome
        == "stopped"
    )


@pytest.mark.parametrize(("looks", "outcome"), [(1, "partial"), (9, "failed")])
def test_a_known_source_is_judged_by_more_than_one_look(looks: int, outcome: str) -> None:
    stats = CrawlStats(seeds_asked=1, named=20, found=looks, failures=Counter({"timeout": looks}))
    assert judge(stats, finished=True, first=False).outcome == outcome


def test_too_much_that_was_not_obtained_is_named_and_not_healthy() -> None:
    stats = CrawlStats(seeds_asked=1, named=24, found=24, new=12, rejected=Counter({"listing": 12}))
    stats.shortfall = Shortfall(24, Counter({"listing": 12}))
    verdict = judge(stats, finished=True, first=True)
    assert (verdict.outcome, verdict.healthy) == ("partial", False)
    assert verdict.reason == (
        "12 of 24 linked releases were refused, could not be fetched or are doubtful: 12 × listing."
    )
