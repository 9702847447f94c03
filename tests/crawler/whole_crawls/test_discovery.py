"""Crawls of sites of every shape, from their home pages alone: all found, nothing invented, and cheap.

`python -m bench discovery` measures the same on 120 releases a site, faults and politeness too.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bench.crawls import Desk
from bench.discovery import Measured, Measurement
from tests.web import Web
from tests.web.ground import names

COUNT = 16
SHAPES, TRAPS = names("shape"), names("trap")
Sites = dict[str, Measured]


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Every site after its crawls, by name: one run of the real commands for the whole module."""
    with Web(count=COUNT) as web:
        measured: Sites = {}
        for group in (SHAPES, TRAPS):
            measurement = Measurement(
                [web[name] for name in group],
                tmp_path_factory.mktemp("crawls"),
                Console(file=StringIO()),
            )
            measurement.first_and_second()
            if group is SHAPES:
                measurement.changes()
            measured |= {name: measurement.sites[web[name].id] for name in group}
        assert web.foreign.log.targets == []
        yield measured


pytestmark = pytest.mark.soak
every_site = pytest.mark.parametrize("name", SHAPES + TRAPS)
every_shape = pytest.mark.parametrize("name", SHAPES)


@every_site
def test_every_release_is_found_and_nothing_else(sites: Sites, name: str) -> None:
    first = sites[name].first
    assert (first.missing, first.junk) == ([], [])


@every_site
def test_each_is_read_as_printed(sites: Sites, name: str) -> None:
    assert sites[name].first.misread == []


@every_site
def test_a_first_crawl_asks_little_more_than_once_a_release(sites: Sites, name: str) -> None:
    assert sites[name].first.requests <= 1.15 * COUNT + 20


@every_site
def test_a_second_crawl_asks_for_the_entrances_only_and_changes_nothing(
    sites: Sites, name: str
) -> None:
    assert sites[name].again == []
    # On so small a site robots.txt, home page and list weigh more than they do on 120 releases; one
    # that has seven lists and none of all is asked for each, and for its home page.
    assert sites[name].again_requests <= 10


def test_second_crawls_ask_little_in_sum(sites: Sites) -> None:
    again = sum(site.again_requests for site in sites.values())
    assert again <= 3 * len(sites)


@every_shape
def test_new_releases_are_seen_at_once_and_edits_where_they_show(sites: Sites, name: str) -> None:
    changes = sites[name].changes
    assert changes.new == [3, 3, 3]
    assert changes.edited[0] >= changes.shown
    assert changes.edited[1:] == [5, 5]


@every_shape
def test_a_withdrawal_is_confirmed_by_a_second_look_and_undone_by_a_return(
    sites: Sites, name: str
) -> None:
    assert sites[name].changes.gone[0] == 0
    assert sites[name].changes.gone[-1] == 2
    assert sites[name].returned == 2


@every_shape
def test_what_nobody_touched_stays_as_it_was(sites: Sites, name: str) -> None:
    assert sites[name].changes.others == []


def test_a_site_that_shows_nothing_without_javascript_is_told_so(tmp_path: Path) -> None:
    with Web(names("closed"), count=COUNT) as web:
        desk = Desk(tmp_path, [site.entry for site in web])
        run = desk.crawl()
    assert run.exit_code == 1
    assert "needs-javascript" in run.output
    assert desk.export() == {}
