"""The proving ground itself: what it calls the truth stands there, and can be reached."""

from __future__ import annotations

import gzip
import json
import re
import time
import urllib.request
from collections.abc import Iterator
from html import unescape
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit

import pytest

from tests.web import Web, WebSite
from tests.web.faults import Faults
from tests.web.ground import names
from tests.web.releases import made_up
from tests.web.server import REPAIR

COUNT = 25
_ENDLESS = re.compile(
    r"PHPSESSID|jsessionid|tahun=|urut=|tampil=|/agenda/|/tangga/|\?utm_|/BERITA|page=[2-9]\d"
)

_NOT_BY_LINKS = ("session", "jsession", "next_data", "next_slugs")
"""Where links carry a session, or a script makes them."""


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with Web(count=COUNT) as ground:
        yield ground


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(
        url, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        return error.code, dict(error.headers), error.read()


def reached(site: WebSite) -> set[str]:
    """Paths of all pages that links and sitemaps lead to from the home page, traps left out."""
    robots = site.respond("/robots.txt", {}).body.decode()
    maps = re.findall(r"Sitemap: (\S+)", robots)
    queue = [site.shape.home_path, "/sitemap.xml", *(urlsplit(url).path for url in maps)]
    seen, resolved = set(queue), set[str]()
    while queue and len(seen) < 2000:
        target = queue.pop(0)
        answer = site.respond(target, {})
        text = answer.body.decode("utf-8", "replace")
        found = re.findall(r'(?:href|data-url)="([^"#]+)"|<loc>([^<]+)</loc>', text)
        found += [(location, "") for location in [answer.headers.get("Location", "")] if location]
        for url in (a or b for a, b in found if (a or b) not in resolved):
            if url.startswith(("/", "http")):
                resolved.add(url)  # the same wherever it stands, as most links of a menu are
            parts = urlsplit(urljoin(site.base + target, unescape(url)))
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            if (
                f"{parts.scheme}://{parts.netloc}" != site.base
                or path in seen
                or _ENDLESS.search(path)
            ):
                continue
            seen.add(path)
            queue.append(path)
    return seen


@pytest.mark.parametrize("name", [*names("shape"), *names("trap")])
def test_every_release_stands_at_its_address_and_can_be_reached(web: Web, name: str) -> None:
    site = web[name]
    assert len(site.truth) == COUNT
    known = reached(site)
    for url, release in site.truth.items():
        answer = site.respond(site.shape.linked(site.site, release), {})
        assert answer.status == 200
        assert release.slug[:8] in url or str(release.number) in url
        kept = answer.body.decode("utf-8", "replace").replace("“", '"')
        assert (release.byline and release.byline in kept) or "post-page-numbers" in kept
        path = url.removeprefix(site.base)
        marked = {p.partition("?")[0].removeprefix("/index.php") for p in known} | known
        assert path in marked or name in _NOT_BY_LINKS


def test_the_same_releases_each_time_and_fewer_are_the_newest_of_more() -> None:
    many = made_up(60, site="a", city="Kota Uji")
    assert many == made_up(60, site="a", city="Kota Uji")
    assert many[:25] == made_up(25, site="a", city="Kota Uji")
    assert sum(release.election for release in many) == 20
    assert len({release.text for release in many}) == 60
    assert all(80 <= len(release.text.split()) <= 300 for release in many)


def test_what_is_done_to_a_release_shows() -> None:
    with Web(["balikpapan"], count=COUNT) as web:
        site = web["balikpapan"]
        edited, withdrawn = site.releases[2], site.releases[4]
        assert "diperbarui" in site.edit(edited).text
        assert "diperbarui" in get(site.url(edited))[2].decode()
        site.withdraw(withdrawn)
        assert get(site.url(withdrawn))[0] == 404
        assert site.url(withdrawn) not in site.truth
        new = site.publish(3)
        assert site.releases[0] == new[-1]
        assert new[-1].title in get(site.base + "/")[2].decode()
        [late] = site.publish(backdated=True)
        assert late in site.releases[10:]
        site.bring_back(withdrawn)
        assert get(site.url(withdrawn))[0] == 200


@pytest.mark.parametrize(
    ("name", "status", "lands_at"),
    [
        ("balikpapan", 404, None),
        ("bandung", 410, None),
        ("samarinda", 200, None),
        ("surakarta", 200, "/"),
        ("kpu", 200, None),
    ],
)
def test_a_withdrawn_release_answers_as_its_kind_of_site_does(
    name: str, status: int, lands_at: str | None
) -> None:
    with Web([name], count=COUNT) as web:
        site = web[name]
        gone = site.releases[3]
        site.withdraw(gone)
        found, _, body = get(site.url(gone))
        assert found == status
        assert gone.printed[-1] not in body.decode("utf-8", "replace")
        if lands_at:
            assert urllib.request.urlopen(site.url(gone)).url == site.base + lands_at


def test_counters_count_but_a_page_with_validators_stays_the_same(web: Web) -> None:
    counting, honest = web["surabaya"], web["validators"]
    assert get(next(iter(counting.truth)))[2] != get(next(iter(counting.truth)))[2]
    url = next(iter(honest.truth))
    _, headers, _ = get(url)
    assert get(url, If_None_Match=headers["ETag"])[0] == 304
    assert get(url, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert get(url, If_None_Match='"other"')[0] == 200


def test_wordpress_validates_feeds_only_and_not_a_weakened_tag(web: Web) -> None:
    site = web["wordpress"]
    assert "ETag" not in get(next(iter(site.truth)))[1]
    _, headers, packed = get(site.base + "/feed/", Accept_Encoding="gzip")
    assert gzip.decompress(packed).startswith(b"<?xml")
    assert headers["ETag"].startswith('W/"')
    since = headers["Last-Modified"]
    assert (
        get(site.base + "/feed/", If_None_Match=headers["ETag"], If_Modified_Since=since)[0] == 200
    )
    assert get(site.base + "/feed/", If_Modified_Since=since)[0] == 304
    assert get(site.base + "/feed/", If_None_Match=headers["ETag"].removeprefix("W/"))[0] == 304


def test_wordpress_answers_rest_with_its_pages_and_edits() -> None:
    with Web(["wordpress"], count=COUNT) as web:
        site = web["wordpress"]
        posts = site.base + "/wp-json/wp/v2/posts"
        status, headers, body = get(posts + "?per_page=10&page=3&_fields=id,link")
        assert (status, headers["X-WP-Total"], headers["X-WP-TotalPages"]) == (200, "25", "3")
        assert [set(post) for post in json.loads(body)] == [{"id", "link"}] * 5
        assert get(posts + "?per_page=10&page=4")[0] == 400
        old = site.releases[20]
        site.edit(old)
        changed = json.loads(get(posts + "?modified_after=2026-01-01T00:00:00Z")[2])
        assert [post["link"] for post in changed] == [site.url(old)]


def test_a_site_that_is_down_refuses_and_comes_back_at_its_address() -> None:
    with Web(["medan"], count=COUNT) as web:
        site = web["medan"]
        site.server.down()
        with pytest.raises(URLError):
            urllib.request.urlopen(site.base + "/", timeout=2)
        site.server.up()
        assert get(site.base + "/")[0] == 200
        site.server.refusing = True
        assert get(site.base + "/robots.txt")[0] == 503
        site.server.refusing, site.server.instead = False, REPAIR
        assert b"pemeliharaan" in get(next(iter(site.truth)))[2]
        assert get(site.base + "/robots.txt")[2].startswith(b"User-agent")


def test_a_busy_site_grows_while_it_is_read() -> None:
    with Web(["bogor"], count=COUNT) as web:
        site = web["bogor"]
        site.grows_every = 4
        for _ in range(8):
            get(site.base + "/")
        assert len(site.truth) == COUNT + 2


def test_redirects_lead_to_another_machine_that_notes_who_came(web: Web) -> None:
    site = web["redirects"]
    answer = site.respond("/berita/read/2", {})
    assert answer.headers["Location"].startswith(web.foreign.base)
    assert get(answer.headers["Location"])[0] == 200
    assert web.foreign.log.targets == ["/berita/read/2"]


def test_one_request_in_six_fails_and_always_the_same_ones() -> None:
    def play() -> list[str | None]:
        faults = Faults(seed=3)
        return [faults.next(f"/berita/{n % 200}") for n in range(1200)]

    played = play()
    assert played == play()
    failed = sum(fault is not None for fault in played)
    assert 150 < failed < 250
    assert set(played) == {None, "503", "500", "cut", "slow"}


def test_the_log_tells_when_on_which_connection_and_how_many_at_once(web: Web) -> None:
    site = web["semarang"]
    site.next_day()
    began = time.monotonic()
    get(site.base + "/", User_Agent="penguji")
    get(site.base + "/berita/kategori/7/berita-kota?halaman=2")
    first, second = site.log.entries
    assert (first.target, first.status, first.headers["user-agent"]) == ("/", 200, "penguji")
    assert began <= first.arrived <= first.ended <= second.arrived
    assert first.connection != second.connection
    assert {first.at_once, second.at_once} == {1}
