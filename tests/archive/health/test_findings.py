"""`archive health`: what people and programs are told, and who else."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive import webhook
from archive.health import findings
from archive.health.thresholds import limits
from archive.ingest.store import Store
from tests.archive.conftest import Run
from tests.archive.hook import Hook
from tests.archive.samples import DAY, source

DOCS = Path(__file__).parents[3] / "docs"
WELL = {
    "named": 3,
    "found": 0,
    "unchanged_lists": 0,
    "ways": [{"what": "feed", "url": "/f", "named": 3}],
}
REFUSED = {
    "named": 0,
    "ways": [{"what": "feed", "url": "https://a.example/f", "failed": "http-403"}],
}
Crawled = Callable[..., None]


@pytest.fixture
def crawled(store: Store) -> Crawled:
    """Writes crawls of all three sources down, the last one a day ago."""

    def write(outcome: str = "ok", noted: dict[str, Any] = WELL, *, days: int = 3) -> None:
        for back in range(days, 0, -1):
            at = datetime.now(UTC) - back * DAY
            for name in ("kpu-contoh", "pemkot-contoh", "pemkot-misal"):
                ill = name == "pemkot-contoh"
                crawl = store.begin_crawl(name, at)
                store.end_crawl(
                    crawl,
                    outcome if ill else "ok",
                    None,
                    noted if ill else WELL,
                    at,  # type: ignore[arg-type]
                )

    return write


def test_all_is_well(run: Run, crawled: Crawled) -> None:
    crawled()
    done = run("health")
    assert (done.exit_code, done.output) == (0, "No source has a problem.\n")
    assert json.loads(run("health", "--json").output) == {"sick": [], "findings": []}
    assert run("health", "--mail").output == "", "cron mails what is printed"


def test_an_archive_without_crawls_is_not_sick(run: Run, store: Store) -> None:
    assert run("health").exit_code == 0


@pytest.mark.parametrize("width", [80, 160])
def test_a_sick_source_for_people(run: Run, crawled: Crawled, width: int) -> None:
    crawled("blocked", REFUSED)
    done = run("health", width=width)
    assert done.exit_code == 1
    assert max(map(len, done.output.splitlines())) <= width
    for part in (
        "pemkot-contoh",
        "blocked",
        "https://a.example/f",
        "http-403",
        "1 source has problems",
    ):
        assert part in done.output
    assert "What to do" in done.output
    assert "never evades" in " ".join(done.output.split())
    assert "kpu-contoh" not in done.output


def test_a_sick_source_for_programs(run: Run, crawled: Crawled) -> None:
    crawled("blocked", REFUSED)
    done = run("health", "--json", "--source", "pemkot-contoh")
    told = json.loads(done.output)
    assert (done.exit_code, told["sick"]) == (1, ["pemkot-contoh"])
    (finding,) = told["findings"]
    assert set(finding) == {"source", "kind", "since", "evidence", "crawls", "means", "advice"}
    assert (finding["kind"], finding["crawls"]) == ("blocked", 3)
    assert finding["evidence"].endswith(" (http-403). The last 3 crawls ended so.")
    assert run("health", "--source", "kpu-contoh").exit_code == 0


def test_a_mail(run: Run, crawled: Crawled) -> None:
    crawled("blocked", REFUSED)
    lines = run("health", "--mail").output.splitlines()
    assert lines[0] == "Subject: Arsip Pilkada: 1 source has problems: pemkot-contoh"
    assert lines[1] == ""
    assert lines[2].startswith("pemkot-contoh: blocked, since 20")
    assert max(map(len, lines)) <= 78


def test_a_webhook_hears_of_changes_only(run: Run, crawled: Crawled, hook: Hook) -> None:
    crawled("blocked", REFUSED)
    assert run("health", "--webhook", hook.url).exit_code == 1
    assert [one["kind"] for one in hook.told[0]["new"]] == ["blocked"]
    assert (
        "1 source has problems: pemkot-contoh\nnew: pemkot-contoh blocked" in hook.told[0]["text"]
    )
    again = run("health", "--webhook", hook.url)
    assert (again.exit_code, len(hook.told)) == (1, 1)
    assert "Nothing has changed; the webhook was not called." in again.output
    crawled(days=1)
    assert run("health", "--webhook", hook.url).exit_code == 0
    assert (hook.told[1]["new"], hook.told[1]["sick"]) == ([], [])
    assert [one["kind"] for one in hook.told[1]["over"]] == ["blocked"]
    run("health", "--webhook", hook.url, "--source", "pemkot-contoh")
    assert len(hook.told) == 2


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_webhook_that_fails_is_told_again(
    run: Run, crawled: Crawled, hook: Hook, status: int
) -> None:
    crawled("blocked", REFUSED)
    hook.status = status
    failed = run("health", "--webhook", hook.url)
    assert failed.exit_code == 3
    assert f"Error: The webhook at 127.0.0.1 answered HTTP {status}." in failed.output
    assert "pemkot-contoh" in failed.output, "what was found is said all the same"
    assert "secret" not in failed.output
    hook.status = 200
    assert run("health", "--webhook", hook.url).exit_code == 1
    assert len(hook.told) == 2


def test_a_webhook_that_never_answers(
    run: Run, crawled: Crawled, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawled("blocked", REFUSED)
    silent = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)  # nobody serves it
    monkeypatch.setattr(webhook, "PATIENCE", 0.1)
    done = run("health", "--webhook", f"http://127.0.0.1:{silent.server_port}/")
    silent.server_close()
    assert (done.exit_code, "did not answer in time" in done.output) == (3, True)
    refused = run("health", "--webhook", f"http://127.0.0.1:{silent.server_port}/")
    assert (refused.exit_code, "Connection refused" in refused.output) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--webhook", "ftp://a.example/"], "it is not an http:// or https:// URL"),
        (["--webhook", "http://[/"], "it is not an http:// or https:// URL"),
        (["--mail", "--json"], "Choose --mail or --json."),
        (["--source", "nope"], "The archive has no source nope."),
    ],
)
def test_wrong_usage(run: Run, crawled: Crawled, arguments: list[str], sentence: str) -> None:
    crawled()
    done = run("health", *arguments)
    assert (done.exit_code, sentence in " ".join(done.output.split())) == (2, True)


def test_a_source_nobody_crawls(run: Run, crawled: Crawled, store: Store) -> None:
    crawled()
    store.register([source("pemkot-baru")])
    done = run("health")
    assert "pemkot-baru: not-crawled" in done.output
    assert "Never crawled, while others were crawled 3 times." in " ".join(done.output.split())


def test_crawls_that_are_killed(engine: Engine, store: Store) -> None:
    start = datetime(2024, 9, 1, tzinfo=UTC)
    for day in range(3):
        assert findings_of(engine, start + day * DAY) == []
        store.begin_crawl("pemkot-contoh", start + day * DAY)
    assert findings_of(engine, start + 2 * DAY) == ["killed"]


def test_faults_and_expectations(engine: Engine, store: Store) -> None:
    start = datetime(2024, 9, 1, tzinfo=UTC)
    crawl = store.begin_crawl("pemkot-contoh", start)
    store.end_crawl(crawl, "failed", "Please report.", {"failures": {"fault": 1}}, start)
    assert findings_of(engine, start) == ["fault"]
    crawl = store.begin_crawl("pemkot-contoh", start + DAY)
    store.end_crawl(crawl, "unmet", "Too few.", WELL, start)
    assert findings_of(engine, start + DAY) == ["unmet"]


@pytest.mark.parametrize(("doubtful", "named"), [(2, False), (3, True), (8, True)])
def test_doubtful_texts_are_counted(run: Run, crawled: Crawled, doubtful: int, named: bool) -> None:
    reading = {
        "releases": 10,
        "dated": 10,
        "signed": 10,
        "words": 200,
        "evidence": {"page": 10},
        "flags": {"text-doubtful": doubtful},
        "without": {"text-doubtful": "https://a.example/berita/9"},
    }
    crawled("ok", WELL | {"reading": reading}, days=1)
    told = json.loads(run("health", "--json").output)["findings"]
    assert [one["kind"] for one in told] == (["doubtful"] if named else [])
    if named:
        evidence = f"{doubtful} of the last 10 texts read are doubtful"
        assert told[0]["evidence"] == f"{evidence}, for example https://a.example/berita/9."


def findings_of(engine: Engine, now: datetime) -> list[str]:
    with Session(engine) as session:
        found = findings(session, now + timedelta(hours=1), "pemkot-contoh")
        return [one.kind for one in found]


def test_every_kind_stands_in_the_docs_with_its_number_of_crawls() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\S+) \|", (DOCS / "health.md").read_text(), re.M)
    assert dict(rows) == {name: str(kind.crawls or "–") for name, kind in limits().kinds.items()}


def test_holidays_are_no_silence() -> None:
    quiet = limits().quiet_days
    first, last = limits().pauses[1]
    assert quiet(first - 3 * DAY, first - DAY) == 2
    assert quiet(first - DAY, last) == 0
    assert quiet(first - 2 * DAY, last + DAY) == 2


@pytest.mark.parametrize(
    ("had", "of", "share", "rare"),
    [(0, 2, 0.95, False), (0, 4, 0.95, True), (990, 1000, 0.99, False), (0, 5000, 0.9, True)],
)
def test_what_chance_does_not_explain(had: int, of: int, share: float, rare: bool) -> None:
    assert sys.modules["archive.health.extraction_drift"]._is_rare(had, of, share) is rare
