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
    assert "/nowhere" in done.stdout


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


@pytest.mark.parametrize(("settings", "code"), [("SOURCES=/nowhere", 2), ("WITHIN=soon", 2)])
def test_bad_settings_end_it_at_once(
    place: Path, bare_environment: Environment, settings: str, code: int
) -> None:
    add(place, **dict([settings.split("=")]), BACKUP="backup")
    assert sh("deploy/morning.sh", bare_environment, place).returncode == code
    assert not (place / "backup").exists()


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
