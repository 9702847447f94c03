"""Facts about this machine that a crawl depends on, and their verdicts."""

from __future__ import annotations

import errno
import os
import platform
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import mkstemp

from scrapy.settings import BaseSettings

from archive import __version__
from archive.database.connection import ArchiveError, archive_path, open_archive
from archive.ingest.store import Store
from archive.preservation.clock_faults import latest as latest_time
from crawler.doctor.check import FAIL, PASS, WARN, Check
from crawler.registry.reader import SourceError, load_sources
from crawler.run.clock_check import fault as clock_fault
from crawler.run.clock_check import told_by
from crawler.run.connectivity_check import Contact

_TRIED = 1024 * 1024
"""Bytes written to test whether a folder is writable."""
_GIB = 1024**3
_LITTLE, _TOO_LITTLE = 5 * _GIB, _GIB // 5
"""Free bytes. A year of captures of the whole country takes more than the first; below the
second, one crawl may not fit."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Facts about this machine, without names of persons, hosts or folders."""

    program: str
    python: str
    scrapy: str
    system: str
    now: str
    """Time of this machine's clock, UTC."""
    latest: str | None
    """The latest time in the archive."""
    contact: bool
    """Whether CONTACT is set."""
    sources: int | None
    """Number of sources in the registry; None if it has errors."""
    mistakes: str = ""
    """The first error, without its folder, and the number of others."""
    archive: str = ""
    """Why the archive cannot be used: `full`, `not-writable`, `unreadable`; empty if it can."""
    captures: str = ""
    """The same for the folder of captures."""
    free: int | None = None
    """Free bytes, on the fuller disk of the two."""


def look_at_machine(settings: BaseSettings) -> Machine:
    """Gathers the facts; writes a small file into both folders and deletes it."""
    archive = archive_path(settings["ARCHIVE_URL"])
    captures = Path(settings["CAPTURES"])
    sources, mistakes = _registry(Path(settings["SOURCES"]))
    fault, latest = _archive(settings["ARCHIVE_URL"], archive)
    return Machine(
        program=__version__,
        python=platform.python_version(),
        scrapy=version("scrapy"),
        system=f"{platform.system()} {platform.machine()}",
        now=datetime.now(UTC).isoformat(timespec="seconds"),
        latest=latest.isoformat(timespec="seconds") if latest else None,
        contact=bool(settings["CONTACT"]),
        sources=sources,
        mistakes=mistakes,
        archive=fault or try_to_write(archive.parent),
        captures=try_to_write(captures),
        free=min(filter(None, map(_free, (archive.parent, captures))), default=None),
    )


def judge_machine(machine: Machine, contacts: list[Contact]) -> list[Check]:
    """A check for each requirement of a crawl."""
    return [
        Check(
            name="versions",
            verdict=PASS,
            said=(
                f"arsip-pilkada {machine.program}, Python {machine.python}, "
                f"Scrapy {machine.scrapy}, {machine.system}."
            ),
        ),
        _judge_registry(machine),
        _judge_contact(machine),
        _judge_folder("archive", machine.archive),
        _judge_folder("captures", machine.captures),
        _judge_disk(machine),
        _judge_clock(machine, contacts),
    ]


def try_to_write(folder: Path) -> str:
    """Why a folder cannot be written: `full` or `not-writable`; empty if it can."""
    folder = _existing(folder)
    name = ""
    try:
        handle, name = mkstemp(prefix=".arsip-doctor-", dir=folder)
        try:
            left = memoryview(bytes(_TRIED))
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        return "full" if error.errno in _FULL else "not-writable"
    finally:
        if name:
            with suppress(OSError):
                Path(name).unlink()
    return ""


def _existing(folder: Path) -> Path:
    """The folder, or the nearest existing one above it."""
    folder = folder.resolve()
    return next(each for each in (folder, *folder.parents) if each.is_dir())


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(_existing(folder)).free
    except OSError:
        return None


def _registry(path: Path) -> tuple[int | None, str]:
    try:
        return len(load_sources(path)), ""
    except SourceError as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        first = lines[0].replace(f"{path}{os.sep}", "").replace(str(path), path.name)
        return None, first + more


def _archive(url: str, path: Path) -> tuple[str, datetime | None]:
    """Why an existing archive cannot be opened, and the latest time in it."""
    if not path.exists():
        return "", None
    try:
        engine = open_archive(url)
    except ArchiveError:
        return "unreadable", None
    try:
        return "", Store(engine).within(latest_time)
    except ArchiveError:
        return "unreadable", None
    finally:
        engine.dispose()


def _judge_registry(machine: Machine) -> Check:
    if machine.sources is None:
        return Check(
            name="registry",
            verdict=FAIL,
            cause="mistakes",
            said=f"The registry has a mistake: {machine.mistakes}",
            advice="Correct the file at that line; docs/add-a-source.md explains every key.",
        )
    return Check(name="registry", verdict=PASS, said=f"{machine.sources:,} sources.")


def _judge_contact(machine: Machine) -> Check:
    if machine.contact:
        return Check(name="contact", verdict=PASS, said="CONTACT is set.")
    return Check(
        name="contact",
        verdict=WARN,
        cause="not-set",
        said="CONTACT is not set: the sites cannot see whom to ask about these requests.",
        advice="Set it to a mail or web address: export CONTACT=nama@contoh.id",
    )


def _judge_folder(name: str, fault: str) -> Check:
    what = {"archive": "The archive", "captures": "The folder of captures"}[name]
    setting = {"archive": "ARCHIVE_URL", "captures": "CAPTURES"}[name]
    if not fault:
        return Check(name=name, verdict=PASS, said=f"{what} can be written.")
    result, advice = {
        "full": (f"{what} cannot be written: the disk is full.", "Free some space."),
        "not-writable": (
            f"{what} cannot be written.",
            f"Give this user write permission, or set {setting} to another path.",
        ),
        "unreadable": (
            f"{what} cannot be opened by this program.",
            "Run arsip upgrade, then arsip verify to see why.",
        ),
    }[fault]
    return Check(name=name, verdict=FAIL, cause=fault, said=result, advice=advice)


def _judge_disk(machine: Machine) -> Check:
    if machine.free is None:
        return Check(name="disk", verdict=WARN, cause="unknown", said="Free space is unknown.")
    result = f"{machine.free / _GIB:.1f} GiB are free."
    if machine.free >= _LITTLE:
        return Check(name="disk", verdict=PASS, said=result)
    return Check(
        name="disk",
        verdict=FAIL if machine.free < _TOO_LITTLE else WARN,
        cause="little-space",
        said=result,
        advice="Free some space, or set ARCHIVE_URL and CAPTURES to a larger disk.",
    )


def _judge_clock(machine: Machine, contacts: list[Contact]) -> Check:
    now = datetime.fromisoformat(machine.now)
    latest = datetime.fromisoformat(machine.latest) if machine.latest else None
    offsets = told_by(contacts)
    if fault := clock_fault(now, latest, offsets):
        result, _, advice = fault.partition(". ")
        return Check(name="clock", verdict=FAIL, cause="wrong", said=f"{result}.", advice=advice)
    if not offsets:
        return Check(name="clock", verdict=WARN, cause="unknown", said="No host sent the time.")
    hosts = f"{len(offsets)} host{'s' if len(offsets) != 1 else ''}"
    return Check(name="clock", verdict=PASS, said=f"The clock agrees with {hosts}.")
