"""What a schedule runs, and the crontab line that runs it, as they stand in deploy/."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from archive.database.lock import Lock
from archive.preservation.restore import restore
from tests.archive.watches.feed_rules import broken_rules
from tests.crawler.whole_crawls.test_crawl import rows
from tests.deploy.conftest import ROOT, sh
from tests.site import Answer, Site

Environment = dict[str, str]


def add(place: Path, **settings: str) -> None:
    with (place / "arsip.env").open("a") as file:
        file.writelines(f"{name}={value}\n" for name, value in settings.items())


def kept(place: Path) -> int:
    ((number,),) = rows(f"sqlite:///{place / 'archive.db'}", "SELECT count(*) FROM releases")
    return int(number)


@pytest.mark.soak
def test_the_crontab_line_crawls(place: Path, bare_environment: Environment) -> None:
    (line,) = re.findall(r"^15 22 \* \* \* (.*)$", (ROOT / "deploy" / "crontab").read_text(), re.M)
    assert "%" not in line, "cron takes it for the end of the line"
    done = sh(line, bare_environment, place.parent)
    log = (place / "morning.log").read_text()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), log
    assert re.search(r"pemkot-uji +ok", log)
    assert kept(place) == 4
    assert sh(line, bare_environment, place.parent).returncode == 0
    assert (place / "morning.log").read_text().startswith(log), "the log is added to"


@pytest.mark.soak
def test_when_something_is_amiss_the_end_of_the_log_is_mailed(
    place: Path, bare_environment: Environment
) -> None:
    (line,) = re.findall(r"^15 22 \* \* \* (.*)$", (ROOT / "deploy" / "crontab").read_text(), re.M)
    add(place, SOURCES="/nowhere")
    done = sh(line, bare_environment, place.parent)
    assert (done.returncode, "/nowhere" in done.stdout) == (0, True), done.stdout


@pytest.mark.soak
def test_a_morning_exports_backs_up_and_tidies(place: Path, bare_environment: Environment) -> None:
    add(place, EXPORT="exports/releases.jsonl", BACKUP="backup", DROP_WAYS_AFTER="180")
    done = sh("deploy/morning.sh", bare_environment, place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len((place / "exports" / "releases.jsonl").read_text().splitlines()) == 4
    (backup,) = (place / "backup").iterdir()
    assert re.fullmatch(r"archive-[1-7]\.db\.zst", backup.name)
    (place / "back").mkdir()
    restored = restore(backup, place / "back" / "archive.db", place / "back" / "captures")
    assert restored.contents.releases == 4
    assert "0 files (0 bytes) were deleted" in done.stdout


@pytest.mark.soak
def test_a_morning_tells_of_what_is_watched(place: Path, bare_environment: Environment) -> None:
    add(place, WATCH_PIPE=f"tee {place}/mail", FEEDS="feeds", FEEDS_URL="https://contoh.id/feeds/")
    add(place, STATUS_PAGE="status", STATUS_LANG="id")
    (place / "watches.toml").write_text('[[watch]]\nname = "semua"\n')
    assert sh("deploy/morning.sh", bare_environment, place).returncode == 0
    assert not (place / "mail").exists(), "a watch begins with its first run"
    feed = (place / "feeds" / "semua.xml").read_bytes()
    assert feed.count(b"<entry>") == 4
    assert broken_rules(feed) == []
    assert '<html lang="id">' in (place / "status" / "index.html").read_text()
    (place / "watches.toml").write_text('[[watch]]\nnam = "semua"\n')
    assert sh("deploy/morning.sh", bare_environment, place).returncode == 2


@pytest.mark.soak
def test_a_site_that_is_down_one_morning_is_no_news(
    place: Path, bare_environment: Environment, site: Site
) -> None:
    assert sh("deploy/morning.sh", bare_environment, place).returncode == 0
    with closing(sqlite3.connect(place / "archive.db")) as archive, archive:
        for table, column in (("crawls", "started_at"), ("crawls", "ended_at")):
            earlier = f"strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '-8 days')"
            archive.execute(f"UPDATE {table} SET {column} = {earlier}")  # noqa: S608
    site.pages.clear()
    site.pages["*"] = Answer(b"down", 503)
    done = sh("deploy/morning.sh", bare_environment, place)
    assert re.search(r"pemkot-uji +failed", done.stdout), done.stdout + done.stderr
    assert done.returncode == 0


PLAYED = """\
#!/bin/sh
# Plays a command: writes down how it was called, and ends with the code that the test gives it.
echo "${0##*/} $*" >>called
case "$*" in
crawlall*) exit "${CRAWL:-0}" ;;
*health*) exit "${HEALTH:-0}" ;;
*export*) exit "${EXPORTED:-0}" ;;
esac
"""


@pytest.fixture
def played(place: Path) -> Path:
    """The place, with commands that only write down how they were called."""
    (place / ".venv").unlink()
    (place / ".venv" / "bin").mkdir(parents=True)
    for name in ("scrapy", "python"):
        (place / ".venv" / "bin" / name).write_text(PLAYED)
        (place / ".venv" / "bin" / name).chmod(0o755)
    return place


@pytest.mark.parametrize("code", [2, 3])
def test_a_crawl_that_cannot_run_ends_it_at_once(
    played: Path, bare_environment: Environment, code: int
) -> None:
    """Bad settings (2), or another crawl under way (3)."""
    add(played, WITHIN="soon", EXPORT="out.jsonl", BACKUP="backup", CRAWL=str(code))
    assert sh("deploy/morning.sh", bare_environment, played).returncode == code
    assert (played / "called").read_text() == "scrapy crawlall --due --within soon\n"


@pytest.mark.parametrize(
    ("codes", "worst"),
    [
        ({}, 0),
        ({"CRAWL": "1"}, 0),
        ({"HEALTH": "1"}, 1),
        ({"HEALTH": "1", "EXPORTED": "3"}, 3),
        ({"HEALTH": "3", "EXPORTED": "1"}, 3),
    ],
)
def test_the_steps_of_a_morning_and_the_worst_of_their_codes(
    played: Path, bare_environment: Environment, codes: dict[str, str], worst: int
) -> None:
    add(played, WEBHOOK="http://127.0.0.9/", EXPORT="e/out.jsonl", DROP_WAYS_AFTER="180", **codes)
    add(played, BACKUP="backup")
    assert sh("deploy/morning.sh --deep", bare_environment, played).returncode == worst
    called = (played / "called").read_text().splitlines()
    assert re.fullmatch(r"python -m archive backup backup/archive-[1-7]\.db\.zst", called.pop()), (
        called
    )
    assert called == [
        "scrapy crawlall --due --within 50m --deep",
        "python -m archive health --webhook http://127.0.0.9/",
        "python -m archive export -o e/out.jsonl",
        "python -m archive captures --drop-older-than 180",
    ]


@pytest.mark.soak
def test_settings_are_taken_as_they_stand(
    place: Path, bare_environment: Environment, site: Site
) -> None:
    """As Docker and systemd take them, and as an editor on Windows leaves them."""
    with (place / "arsip.env").open("a", newline="") as file:
        file.write(
            "# a comment\r\n\r\nCONTACT=https://contoh.id/?a=1&b=$HOME 'x'\r\nEXPORT=out.jsonl"
        )
    done = sh("deploy/morning.sh", bare_environment, place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (place / "out.jsonl").exists()
    assert "(https://contoh.id/?a=1&b=$HOME 'x')" in site.sent["/robots.txt"]["User-Agent"]


@pytest.mark.parametrize("line", ["not a setting", "NOT-A NAME=1"])
def test_a_line_that_is_no_setting_is_told(
    place: Path, bare_environment: Environment, line: str
) -> None:
    (place / "arsip.env").write_text(line)
    done = sh("deploy/morning.sh", bare_environment, place)
    assert (done.returncode, line.partition("=")[0] in done.stderr) == (2, True), done.stderr
    assert not (place / "archive.db").exists()


@pytest.mark.soak
def test_beside_another_crawl_it_ends_at_once(place: Path, bare_environment: Environment) -> None:
    with Lock.take(place / "archive.db", "scrapy crawlall"):
        done = sh("deploy/morning.sh", bare_environment, place)
    assert (done.returncode, "in use by scrapy crawlall" in done.stderr) == (3, True)


@pytest.mark.soak
def test_a_signal_ends_the_crawl_cleanly(
    place: Path, bare_environment: Environment, site: Site
) -> None:
    """As systemd (KillMode=mixed) and `docker stop` send it: to the script alone."""
    page = site.pages["/berita/read/2"]
    process = subprocess.Popen(
        ["deploy/morning.sh"],
        cwd=place,
        env=bare_environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    def end() -> Answer:
        os.kill(process.pid, signal.SIGTERM)
        assert isinstance(page, str)
        return Answer(page.encode(), headers={"Content-Type": "text/html"})

    site.pages["/berita/read/2"] = end
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert re.search(r"pemkot-uji +stopped", said), said
    assert kept(place) >= 1
