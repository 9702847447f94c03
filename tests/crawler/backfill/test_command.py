"""The command `backfill`: its options, what it prints, its exit codes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import commands
from tests.crawler.backfill.conftest import captures_of, exported
from tests.crawler.backfill.web_archive import FakeArchive, web_archive
from tests.crawler.commands.test_commands import declaration
from tests.site import Answer, Site

Run = Callable[..., subprocess.CompletedProcess[str]]
ARCHIVES = """
share = 1
index_days = 7
pause = 3600
[[archive]]
id = "fake"
name = "web-archive.example"
dialect = "wayback"
index = "{index}"
captures = "{captures}"
index_per_minute = 60000
captures_per_minute = 60000
robots = false
[other]
"""


@pytest.fixture
def run(readers: None, tmp_path: Path, site: Site) -> Run:
    """Runs `scrapy backfill …` with this test's registry and archive."""
    (tmp_path / "sources.toml").write_text(declaration(site.home), encoding="utf-8")

    def run(*arguments: str, into: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        places = {
            "ARCHIVE_URL": f"sqlite:///{into / 'archive.db'}",
            "SOURCES": str(tmp_path / "sources.toml"),
            "CAPTURES": str(into / "captures"),
        }
        where = ("-s", f"WEB_ARCHIVES={tmp_path / 'web_archives.toml'}")
        return commands.run("backfill", *where, *arguments, environment=places)

    return run


def test_a_plan_then_the_captures_then_a_pause(run: Run, tmp_path: Path, site: Site) -> None:
    fake = FakeArchive("wayback", captures_of(site, 4))
    with web_archive(fake) as archive:
        text = ARCHIVES.format(index=archive.index, captures=archive.captures)
        (tmp_path / "web_archives.toml").write_text(text, encoding="utf-8")
        dry = run("--via", "fake", "--dry-run")
        assert dry.returncode == 0
        row = next(line.split() for line in dry.stdout.splitlines() if "pemkot-uji" in line)
        assert row[:5] == ["pemkot-uji", "4", "8", "0", "6"]
        assert fake.playbacks == []
        done = run("--via", "fake", "--source", "pemkot-uji")
        assert done.returncode == 0
        assert "Fetched 6 captures from web-archive.example; 2 more" in done.stderr
        assert "Releases: 4 new" in done.stdout
        assert len(exported(tmp_path)) == 5
        fake.special = lambda _: Answer(b"", 429, {"Retry-After": "600"})
        paused = run("--via", "fake", "--until", "2024-12-31")
        assert paused.returncode == 1
        assert "Go on after" in paused.stderr
    assert site.asked == []


@pytest.mark.soak
def test_kill_9_at_every_request_and_the_end_is_the_same(
    run: Run, tmp_path: Path, site: Site
) -> None:
    """The web archive itself kills the program that asks it, at each request once."""
    fake, killed = FakeArchive("wayback", captures_of(site, 6), page=4), tmp_path / "killed"
    killed.mkdir()
    with web_archive(fake) as archive:
        text = ARCHIVES.format(index=archive.index, captures=archive.captures)
        (tmp_path / "web_archives.toml").write_text(text, encoding="utf-8")
        assert run("--via", "fake").returncode == 0
        fatal = {path for _, path in fake.log} - {"*"}

        def kill(path: str) -> None:
            if path in fatal:
                fatal.remove(path)
                holder = (killed / "archive.db.backfill.lock").read_text(encoding="utf-8")
                [pid] = re.findall(r"process (\d+)", holder)
                os.kill(int(pid), signal.SIGKILL)

        fake.special = kill
        in_all = len(fatal)
        codes = [run("--via", "fake", into=killed).returncode for _ in range(in_all + 1)]
    assert codes.count(-signal.SIGKILL) <= in_all
    assert (fatal, codes[-1]) == (set(), 0)
    assert exported(killed) == exported(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--since", "yesterday"), "--since yesterday: write a day"),
        (("--since", "2024-05-01", "--until", "2024-04-01"), "--until 2024-04-01 is before"),
        (("--limit", "0"), "--limit 0: write a number from 1 on"),
        (("--via", "nowhere"), "--via nowhere: known are"),
        (("--source", "pemkot-ujo"), "Did you mean pemkot-uji?"),
        (("pemkot-uji",), "name sources with --source"),
    ],
)
def test_a_wrong_option_is_one_sentence_and_exit_2(
    arguments: tuple[str, ...], sentence: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "web_archives.toml").write_text(ARCHIVES, encoding="utf-8")
    done = run(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
