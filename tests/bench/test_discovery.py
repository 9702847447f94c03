"""What the discovery bench calls found, junk, misread, changed and polite."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

import pytest
from rich.console import Console

from bench.discovery import Changes, Found, Measured, change, changed, differing, found, note, reads
from bench.discovery_tables import changes_table, first_table
from bench.politeness import Finding, politeness_table, shortest_pause
from demo.releases import DemoRelease
from tests.web import Web, WebSite
from tests.web.log import Asked


def record(site: WebSite, release: DemoRelease, **other: Any) -> dict[str, Any]:
    """As an export has a release that was read rightly."""
    return {
        "source": site.id,
        "url": site.url(release),
        "title": release.title,
        "dateline": release.dateline,
        "body": release.body,
        "byline": release.byline,
        "sha256": release.text,
        "version": 1,
        "gone_at": None,
        "last_seen_at": "2026-11-24T00:00:00Z",
        **other,
    }


def archive(site: WebSite) -> dict[str, dict[str, Any]]:
    return {site.url(release): record(site, release) for release in site.releases}


def test_a_release_is_missing_misread_or_junk() -> None:
    with Web(["medan"], count=20) as web:
        site = web["medan"]
        records = archive(site)
        first, second, *_ = records
        del records[first]
        records[second]["byline"] = None
        junk = site.base + "/galeri-foto/x"
        records[junk] = records[second] | {"url": junk}
        records["http://other"] = records[second] | {"source": "other"}
        assert found(site, records) == Found(20, [first], [junk], [second], 0)


def test_a_machine_translation_is_neither_junk_nor_missing() -> None:
    with Web(["wordpress"], count=20) as web:
        site = web["wordpress"]
        twin = sorted(site.optional)[0]
        records = archive(site) | {twin: record(site, site.releases[0], url=twin)}
        assert (found(site, records).missing, found(site, records).junk) == ([], [])


def test_typographers_signs_are_read_as_the_desk_typed_them() -> None:
    with Web(["medan"], count=20) as web:
        site = web["medan"]
        quoted = next(release for release in site.releases if '"' in release.text)
        assert reads(record(site, quoted, body=quoted.body.replace('"', "”")), quoted)
        assert not reads(record(site, quoted, body=quoted.body.replace("a", "e", 1)), quoted)


def test_only_when_it_was_seen_last_is_no_change() -> None:
    before = {"a": {"seq": 1, "last_seen_at": "1"}, "b": {"seq": 2, "last_seen_at": "1"}}
    after = {"a": {"seq": 1, "last_seen_at": "2"}, "b": {"seq": 3, "last_seen_at": "2"}}
    assert changed(before, after) == ["b"]
    assert sorted(changed(before, after | {"c": {}})) == ["b", "c"]


def test_changes_are_counted_and_what_else_changed_is_named() -> None:
    with Web(["medan"], count=25) as web:
        site = web["medan"]
        before = archive(site)
        noted = Changes()
        edited, gone, new = change(site, noted)
        touched = (edited, {site.url(release) for release in gone}, new)
        assert (len(edited), len(gone), len(new), noted.shown) == (5, 2, 3, 1)
        after = {url: kept | {"gone_at": None} for url, kept in before.items()}
        note(site, noted, before, after, touched)
        seen = {url: record(site, site.truth[url], version=2) for url in edited}
        fresh = {url: record(site, site.truth[url]) for url in new}
        withdrawn = {url: before[url] | {"gone_at": "now"} for url in touched[1]}
        harmed = next(url for url in before if url not in edited | touched[1])
        wrong = {harmed: before[harmed] | {"version": 2}}
        note(site, noted, before, before | seen | fresh | withdrawn | wrong, touched)
        assert (noted.new, noted.edited, noted.gone) == ([0, 3], [0, 5], [0, 2])
        assert noted.others == [harmed]


def test_archives_differ_by_what_stands_now_and_by_what_never_stood() -> None:
    without = {"a": {"sha256": "1"}, "b": {"sha256": "2"}, "withdrawn": {"sha256": "3"}}
    same = {"a": {"sha256": "1"}, "b": {"sha256": "2"}}
    assert differing(without, same, {"a", "b"}) == 0
    assert differing(without, {"a": {"sha256": "other"}, "junk": {"sha256": "4"}}, {"a", "b"}) == 3


def asked(*moments: float) -> list[Asked]:
    """robots.txt, then pages."""
    told: dict[str, Any] = {"method": "GET", "headers": {}, "connection": 1, "fault": None}
    return [
        Asked(arrived=m, ended=m + 0.01, at_once=1, status=200, target=target, **told)
        for m, target in zip(moments, chain(["/robots.txt"], repeat("/")), strict=False)
    ]


@pytest.mark.parametrize(
    ("moments", "kept"), [((0, 0.1, 0.3, 0.5), True), ((0, 0.2, 0.21), False), ((0,), True)]
)
def test_the_shortest_pause_counts_once_robots_txt_is_read(
    moments: Sequence[float], kept: bool
) -> None:
    assert shortest_pause(asked(*moments), 0.2)[1] is kept


def test_tables_fit_80_columns_and_show_in_red_what_misses_its_target() -> None:
    good = Measured(
        Found(120, requests=140),
        again_requests=4,
        changes=Changes(1, [3, 3, 3], [1, 5, 5], [0, 0, 2], [], [4, 130, 130]),
        returned=2,
        faults=[0, 0],
    )
    bad = Measured(
        Found(120, ["a"], ["b"], ["c"], 300),
        ["d"],
        150,
        Changes(1, [2, 3, 3], [0, 5, 5], [0, 0, 0], ["e"], [4, 130, 130]),
        after_down={"f"},
        faults=[3, 1],
    )
    for measured, red in ((good, False), (bad, True)):
        sites = {"pemkot-of-a-city-with-a-long-name": measured}
        findings = [Finding("Disallow", "medan", "3 asked for", kept=not red)]
        tables = (first_table(sites), changes_table(sites), politeness_table(findings))
        printed = io.StringIO()
        console = Console(file=printed, width=80, force_terminal=True)
        for table in tables:
            console.print(table)
        assert ("\x1b[31m" in printed.getvalue()) is red
        plain = io.StringIO()
        for table in tables:
            Console(file=plain, width=80).print(table)
        assert all(len(line) <= 80 for line in plain.getvalue().splitlines())
        assert "…" not in plain.getvalue()
