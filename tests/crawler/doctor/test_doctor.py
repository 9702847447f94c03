"""The doctor on made-up sites: what it finds, what it hands on, and the same from its file."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from archive.preservation.gold_pages import write_gold
from crawler.doctor.examination import examine, replay, unpack, write_file
from crawler.doctor.machine import Machine, judge_machine, look_at_machine
from crawler.doctor.report import Report, ReportError, redact
from crawler.doctor.trial_crawls import Canary, ReadRelease
from crawler.doctor.verdicts import judge_canary
from crawler.items import Release
from crawler.rebuild.gold_drafts import draft_golds
from crawler.registry.reader import load_sources
from crawler.registry.source import Source
from crawler.run.connectivity_check import Contact
from tests import test_pages
from tests.conftest import FAST
from tests.crawler.commands.test_commands import declaration
from tests.crawler.whole_crawls.test_crawl import paged_site
from tests.site import Answer, serve

MAIL = "peneliti@contoh.id"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    own: Settings = get_project_settings()
    places = {
        "ARCHIVE_URL": f"sqlite:///{tmp_path / 'archive.db'}",
        "CAPTURES": str(tmp_path / "captures"),
        "SOURCES": str(tmp_path / "s.toml"),
        "CONTACT": MAIL,
    }
    own.setdict({**FAST, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, **places}, priority="cmdline")
    return own


@pytest.fixture
def run(event_loop_thread: asyncio.AbstractEventLoop) -> Callable[[Any], Any]:
    return lambda work: asyncio.run_coroutine_threadsafe(work, event_loop_thread).result(timeout=60)


def verdicts(report: Report) -> list[tuple[str, str, str, str | None]]:
    return [
        (each.source.id, check.name, check.verdict, check.cause)
        for each in report.canaries
        for check in report.of_canary(each)
    ]


def test_its_file_gives_the_same_verdicts_without_the_sites(
    settings: Settings,
    run: Callable[[Any], Any],
    readers: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live, again = tmp_path / "live", tmp_path / "again"
    live.mkdir()
    again.mkdir()
    with serve(paged_site(2)) as good, serve({"/robots.txt": "", "*": Answer(b"no", 403)}) as shut:
        down = "http://127.0.2.251:9/"
        good.pages["/berita/read/2"] = f"{good.pages['/berita/read/2']}<!-- {MAIL} -->"
        homes = {"pemkot-satu": good.home, "pemkot-dua": shut.home, "pemkot-tiga": down}
        file = tmp_path / "s.toml"
        file.write_text("".join(declaration(home, id) for id, home in homes.items()), "utf-8")
        sources = load_sources(file)
        machine = look_at_machine(settings)
        work = examine(
            AsyncCrawlerRunner(settings), settings, machine, sources, [], live, canaries=True
        )
        report = run(work)
        asked = len(good.asked)
    found = verdicts(report)
    assert ("pemkot-satu", "list", "pass", None) in found
    assert ("pemkot-dua", "site", "fail", "blocked") in found
    assert ("pemkot-tiga", "site", "fail", "failed") in found
    assert asked <= 9, good.asked
    target = tmp_path / "doctor.wacz"
    assert write_file(report, settings, live, target) == 1, "the answer that repeats CONTACT"
    with zipfile.ZipFile(target) as container:
        inside = {name: container.read(name) for name in container.namelist()}
    for name, data in inside.items():
        assert MAIL.encode() not in data, name
        assert str(tmp_path).encode() not in data, name
    block = target.with_suffix(".md").read_text("utf-8")
    assert "| pemkot-dua | pemkot-dua | fail |" in block
    assert MAIL not in block
    assert str(tmp_path) not in block
    kept = unpack(target, again)
    repeated = run(replay(AsyncCrawlerRunner(settings), settings, kept, again))
    without = [one for one in verdicts(repeated) if one[:2] != ("pemkot-satu", "refusals")]
    assert without == [one for one in found if one[:2] != ("pemkot-satu", "refusals")]
    assert repeated.checks == report.checks
    assert repeated.made_at == report.made_at
    _golds_are_read_as_drafted(target, list(kept.canaries.values()), tmp_path / "gold", monkeypatch)


def _golds_are_read_as_drafted(
    file: Path, sources: list[Source], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the file to a gold page and its test."""
    paths = [write_gold(gold, folder) for gold in draft_golds(file, sources, pytest.fail)]
    assert len(paths) == 2, "one of three repeats CONTACT"
    monkeypatch.setattr(test_pages, "PAGES", folder)
    for path in paths:
        gold = json.loads(path.read_text("utf-8"))
        found = test_pages.read(f"{path.parent.name}/{path.stem}", gold)
        assert isinstance(found, Release)
        assert (found.title, found.body) == (gold["expected"]["title"], gold["expected"]["body"])
        assert gold["reviewed"] is None


MACHINE = Machine(
    program="0.1", python="3.11", scrapy="2.19", system="Linux", now="2026-11-29T01:00:00+00:00",
    latest=None, contact=True, sources=3, free=10**12,
)  # fmt: skip


def judged(machine: Machine, contacts: list[Contact] | None = None) -> dict[str, str | None]:
    checks = judge_machine(machine, contacts or [])
    return {check.name: check.cause for check in checks if check.verdict != "pass"}


def test_a_full_disk_and_a_registry_with_mistakes(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int, data: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "s.toml").write_text("[[source]]\n", "utf-8")
    monkeypatch.setattr(os, "write", full)
    machine = look_at_machine(settings)
    monkeypatch.undo()
    found = judged(machine)
    assert (found["archive"], found["captures"]) == ("full", "full")
    assert found["registry"] == "mistakes"
    assert machine.mistakes.startswith("s.toml:1: ")
    assert [path.name for path in tmp_path.iterdir()] == ["s.toml"], "nothing is left behind"


def test_a_wrong_clock_is_told_by_hosts_and_by_the_archive() -> None:
    year = timedelta(days=365).total_seconds()
    wrong = [Contact(source=f"kota-{n}", host=f"{n}.go.id", offset=year) for n in range(3)]
    right = [replace(each, offset=2.0) for each in wrong]
    assert judged(MACHINE, wrong)["clock"] == "wrong"
    assert "clock" not in judged(MACHINE, right)
    assert judged(replace(MACHINE, latest="2031-01-01T00:00:00+00:00"), right)["clock"] == "wrong"


DAY = date(2026, 11, 29)
GOOD = ReadRelease(
    url="https://a.go.id/1", title="Satu", published_on=DAY, words=200, signed=True, doubtful=False
)


def canary(settings: Settings, *releases: ReadRelease, **values: Any) -> Canary:
    Path(settings["SOURCES"]).write_text(declaration("https://a.go.id/"), "utf-8")
    (source,) = load_sources(Path(settings["SOURCES"]))
    given = {"outcome": "ok", "reason": "", "requests": 6, "named": 10} | values
    return Canary(family="uji", source=source, releases=list(releases), **given)


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({}, {}),
        ({"published_on": None}, {"date": "undated"}),
        ({"published_on": date(2027, 3, 1)}, {"date": "future"}),
        ({"published_on": date(2026, 1, 1)}, {"date": "old"}),
        ({"words": 12}, {"words": "short"}),
        ({"signed": False}, {"byline": "unsigned"}),
        ({"doubtful": True}, {"doubt": "text-doubtful"}),
        ({"title": "Berita"}, {"title": "all-alike"}),
    ],
)
def test_each_thing_that_is_read_wrongly_is_named(
    settings: Settings, changed: dict[str, Any], cause: dict[str, str]
) -> None:
    some = [replace(GOOD, **({"title": title} | changed)) for title in ("Satu", "Dua", "Tiga")]
    checks = judge_canary(canary(settings, *some), DAY)
    assert {one.name: one.cause for one in checks if one.verdict != "pass"} == cause
    assert all(one.advice for one in checks if one.verdict != "pass")


def test_a_site_without_stories_and_one_with_refused_pages(settings: Settings) -> None:
    silent = canary(settings, outcome="silent", reason="No link looked like one.", named=0)
    assert [one.cause for one in judge_canary(silent, DAY)] == ["silent", "no-stories"]
    partly = canary(settings, GOOD, rejected={"gallery": 2})
    assert [one.said for one in judge_canary(partly, DAY)][-1] == "No release in 2: 2 × gallery."


def test_what_is_no_file_of_the_doctors_is_named(tmp_path: Path) -> None:
    damaged, other = tmp_path / "a.wacz", tmp_path / "b.wacz"
    damaged.write_bytes(b"no zip")
    with zipfile.ZipFile(other, "w") as container:
        container.writestr("report.json", json.dumps({"format": 99}))
        container.writestr("archive/data.warc.gz", b"")
    for file, said in (
        (damaged, "not a WACZ"),
        (other, "not 99"),
        (tmp_path / "c", "No such file"),
    ):
        with pytest.raises(ReportError, match=said):
            unpack(file, tmp_path)


def test_addresses_of_people_and_places_are_taken_off() -> None:
    said = {"a": ["at /home/adi/arsip/s.toml:1", f"tulis ke {MAIL}"], "n": 1}
    expected = {"a": ["at …/s.toml:1", "tulis ke …@…"], "n": 1}
    assert redact(said, {"/home/adi": "~", "/home/adi/arsip": "…"}) == expected
