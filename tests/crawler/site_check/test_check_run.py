"""`scrapy sources --check` against loopback sites, as a shell runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.registry.reader import load_sources
from crawler.site_check.check_run import due, write_down
from crawler.site_check.site_locator import Finding
from tests import commands
from tests.site import Answer, Pages, Site, serve

pytestmark = pytest.mark.usefixtures("readers")

ROOT = Path(__file__).parents[3]
FAST = [
    *("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "DOWNLOAD_TIMEOUT=2"),
    *("-s", "LOG_LEVEL=CRITICAL"),
]
TODAY = datetime.now(UTC).date()
DENPASAR = '<title>Pemerintah Kota Denpasar</title><a href="/berita">Berita</a>'

Serve = Callable[[Pages], Site]


@pytest.fixture
def site() -> Iterator[Serve]:
    with ExitStack() as sites:
        yield lambda pages: sites.enter_context(serve(pages))


def entry(id: str, home: str, more: str = "verified = false") -> str:
    return (
        f'[[source]]\nid = "{id}"  # by hand\nkind = "pemkot"\npublisher = "Pemerintah Kota Denpasar"\n'
        f'region = "51.71"\nhome = "{home}"  # seen somewhere\n{more}\n\n# About what follows.\n'
    )


def environment(path: Path) -> dict[str, str]:
    return {"SOURCES": str(path), "ARCHIVE_URL": f"sqlite:///{path}.db"}


def check(path: Path, *args: str) -> subprocess.CompletedProcess[str]:
    done = commands.run("sources", "--check", *args, *FAST, environment=environment(path))
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done


def declared(path: Path) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in tomllib.loads(path.read_text("utf-8"))["source"]}


def test_each_outcome_is_told_and_written_down(site: Serve, tmp_path: Path) -> None:
    found = site({"/": DENPASAR})
    office = site({"/": DENPASAR})
    candidate = site({"/": DENPASAR})
    old = site({"*": Answer(status=301, headers={"Location": office.home})})
    elsewhere = site({"/": DENPASAR})
    for_now = site({"/": Answer(status=302, headers={"Location": elsewhere.home})})
    forbidden = site({"/robots.txt": "", "*": Answer(b"no", 403)})
    challenge = site({"/robots.txt": "", "*": Answer(b"<title>Just a moment...</title>", 503)})
    closed = site({"/robots.txt": "User-agent: *\nDisallow: /", "/": DENPASAR})
    broken = site({"/robots.txt": Answer(b"", 500), "/": DENPASAR})
    parked = site({"/": "<title>This domain is for sale</title>"})
    another = site({"/": "<title>Pemerintah Kota Tual</title>"})
    silent = site({"/": lambda: Answer(_never())})
    path = tmp_path / "s.toml"
    written = "# The file's own words.\n\n" + "".join(
        (
            entry("found", found.home),
            entry("by-candidate", "http://127.0.0.9:1/", f'candidates = ["127.0.0.9:2", "{candidate.home[7:-1]}"]\nverified = false\nnote = """slow\nin the evening"""'),
            entry("over-http", office.home.replace("http:", "https:"), ""),
            entry("moved", old.home),
            entry("for-now", for_now.home),
            entry("forbidden", forbidden.home),
            entry("challenge", challenge.home),
            entry("closed", closed.home),
            entry("broken", broken.home),
            entry("parked", parked.home),
            entry("another", another.home),
            entry("silent", silent.home),
            entry("refused", "http://127.0.0.9:1/b"),
            entry("no-name", "https://tidak-ada.invalid/"),
            entry("seen", "https://tak-ditanya.invalid/", "verified = 2026-11-01"),
        )
    )  # fmt: skip
    path.write_text(written, encoding="utf-8")
    done = check(path, "--json")
    assert done.returncode == 1, done.stderr
    told = {each["id"]: each for each in map(json.loads, done.stdout.splitlines())}
    assert {id: each["outcome"] for id, each in told.items()} == {
        "found": "found",
        "by-candidate": "found",
        "over-http": "found",
        "moved": "unknown",  # to where another is already
        "for-now": "unknown",
        "forbidden": "blocked",
        "challenge": "blocked",
        "closed": "blocked",
        "broken": "unknown",
        "parked": "unknown",
        "another": "unknown",
        "silent": "unknown",
        "refused": "unknown",
        "no-name": "unknown",
    }
    now = declared(path)
    assert now["found"]["verified"] == TODAY
    assert now["over-http"]["home"] == office.home
    assert now["by-candidate"]["home"] == candidate.home
    assert now["by-candidate"]["candidates"] == ["127.0.0.9:1", "127.0.0.9:2"]
    assert now["by-candidate"]["note"] == "slow\nin the evening"
    assert now["seen"] == tomllib.loads(written)["source"][-1]
    for id, words in {
        "moved": "the home of over-http",
        "for-now": "but not for good",
        "forbidden": "HTTP 403",
        "closed": "robots.txt disallows",
        "broken": "HTTP 500",
        "parked": "domain is for sale",
        "another": "is about Tual",
        "silent": "did not answer in time",
        "refused": "refuses connections",
        "no-name": "cannot be resolved",
    }.items():
        assert words in now[id]["checked"]["reason"], id
        assert now[id]["checked"]["on"] == TODAY
        assert now[id]["verified"] is False
    comments = [line for line in written.splitlines() if "#" in line]
    text = path.read_text(encoding="utf-8")
    assert [line.partition("#")[2] for line in comments] == [
        line.partition("#")[2] for line in text.splitlines() if "#" in line
    ]
    assert closed.asked == ["/robots.txt"], "what robots.txt disallows is not asked"
    assert len(found.asked) <= 3, "one request or few"
    # The same day once more: nothing is asked, nothing is written.
    before = path.read_bytes()
    again = check(path)
    assert (again.returncode, path.read_bytes()) == (0, before)
    assert "Nothing to check" in again.stdout
    assert load_sources(path)


def _never() -> Iterator[bytes]:
    threading.Event().wait(6)
    yield b""


@pytest.mark.soak
def test_a_move_is_written_down_with_where_it_came_from(site: Serve, tmp_path: Path) -> None:
    new = site({"/": DENPASAR})
    old = site({"*": Answer(status=301, headers={"Location": new.home})})
    path = tmp_path / "s.toml"
    path.write_text(entry("a", old.home), encoding="utf-8")
    kept = tmp_path / "kept.wacz"
    done = check(path, "--keep", str(kept), "-s", "CONTACT=peneliti@contoh.id")
    assert done.returncode == 0
    with zipfile.ZipFile(kept) as container:
        index = container.read("indexes/index.cdx").decode()
        assert b"peneliti" not in container.read("archive/data.warc.gz")
    assert index.count('/robots.txt"') == 2
    assert f'"url": "{new.home}"' in index
    assert done.stdout.splitlines()[-1] == "0 found, 1 moved, 0 blocked, 0 unknown."
    assert (declared(path)["a"]["home"], declared(path)["a"]["verified"]) == (new.home, TODAY)
    assert declared(path)["a"]["checked"]["reason"] == f"{old.home} leads here for good"


def noted(path: Path, finding: Finding, on: date) -> dict[str, Any]:
    """The entry `a` after a finding was written down twice."""
    for _ in range(2):
        (source,) = load_sources(path)
        write_down(source, finding, on)
    return declared(path)["a"]


def test_what_is_learned_later_takes_nothing_of_worth_away(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(entry("a", "https://a.go.id/"), encoding="utf-8")
    first, later = TODAY - timedelta(days=30), TODAY
    blocked = Finding("blocked", "https://a.go.id/", "HTTP 403")
    assert noted(path, blocked, first)["verified"] is False
    now = noted(path, Finding("moved", "https://b.go.id/", "https://a.go.id/ leads here"), first)
    assert (now["home"], now["verified"]) == ("https://b.go.id/", first)
    # Found again where it is: where it came from is worth remembering.
    now = noted(path, Finding("found", "https://b.go.id/"), later)
    assert (now["verified"], now["checked"]["outcome"]) == (later, "moved")
    # Not found once: it stays verified, its crawls will tell.
    now = noted(path, Finding("unknown", "https://b.go.id/", "no answer"), later)
    assert (now["verified"], now["checked"]["outcome"]) == (later, "unknown")
    assert "checked" not in noted(path, Finding("found", "https://b.go.id/"), later)


@pytest.mark.soak
def test_a_check_that_is_killed_keeps_what_it_has_and_goes_on_from_there(
    site: Serve, tmp_path: Path
) -> None:
    sites = [site({"/": DENPASAR}) for _ in range(3)]
    reached, go = threading.Event(), threading.Event()

    def hold() -> Answer:
        reached.set()
        go.wait(120)
        return Answer(DENPASAR.encode(), headers={"Content-Type": "text/html"})

    sites[2].pages["/"] = hold
    path = tmp_path / "s.toml"
    ids = ("a", "b", "c")
    path.write_text("".join(map(entry, ids, (each.home for each in sites))), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "sources", "--check", *FAST, "-s", "CONCURRENT_SOURCES=1", "-s", "DOWNLOAD_TIMEOUT=120"],
        cwd=ROOT,
        env=os.environ | environment(path),
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert reached.wait(120)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=120)
    go.set()
    assert [declared(path)[id]["verified"] for id in ids] == [TODAY, TODAY, False]
    assert [file.name for file in tmp_path.iterdir()] == ["s.toml"]
    asked = [len(each.asked) for each in sites[:2]]
    assert check(path).returncode == 0
    assert declared(path)["c"]["verified"] == TODAY
    assert [len(each.asked) for each in sites[:2]] == asked, "what is known is not asked again"


@pytest.mark.soak
def test_a_check_that_is_ended_drops_what_is_under_way(site: Serve, tmp_path: Path) -> None:
    reached, go = threading.Event(), threading.Event()

    def hold() -> Answer:
        reached.set()
        go.wait(120)
        return Answer(DENPASAR.encode())

    slow = site({"/": hold})
    path = tmp_path / "s.toml"
    path.write_text(entry("a", slow.home), encoding="utf-8")
    before = path.read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "sources", "--check", *FAST, "-s", "DOWNLOAD_TIMEOUT=120"],
        cwd=ROOT,
        env=os.environ | environment(path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert reached.wait(120)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=120)
    go.set()
    assert process.returncode == 1
    assert "1 not checked" in said
    assert "Traceback" not in said
    assert path.read_bytes() == before


@pytest.mark.soak
def test_a_file_that_cannot_be_written_ends_the_check(site: Serve, tmp_path: Path) -> None:
    found = site({"/": DENPASAR})
    path = tmp_path / "s.toml"
    path.write_text(entry("a", found.home), encoding="utf-8")
    # Root may write anywhere, so permissions alone would prove nothing.
    found.pages["/"] = lambda: _renamed(path)
    done = check(path)
    assert done.returncode == 3
    assert "no longer declares a" in done.stderr


def _renamed(path: Path) -> Answer:
    text = path.read_text(encoding="utf-8").replace('id = "a"', 'id = "b"')
    path.write_text(text, encoding="utf-8")
    return Answer(DENPASAR.encode(), headers={"Content-Type": "text/html"})


def test_the_least_recently_checked_comes_first(tmp_path: Path) -> None:
    def checked(on: date) -> str:
        noted = f'{{ on = {on}, outcome = "unknown", reason = "x" }}'
        return f"verified = false\nchecked = {noted}"

    more: Mapping[str, str] = {
        "yesterday": checked(TODAY - timedelta(days=1)),
        "today": checked(TODAY),
        "never": "verified = false",
        "long-ago": checked(TODAY - timedelta(days=90)),
        "seen": "verified = 2026-01-01",
        "by-hand": "",
    }
    path = tmp_path / "s.toml"
    homes = (f"https://{id}.go.id/" for id in more)
    path.write_text("".join(map(entry, more, homes, more.values())), encoding="utf-8")
    sources = load_sources(path)
    order = [source.id for source in due(sources, TODAY)]
    assert order == ["never", "by-hand", "long-ago", "yesterday"]
    assert [source.id for source in due(sources, TODAY, 1)] == ["never"]
