"""Where a source is, told from what its addresses answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from scrapy.http import HtmlResponse, Response, TextResponse

from crawler.registry.source import Checked, Source
from crawler.responses.failure import FetchFailure
from crawler.site_check.site_locator import Finding, _homes, visit

BADUNG = Source(
    id="pemkot-kab-badung",
    kind="pemkot",
    publisher="Pemerintah Kabupaten Badung",
    region="51.03",
    home="https://badungkab.go.id/",
    candidates=("badung.go.id", "kabbadung.go.id"),
    timezone="Asia/Makassar",
    verified=False,
)
OURS = '<title>Pemerintah Kabupaten Badung</title><a href="/berita">Berita</a>'
GONE = FetchFailure("no-such-host", "The host name cannot be resolved.", trouble=True)
REFUSED = FetchFailure("unreachable", "The site refuses connections.", trouble=True)
FORBIDDEN = FetchFailure("http-403", "The site refuses us (HTTP 403).", blocked=True, status=403)

Web = dict[str, str | FetchFailure | tuple[int, str]]


def look(web: Web, source: Source = BADUNG, **owners: str) -> tuple[Finding, list[str]]:
    """Visits a source where `web` says what is at each address: a page, a miss, or a redirect."""
    asked: list[str] = []

    async def get(url: str) -> Response | FetchFailure:
        asked.append(url)
        found = web.get(url, GONE)
        if isinstance(found, tuple):
            return TextResponse(url, status=found[0], headers={"Location": found[1]})
        return (
            found
            if isinstance(found, FetchFailure)
            else HtmlResponse(url, body=found, encoding="utf-8")
        )

    def owner(url: str) -> str | None:
        return owners.get(url.split("/")[2].split(".")[0])

    return asyncio.run(visit(source, get, owner)), asked


def test_an_office_where_it_was_expected_takes_one_request() -> None:
    finding, asked = look({"https://badungkab.go.id/": OURS})
    assert finding == Finding("found", "https://badungkab.go.id/")
    assert asked == ["https://badungkab.go.id/"]


def test_the_candidates_are_tried_in_order_until_one_is_it() -> None:
    finding, asked = look({"https://badung.go.id/": OURS})
    assert finding == Finding("found", "https://badung.go.id/")
    assert asked == [
        "https://badungkab.go.id/",
        "https://www.badungkab.go.id/",
        "https://badung.go.id/",
    ]


@pytest.mark.parametrize("why", [REFUSED, FetchFailure("certificate", "expired"), FetchFailure("robots-unreachable", "…", cause="unreachable")])  # fmt: skip
def test_what_cannot_be_had_over_https_is_tried_over_http(why: FetchFailure) -> None:
    finding, _ = look({"https://badungkab.go.id/": why, "http://badungkab.go.id/": OURS})
    assert finding == Finding("found", "http://badungkab.go.id/")


@pytest.mark.parametrize(
    ("web", "home"),
    [
        ({"http://x.go.id/": (301, "https://x.go.id/")}, "https://x.go.id/"),
        ({"http://x.go.id/": (302, "https://x.go.id/")}, "http://x.go.id/"),
        ({"http://x.go.id/": (308, "http://www.x.go.id/"), "http://www.x.go.id/": (302, "/beranda"), "http://www.x.go.id/beranda": OURS}, "http://x.go.id/"),
        ({"http://x.go.id/": (301, "https://www.x.go.id/beranda"), "https://www.x.go.id/beranda": OURS}, "https://www.x.go.id/"),
        ({"http://x.go.id/": '<meta http-equiv="refresh" content="0; url=/id/">', "http://x.go.id/id/": OURS}, "http://x.go.id/"),
        ({"http://x.go.id/": f'<meta http-equiv="refresh" content="600">{OURS}'}, "http://x.go.id/"),
    ],
)  # fmt: skip
def test_redirects_within_a_site_lead_to_its_page(web: Web, home: str) -> None:
    source = replace(BADUNG, home="http://x.go.id/", candidates=())
    finding, _ = look({"https://x.go.id/": OURS, **web}, source)
    assert finding == Finding("found", home)


def test_a_site_that_has_moved_for_good_has_a_new_home() -> None:
    new = "https://portal.badungkab.go.id/id/"
    finding, _ = look({"https://badungkab.go.id/": (301, f"{new}?dari=lama#atas"), f"{new}?dari=lama#atas": OURS})  # fmt: skip
    assert finding == Finding("moved", new, "https://badungkab.go.id/ leads here for good")


@pytest.mark.parametrize(
    ("web", "said"),
    [
        ({"https://x.go.id/": (302, "https://baru.go.id/"), "https://baru.go.id/": OURS}, "but not for good"),
        ({"https://x.go.id/": (301, "https://slot.example/")}, "no .go.id name"),
        ({"https://x.go.id/": (301, "http://10.0.0.1/")}, "is no name"),
        ({"https://x.go.id/": (301, "mailto:humas@x.go.id")}, "not a web address"),
        ({"https://x.go.id/": (301, "https://[::1/")}, "not a web address"),
        ({"https://x.go.id/": (301, "https://prov.go.id/")}, "the home of pemkot-prov-bali"),
        ({"https://x.go.id/": (301, "https://x.go.id/a"), "https://x.go.id/a": (301, "https://x.go.id/")}, "without an end"),
        ({"https://x.go.id/": "<title>Situs Resmi Kota Denpasar</title>"}, "is about Denpasar"),
        ({"https://x.go.id/": "<title>Welcome to nginx!</title>"}, "Welcome to nginx!"),
        ({"https://x.go.id/": "\x00\x01"}, "without a title"),
        ({}, "The host name cannot be resolved"),
        ({"https://x.go.id/": FetchFailure("http-404", "The site answered HTTP 404.", status=404)}, "HTTP 404"),
    ],
)  # fmt: skip
def test_what_is_not_surely_the_office_is_unknown(web: Web, said: str) -> None:
    source = replace(BADUNG, home="https://x.go.id/", candidates=())
    finding, _ = look(web, source, prov="pemkot-prov-bali")
    assert (finding.outcome, finding.home) == ("unknown", "https://x.go.id/")
    assert said in finding.reason
    assert finding.reason.startswith("x.go.id: ")


@pytest.mark.parametrize("why", [FORBIDDEN, FetchFailure("robots", "Its robots.txt forbids it.", True), "<title>Just a moment...</title>"])  # fmt: skip
def test_a_site_that_refuses_is_blocked_unless_the_office_is_elsewhere(
    why: str | FetchFailure,
) -> None:
    web: Web = {"https://badungkab.go.id/": why}
    finding, _ = look(web)
    assert (finding.outcome, finding.home) == ("blocked", "https://badungkab.go.id/")
    assert "badung.go.id: The host name cannot be resolved" in finding.reason
    finding, _ = look({**web, "https://kabbadung.go.id/": OURS})
    assert finding == Finding("found", "https://kabbadung.go.id/")


def test_a_host_that_is_another_source_s_is_not_asked() -> None:
    finding, asked = look({}, badung="pemkot-denpasar")
    assert "badung.go.id: is the home of pemkot-denpasar" in finding.reason
    assert "https://badung.go.id/" not in asked


def test_a_reason_is_one_line_of_bounded_length() -> None:
    title = "<title>" + "Diskominfo \x07\u2028" * 500 + "</title>"
    source = replace(BADUNG, candidates=tuple(f"x{number}.go.id" for number in range(50)))
    finding, _ = look({"https://badungkab.go.id/": title}, source)
    assert finding.reason.isprintable()
    assert len(finding.reason) <= 300


def test_an_office_without_releases_is_not_verified_and_its_news_host_is_tried() -> None:
    bare = "<title>Pemerintah Kabupaten Badung</title><p>Selamat datang."
    finding, _ = look({"https://badungkab.go.id/": bare})
    assert finding.outcome == "unknown"
    assert "leads to releases" in finding.reason
    assert "berita." not in finding.reason, "a guessed name that does not exist is no news"
    web: Web = {"https://badungkab.go.id/": bare, "https://mediacenter.badungkab.go.id/": OURS}
    assert look(web)[0] == Finding("found", "https://mediacenter.badungkab.go.id/")


def test_an_office_is_asked_for_three_pages_and_for_others_another_day() -> None:
    hosts = [f"h{number}.go.id" for number in range(6)]
    source = replace(BADUNG, home=f"https://{hosts[0]}/", candidates=tuple(hosts[1:]))
    web: Web = {f"https://{host}/": FORBIDDEN for host in hosts}
    answered = [url for url in look(web, source)[1] if url in web]
    assert answered == [f"https://{host}/" for host in hosts[:3]]
    again = replace(source, checked=Checked(on=date(2026, 11, 1), outcome="unknown"))
    first = {next(visit_order(again, day)) for day in range(5)}
    assert first == {f"https://{host}/" for host in hosts[1:]}


def visit_order(source: Source, day: int) -> Iterator[str]:
    homes = _homes(source, day)
    next(homes)
    return homes
