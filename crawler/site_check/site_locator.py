"""Locates one source's site, with a few requests to each host it may have."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

from scrapy.http import Response, TextResponse
from scrapy.utils.response import get_meta_refresh

from crawler.discovery.seed_page import read_home
from crawler.markup.html import TooLarge
from crawler.regions import region
from crawler.registry.office_entries import naming
from crawler.registry.source import Source
from crawler.responses.failure import FetchFailure, header, refusal
from crawler.site_check.page_identity import read, stranger
from crawler.url_policy import is_web_url

HOPS = 3
"""Redirects that are followed from one URL."""
ANSWERS = 3
"""Responses per office in one check. Names that do not exist, and refused connections, do not
count, since they cost the servers nothing."""
_LONGEST = 300
"""Maximum length of a reason, which is one line in the registry."""
_NOT_SECURE = frozenset({"unreachable", "certificate"})
"""Failures that may concern https alone."""

Get = Callable[[str], Awaitable[Response | FetchFailure]]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result for one source."""

    outcome: str
    """`found`, `moved`, `blocked` or `unknown`."""
    home: str
    """The URL of its site; the expected one unless found or moved."""
    reason: str = ""
    """The reason, a sentence for people; empty if found."""

    @property
    def here(self) -> bool:
        """Whether the office is at `home`."""
        return self.outcome in ("found", "moved")


@dataclass(frozen=True, slots=True)
class _Door:
    """A URL where a site may be, and the URL it redirects to."""

    url: str
    permanent: bool = True
    """Whether every redirect on the way is permanent."""


async def visit(source: Source, get: Get, owner: Callable[[str], str | None]) -> Finding:
    """Requests the source's home, then its candidates, until the office is found. `get` requests
    politely; `owner` returns the other source that a host belongs to. What is not reached within
    ANSWERS comes first in a later check."""
    seen: list[Finding] = []
    asked = 0

    async def get_few(url: str) -> Response | FetchFailure:
        nonlocal asked
        if asked >= ANSWERS:
            return FetchFailure("not-asked", f"not asked, after {ANSWERS} answers.")
        answer = await get(url)
        asked += isinstance(answer, Response) or answer.status is not None
        return answer

    declared = 1 + len(source.candidates)
    for number, home in enumerate(_homes(source, datetime.now(UTC).toordinal())):
        before = asked
        if other := owner(home):
            finding = Finding("unknown", home, f"is the home of {other}")
        else:
            finding = await _at(home, source, get_few, owner)
        if finding.here:
            return finding
        if number < declared or asked > before:  # not worth reporting of a guessed name
            seen.append(finding)
    worst = next((each for each in seen if each.outcome == "blocked"), seen[0])
    sentence = "; ".join(f"{_host(each.home)}: {each.reason}" for each in seen)
    return Finding(worst.outcome, source.home, _shortened(sentence))


def _homes(source: Source, day: int) -> Iterator[str]:
    """Its home, then its candidates, beginning with another one in each later check, then the
    hosts on which governments often have their news (`naming.toml`)."""
    yield source.home
    is_again = source.checked.on is not None and source.candidates
    first = day % len(source.candidates) if is_again else 0
    for host in (*source.candidates[first:], *source.candidates[:first]):
        yield f"https://{host}/"
    if not _is_address(source.home):
        bare = _bare(source.home)
        for name in naming()["news"].get(source.kind, ()):
            if not bare.startswith(f"{name}."):
                yield f"https://{name}.{bare}/"


async def _at(home: str, source: Source, get: Get, owner: Callable[[str], str | None]) -> Finding:
    """What is at one host: over https, else over http, else with `www.`"""
    finding, why = await _behind(_Door(home), home, source, get, owner)
    if why in _NOT_SECURE and home.startswith("https:"):
        plain = home.replace("https:", "http:", 1)
        finding, why = await _or_else(finding, plain, source, get, owner)
    elif why == "no-such-host" and not _is_address(home) and not _host(home).startswith("www."):
        finding, why = await _or_else(finding, home.replace("//", "//www.", 1), source, get, owner)
    return finding


async def _or_else(
    first: Finding, home: str, source: Source, get: Get, owner: Callable[[str], str | None]
) -> tuple[Finding, str]:
    """What is at another URL of the same site; the first result if that gives no more."""
    finding, why = await _behind(_Door(home), home, source, get, owner)
    told_more = finding.outcome != "unknown" or why not in _NOT_SECURE | {"no-such-host"}
    return (finding if told_more else first), why


async def _behind(
    door: _Door, home: str, source: Source, get: Get, owner: Callable[[str], str | None]
) -> tuple[Finding, str]:
    """Follows redirects from a URL; returns the page, or the reason word why there is none."""
    for _ in range(HOPS):
        answer = await get(door.url)
        if isinstance(answer, FetchFailure):
            outcome = "blocked" if answer.blocked else "unknown"
            return Finding(outcome, home, answer.detail.rstrip(".")), answer.cause or answer.reason
        target = _target(answer)
        if target is None:
            return _judged(answer, door, home, source), "page"
        if refused := _refused(target, home, owner):
            return Finding("unknown", home, refused), "redirect"
        door = _Door(target, door.permanent and answer.status in (301, 308))
    return Finding("unknown", home, "leads from redirect to redirect without an end"), "redirect"


def _target(answer: Response) -> str | None:
    """The target of a redirect; a page that reloads itself has none."""
    if 300 <= answer.status < 400:
        location = header(answer, "Location")
        return _joined(answer.url, location) if location else None
    if not isinstance(answer, TextResponse):
        return None
    try:
        _, refresh = get_meta_refresh(answer)
    except ValueError:  # not a valid URL
        return None
    return refresh if refresh and refresh.rstrip("/") != answer.url.rstrip("/") else None


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError:
        return location


def _refused(target: str, home: str, owner: Callable[[str], str | None]) -> str | None:
    """Why a redirect is not followed. The owner of a lapsed domain may redirect its visitors
    anywhere."""
    if not is_web_url(target):
        return "sends its visitors to what is not a web address"
    host = urlsplit(target).hostname or ""
    if _bare(target) == _bare(home):
        return None
    if _is_address(target) and not _is_address(home):
        return f"sends its visitors to {host}, which is no name"
    if _host(home).endswith(".go.id") and not host.endswith(".go.id"):
        return f"sends its visitors to {host}, which is no .go.id name: look yourself"
    if other := owner(target):
        return f"sends its visitors to {host}, the home of {other}"
    return None


def _judged(answer: Response, door: _Door, home: str, source: Source) -> Finding:
    if answer.status != 200 or not isinstance(answer, TextResponse):
        return Finding("unknown", home, f"answered HTTP {answer.status} and no page")
    miss = refusal(answer)
    if miss.reason == "challenge":
        return Finding("blocked", home, miss.detail.rstrip("."))
    place = region(source.region)
    assert place is not None, "the region was checked"
    if why := stranger(read(answer.text), source.kind, place, _host(door.url)):
        return Finding("unknown", home, why)
    if not _leads_to_releases(answer, door.url, source):
        return Finding("unknown", home, "is the office's page, but nothing on it leads to releases")
    parts = urlsplit(door.url)
    if _bare(door.url) == _bare(home):
        # Of a redirect within the site, only scheme and www count, and only if it is permanent.
        root = urlsplit(home)._replace(scheme=parts.scheme, netloc=parts.netloc).geturl()
        return Finding("found", root if door.permanent else home)
    if not door.permanent:
        return Finding("unknown", home, f"sends its visitors to {door.url}, but not for good")
    new = parts._replace(query="", fragment="").geturl()
    return Finding("moved", new, f"{home} leads here for good")


def _leads_to_releases(answer: TextResponse, url: str, source: Source) -> bool:
    """Whether the page shows stories, or names a list, a feed or WordPress's REST interface: a
    name alone does not make it a source."""
    here = replace(source, home=url)
    try:
        home = read_home(answer.text, url, url, here, header(answer, "Link"))
    except TooLarge:
        return False
    return bool(home.page.stories or home.seeds or home.rest or home.elsewhere)


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _bare(url: str) -> str:
    return _host(url).removeprefix("www.")


def _is_address(url: str) -> bool:
    try:
        ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return False
    return True


def _shortened(text: str) -> str:
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
