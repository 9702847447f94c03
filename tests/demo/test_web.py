"""The demo web is what `demo/sites.toml` and `demo/releases/` say it is."""

from __future__ import annotations

import gzip
import re
import tomllib
from collections.abc import Iterator
from html import unescape
from urllib.error import HTTPError
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import urlopen

import pytest

from crawler.discovery.feed import read_feed
from demo.releases import DemoRelease, every, load
from demo.web import Web


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as running:
        yield running


def get(url: str) -> tuple[int, bytes, str]:
    """Status, body, and the address after redirects."""
    try:
        with urlopen(url, timeout=10) as answer:
            return answer.status, answer.read(), answer.url
    except HTTPError as error:
        return error.code, error.read(), url


def page(url: str, encoding: str = "utf-8") -> str:
    """A page's text without markup, as one line."""
    status, body, _ = get(url)
    assert status == 200, url
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body.decode(encoding))).split())


def walk(starts: list[str]) -> dict[str, int]:
    """Every address a visitor can click to on the same site, with its status."""
    site = urlsplit(starts[0]).netloc
    seen: dict[str, int] = {}
    ahead = list(starts)
    while ahead:
        url = ahead.pop()
        if url in seen:
            continue
        seen[url], body, _ = get(url)
        if url.endswith(".gz"):
            body = gzip.decompress(body)
        markup = body.decode("utf-8", "replace")
        named = re.findall(r'(?:href|src)="([^"]+)"|<loc>([^<]+)</loc>', markup)
        for target in (urldefrag(urljoin(url, unescape(a or b)))[0] for a, b in named):
            if urlsplit(target).netloc == site and "/gambar/" not in target:
                ahead.append(target)
    return seen


def seeds(entry: dict[str, object]) -> list[str]:
    """Where a registry entry says to begin; an office says only where it lives."""
    found: list[str] = []
    for key in ("listing", "feed", "sitemap"):
        value = entry.get(key, [])
        assert isinstance(value, list)
        found += value
    return found or [f"{entry['home']}blog/category/104"]


def encoding(release: DemoRelease) -> str:
    return "windows-1252" if release.site == "pemkot-batu-ampar-baru" else "utf-8"


def test_it_is_as_large_as_promised() -> None:
    releases = load()
    assert len({release.site for release in releases}) >= 6
    assert len(releases) >= 66
    assert sum(bool(r.repost_of) and not r.leaves_out for r in releases) >= 8
    assert sum(bool(r.leaves_out) for r in releases) >= 4
    assert sum(bool(r.edits) for r in releases) >= 2


def test_every_release_can_be_reached_from_where_its_source_begins(web: Web) -> None:
    for entry in tomllib.loads(web.sources_toml)["source"]:
        reached = {url.partition("?")[0] for url in walk(seeds(entry))}
        own = {web.url(release) for release in load() if release.site == entry["id"]}
        assert own <= reached


def test_no_link_on_any_page_is_dead(web: Web) -> None:
    for home in web.homes.values():
        dead = {url for url, status in walk([home]).items() if status != 200}
        assert dead == set()


def test_each_page_prints_its_release_whole_and_no_letter_lost(web: Web) -> None:
    for release in load():
        text = page(web.url(release), encoding(release))
        if release.page_break:
            text += page(web.url(release) + "2/")
        assert release.title in text
        for paragraph in release.printed:
            assert " ".join(paragraph.split()) in text, release.key


def test_a_repost_says_what_its_original_says_but_for_its_ends() -> None:
    releases = {release.key: release for release in every()}
    for repost in (r for r in releases.values() if r.repost_of):
        original = releases[str(repost.repost_of)]
        straight = repost.body.translate(str.maketrans("“”’", '""\'')).split("\n\n")
        paragraphs = original.body.translate(str.maketrans("“”’", '""\'')).split("\n\n")
        kept = [p for n, p in enumerate(paragraphs, 1) if n not in repost.leaves_out]
        assert straight == kept, repost.key
        assert original.published < repost.published


def test_listings_of_an_office_carry_whole_stories_and_its_home_cuts_them(web: Web) -> None:
    home = web.homes["kpu-tanjung-asri"]
    newest = max((r for r in load() if r.site == "kpu-tanjung-asri"), key=lambda r: r.published)
    assert str(newest.byline) in page(home + "blog/category/104")
    assert page(home + "index.php/blog/category/104?page=1") == page(home + "blog/category/104")
    assert " ...." in page(home)
    assert page(home + "?page_id=271783") == page(home), "the router answers anything"


def test_the_old_site_sends_curly_quotes_in_windows_1252_and_names_no_charset(web: Web) -> None:
    quoting = next(r for r in load() if r.site == "pemkot-batu-ampar-baru" and "“" in r.text)
    with urlopen(web.url(quoting), timeout=10) as answer:
        assert answer.headers["Content-Type"] == "text/html"
        assert answer.headers["ETag"] is None
        assert b"\x93" in answer.read()


def test_wordpress_has_its_feed_its_short_links_and_its_second_part(web: Web) -> None:
    home = web.homes["pemkot-muara-kencana"]
    own = [r for r in load() if r.site == "pemkot-muara-kencana"]
    _, feed, _ = get(home + "feed/")
    assert len(read_feed(feed, home)) == 10
    assert get(home + "feed/?paged=9")[0] == 404
    assert get(f"{home}?p={own[0].number}")[2] == web.url(own[0])
    long = next(r for r in own if r.page_break)
    assert long.printed[-1] not in page(web.url(long))


def test_the_next_morning_brings_news_edits_and_a_withdrawal(web: Web) -> None:
    before = {r.key: r for r in load(1)}
    unchanged = next(
        r for r in load(1) if r.site == "pemkot-tanjung-asri" and r.text == load_one(r.key, 2).text
    )
    first_look = page(web.url(unchanged))
    web.morning(2)
    after = {r.key: r for r in load(2)}

    appeared = [after[key] for key in after.keys() - before.keys()]
    withdrawn = [before[key] for key in before.keys() - after.keys()]
    edited = [after[key] for key in after.keys() & before.keys() if after[key] != before[key]]
    assert (len(appeared), len(withdrawn), len(edited)) == (2, 1, 2)
    assert [get(web.url(r))[0] for r in withdrawn] == [404]
    for release in [*appeared, *edited]:
        text = page(web.url(release))
        assert all(paragraph in text for paragraph in release.printed)
    assert page(web.url(unchanged)) != first_look, "its counter and related list have changed"


def load_one(key: str, morning: int) -> DemoRelease:
    return next(r for r in load(morning) if r.key == key)


def test_each_site_asks_for_something_in_robots_txt(web: Web) -> None:
    robots = [get(home + "robots.txt")[1].decode() for home in web.homes.values()]
    assert all("User-agent: *" in text for text in robots)
    assert any("Crawl-delay: 0." in text for text in robots)
    assert any("Disallow: /agenda" in text for text in robots)
