"""One examination, live or replayed from a file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj
from typing import Any

from scrapy.settings import Settings

from archive.preservation.wacz_file import WARC
from archive.preservation.wacz_of_run import keep
from crawler.doctor.machine import Machine
from crawler.doctor.record_and_replay import FAILURES, REPLAYED, read_failures
from crawler.doctor.report import Kept, Report, ReportError, local_folders, redact
from crawler.doctor.shown import markdown
from crawler.doctor.trial_crawls import choose_canaries, look_at_canaries, prepare, read_canaries
from crawler.registry.source import Source
from crawler.run.connectivity_check import make_contact
from crawler.run.crawl_run import CrawlRun, Runner

_REPORT = "report.json"
_REPLAYS = "crawler.doctor.record_and_replay.ReplayedDownloads"
_HOSTS = 6
_REPORT_MAX = 64 * 1024 * 1024
"""Bytes; a report has some hundred thousand."""


async def examine(
    runner: Runner,
    settings: Settings,
    machine: Machine,
    sources: Sequence[Source],
    ids: Sequence[str],
    folder: Path,
    *,
    canaries: bool,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Contacts some hosts and, if most respond and `canaries` is set, crawls sources; captures
    go into `folder`. Raises ArchiveError."""
    say("Fetching robots.txt from some hosts.")
    chosen = choose_canaries(sources, ids)
    contacts = await make_contact(runner, settings, list(chosen.values()), hosts=_HOSTS)
    made_at = datetime.now(UTC).replace(microsecond=0)
    report = Report(made_at=made_at, machine=machine, contacts=contacts)
    is_full = any(check.cause == "full" for check in report.checks)
    if not chosen or not canaries or is_full or report.failed("network", "clock"):
        return report
    say(f"Checking {len(chosen)} sources, a few requests each; this takes up to five minutes.")
    own = prepare(settings, folder)
    return await _look(runner, own, report, chosen)


async def replay(runner: Runner, settings: Settings, kept: Kept, folder: Path) -> Report:
    """Replays the captures that `unpack` left in `folder`. Raises ArchiveError."""
    report = Report(
        made_at=kept.made_at, machine=kept.machine, contacts=kept.contacts, failures=kept.failures
    )
    if not kept.canaries:
        return report
    own = prepare(settings, folder)
    own.setdict(
        {
            "CAPTURES_ENABLED": False,
            "DOWNLOAD_DELAY": 0,
            "AUTOTHROTTLE_ENABLED": False,
            "EXTENSIONS": {
                **settings.getdict("EXTENSIONS"),
                "crawler.extensions.crawl_delay.CrawlDelay": None,
            },
            "DOWNLOAD_HANDLERS": {
                **settings.getdict("DOWNLOAD_HANDLERS"),
                **dict.fromkeys(("http", "https"), _REPLAYS),
            },
            REPLAYED: str(folder / "data.warc.gz"),
        },
        priority="cmdline",
    )
    lines = [json.dumps(failure) + "\n" for failure in kept.failures]
    Path(own[FAILURES]).write_text("".join(lines), encoding="utf-8")
    return await _look(runner, own, report, kept.canaries)


async def _look(runner: Runner, own: Settings, report: Report, chosen: dict[str, Source]) -> Report:
    with closing(CrawlRun.open(own, command="arsip doctor")) as run:
        await look_at_canaries(run, runner, chosen)
    if run.archive_error is not None:
        raise run.archive_error
    return Report(
        made_at=report.made_at,
        machine=report.machine,
        contacts=report.contacts,
        canaries=read_canaries(own["ARCHIVE_URL"], run.results, chosen),
        failures=report.failures or read_failures(Path(own[FAILURES])),
    )


def write_file(report: Report, settings: Settings, folder: Path, target: Path) -> int:
    """Writes report and responses as a WACZ, and a Markdown block next to it. Returns how many
    responses were left out because they repeat CONTACT. Raises OSError."""
    folders = local_folders(folder, Path(settings["CAPTURES"]), Path(settings["SOURCES"]))
    values = redact(report.as_file(), folders)
    data = json.dumps(values, ensure_ascii=False, indent=1).encode()
    block = redact(markdown(report), folders)
    target.with_suffix(".md").write_text(block, encoding="utf-8")
    return keep(folder / "captures", target, {_REPORT: data}, settings["CONTACT"])


def unpack(file: Path, folder: Path) -> Kept:
    """Unpacks a file of the doctor; its captures go into `folder`. Raises ReportError."""
    try:
        with zipfile.ZipFile(file) as container:
            if container.getinfo(_REPORT).file_size > _REPORT_MAX:
                raise ReportError("Its report is too long.")
            values: dict[str, Any] = json.loads(container.read(_REPORT))
            with container.open(WARC) as warc, (folder / "data.warc.gz").open("wb") as out:
                copyfileobj(warc, out)
    except KeyError as error:
        raise ReportError("It holds no report of arsip doctor.") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
        raise ReportError(f"It is damaged, or not a WACZ ({error}).") from error
    except OSError as error:
        raise ReportError(f"It cannot be read: {error.strerror or error}.") from error
    if not isinstance(values, dict):
        raise ReportError("It holds no report of arsip doctor.")
    return Kept.from_json(values)
