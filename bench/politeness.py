"""Checks the rules of politeness by the servers' logs, with delays scaled down."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import dropwhile, pairwise
from pathlib import Path

from rich.table import Table

from bench.crawls import Desk
from bench.tables import plain_table
from tests.web import Web, WebSite
from tests.web.faults import Faults
from tests.web.log import Asked

DELAY = 0.2
"""Seconds, in place of settings.py's three; jitter only adds to it."""
_CRAWL_DELAY = 0.6
_RETRY_AFTER = 1.0
_SLACK = 0.02
"""Seconds by which a server's clock may see a pause shorter than it was."""
CONTACT = "mailto:arsip@example.org"
_CLOSED = ("/galeri-foto", "/profil", "/kontak")


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule, on one site."""

    rule: str
    site: str
    seen: str
    kept: bool


def measure(folder: Path) -> list[Finding]:
    """Crawls a few small sites politely, each with a rule to keep."""
    with Web(_RULES, count=12) as web:
        _prepare(web)
        shutil.rmtree(folder / "politeness", ignore_errors=True)
        desk = Desk(folder / "politeness", [site.entry for site in web])
        # Everything else stays as in settings.py, AutoThrottle and one connection a host included.
        settings = {"DOWNLOAD_DELAY": str(DELAY), "AUTOTHROTTLE_START_DELAY": str(DELAY)}
        desk.crawl(settings=settings, contact=CONTACT)
        findings = [finding for site in web for finding in _always(site)]
        findings += [_RULES[name](web[name]) for name in web.names]
    return findings


def _prepare(web: Web) -> None:
    web["surabaya"].robots = f"User-agent: *\nCrawl-delay: {_CRAWL_DELAY}\n"
    web["medan"].robots = "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in _CLOSED)
    web["bandung"].server.faults = Faults(seed=4, one_in=4, kinds=("503",))
    web["semarang"].robots_status = 503
    web["samarinda"].robots_status = 404


def _always(site: WebSite) -> list[Finding]:
    """What holds on every site."""
    asked = site.log.entries
    at_once = max((entry.at_once for entry in asked), default=0)
    agents = {entry.headers.get("user-agent", "") for entry in asked}
    return [
        Finding("one request at a time", site.id, f"{at_once} at once", at_once == 1),
        Finding("contact in the User-Agent", site.id, *_one_with_contact(agents)),
        Finding("delay kept", site.id, *shortest_pause(asked, DELAY)),
        Finding("robots.txt first", site.id, asked[0].target, asked[0].target == "/robots.txt"),
    ]


def _one_with_contact(agents: set[str]) -> tuple[str, bool]:
    return " | ".join(sorted(agents)), all(CONTACT in agent for agent in agents)


def shortest_pause(asked: Sequence[Asked], pause: float, slack: float = _SLACK) -> tuple[str, bool]:
    """The shortest pause between arrivals, once robots.txt is read; whether it is long enough."""
    after = dropwhile(lambda entry: entry.target == "/robots.txt", asked)
    pauses = [b.arrived - a.arrived for a, b in pairwise(after)]
    shortest = min(pauses, default=pause)
    return f"{shortest:.2f} s at least, of {len(pauses)}", shortest >= pause - slack


def _crawl_delay(site: WebSite) -> Finding:
    asked = site.log.entries
    return Finding(f"Crawl-delay: {_CRAWL_DELAY}", site.id, *shortest_pause(asked, _CRAWL_DELAY))


def _disallow(site: WebSite) -> Finding:
    asked = [entry.target for entry in site.log.entries if entry.target.startswith(_CLOSED)]
    return Finding("Disallow", site.id, f"{len(asked)} asked for", not asked)


def _retry_after(site: WebSite) -> Finding:
    """After a 503 with Retry-After nothing is asked of the host until then."""
    asked = site.log.entries
    pauses = [b.arrived - a.ended for a, b in pairwise(asked) if a.status == 503]
    shortest = min(pauses, default=0.0)
    seen = f"{shortest:.2f} s at least, after {len(pauses)} times 503"
    return Finding(
        "Retry-After: 1", site.id, seen, bool(pauses) and shortest >= _RETRY_AFTER - _SLACK
    )


def _robots_failing(site: WebSite) -> Finding:
    """RFC 9309, 2.3.1.4: a robots.txt answered with 5xx closes the whole site."""
    others = [entry.target for entry in site.log.entries if entry.target != "/robots.txt"]
    return Finding("robots.txt answers 503", site.id, f"{len(others)} other requests", not others)


def _robots_missing(site: WebSite) -> Finding:
    """RFC 9309, 2.3.1.3: one that does not exist opens it."""
    others = [entry for entry in site.log.entries if entry.target != "/robots.txt"]
    return Finding("robots.txt answers 404", site.id, f"{len(others)} other requests", bool(others))


_RULES: dict[str, Callable[[WebSite], Finding]] = {
    "surabaya": _crawl_delay,
    "medan": _disallow,
    "bandung": _retry_after,
    "semarang": _robots_failing,
    "samarinda": _robots_missing,
}


def politeness_table(findings: Sequence[Finding]) -> Table:
    """A row a rule: the worst site, or all that broke it."""
    table = plain_table("Politeness, by the servers' logs")
    for heading in ("rule", "site", "seen"):
        table.add_column(heading, overflow="fold")
    table.add_column("kept")
    for rule in dict.fromkeys(finding.rule for finding in findings):
        own = [finding for finding in findings if finding.rule == rule]
        for finding in [f for f in own if not f.kept] or own[:1]:
            kept = "yes" if finding.kept else "[red]no[/]"
            table.add_row(rule, finding.site, finding.seen, kept)
    return table
