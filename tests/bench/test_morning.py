"""The country that the morning is measured on, and what is computed from it."""

from __future__ import annotations

import http.client
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from bench.country import TROUBLES, Country
from bench.morning import makespan
from bench.processes import Processes


def test_each_site_has_an_address_and_a_log_of_its_own() -> None:
    with Country(120, releases=2, scale=0.001, crawl_delay=0.5) as country:
        assert len({site.base for site in country.sites}) == 120
        assert set(country.trouble.values()) == set(TROUBLES)
        well = next(site for site in country.sites if site.id not in country.trouble)
        where = urlsplit(well.base)
        asking = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
        for path in ("/robots.txt", "/"):
            asking.request("GET", path)
            answer = asking.getresponse()
            assert (answer.status, bool(answer.read())) == (200, True)
        asking.close()
        seen = [(asked.target, asked.at_once, asked.connection) for asked in well.log.entries]
        others = [site for site in country.sites if site is not well and site.log.entries]
    assert seen == [("/robots.txt", 1, 1), ("/", 1, 1)]
    assert others == []


def test_the_names_of_troubled_sites_stay_in_the_registry_and_their_rules_in_robots_txt() -> None:
    with Country(120, releases=2, scale=0.001, crawl_delay=0.5) as country:
        rules = {
            trouble: site.respond("/robots.txt", {}).body.decode()
            for site in country.sites
            if (trouble := country.trouble.get(site.id))
        }
    assert "Crawl-delay: 0.5" in rules["crawl-delay"]
    assert "Disallow: /kontak" in rules["disallow"]
    assert all(rules[name].count("User-agent") == 1 for name in ("crawl-delay", "disallow"))


@pytest.mark.parametrize(
    ("seconds", "lanes", "whole"), [([5, 1, 1, 1], 2, 5), ([1, 1, 1, 5], 2, 6), ([3], 8, 3)]
)
def test_lanes(seconds: list[float], lanes: int, whole: float) -> None:
    assert makespan(seconds, lanes) == whole


def test_memory_and_time_are_those_of_what_was_started() -> None:
    grow = (
        "import sys, time; held = b'x' * 60_000_000\nwhile time.process_time() < 0.2: pass\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    processes = Processes()
    with subprocess.Popen(
        [sys.executable, "-c", grow], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        processes.look()
    assert processes.peak("crawler") > 60_000_000
    assert processes.together > 60_000_000
    assert processes.seconds("crawler") >= 0.1
