"""`verify`: checks that all captures are complete and the tables agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from archive.console.options import (
    archive_option,
    captures_option,
    corrections_option,
    json_option,
    locked_archive,
    opened,
    print_json,
    roots_option,
)
from archive.fault import Fault
from archive.preservation import verify as verification
from archive.preservation.repair import repair as repair_archive
from archive.proof.services import host
from archive.proof.stamp_check import Stamps

_SHOWN = 20


@click.command()
@captures_option
@corrections_option
@click.option("--repair", is_flag=True, help="Repair what can be derived from the rest.")
@roots_option
@archive_option
@json_option
@click.pass_context
def verify(
    ctx: click.Context,
    captures: Path,
    corrections: Path,
    repair: bool,
    roots: Sequence[Any],
    as_json: bool,
) -> None:
    """Check that captures are complete and the tables agree.

    Reads every byte of every capture file again, compares records with their digests, and looks for
    the bytes of every version and rejected page; checks the database, the counts, the clusters, the
    search index and the frontier; names corrections that fit nothing; and checks the log of events
    with its time stamps, and every release against it. Exit 1 when something is
    wrong. It changes nothing, and may be run during a crawl; --repair may not (exit 3).

    \b
    Examples:
      python -m archive verify
      python -m archive verify --repair
    """
    mended: list[str] = []
    if repair:
        with locked_archive(ctx.obj, "verify --repair") as engine:
            mended = repair_archive(engine, captures)
    counted = verification.Counted()
    with opened(ctx.obj) as engine:
        checks = verification.verify(engine, captures, counted, roots)
        faults = chain(checks, verification.verify_corrections(engine, corrections))
        shown = list(faults if as_json else islice(faults, _SHOWN))
        more = sum(1 for _ in faults)
    if as_json:
        numbers = asdict(replace(counted, proof=Stamps()))
        del numbers["proof"]
        found = [asdict(fault) for fault in shown]
        result = {"findings": found, "mended": mended, "counted": numbers}
        print_json(result | {"proof": counted.proof.as_json()})
    else:
        _say(shown, more, mended, counted)
    ctx.exit(1 if shown else 0)


def _say(
    faults: list[Fault],
    more: int,
    mended: list[str],
    counted: verification.Counted,
) -> None:
    read = counted.read
    for sentence in mended:
        click.echo(sentence)
    for fault in faults:
        click.echo(f"{fault.what}: {fault.where}: {fault.detail}.")
    if more:
        click.echo(f"… and {more:,} more; --json lists all.")
    click.echo(
        f"{counted.releases:,} releases in {counted.versions:,} versions, "
        f"{counted.captures:,} captures read again "
        f"({read.records:,} records in {read.files:,} files, {read.bytes:,} bytes): "
        + (f"{len(faults) + more:,} things are wrong." if faults else "all is well.")
    )
    if read.erased:
        click.echo(
            f"{read.erased:,} captures were erased after a takedown; `arsip suppressions` says why."
        )
    _say_proof(counted.proof)
    if counted.uncaptured:
        click.echo(f"{counted.uncaptured:,} versions were archived without a capture.")


def _say_proof(stamps: Stamps) -> None:
    """Which versions existed before which time."""
    if stamps.unchecked:
        click.echo(
            f"{stamps.unchecked:,} time stamps were not checked: "
            "pip install -r requirements-extra.txt."
        )
    if not stamps.valid:
        return
    last = max(stamps.by_stamp or stamps.valid, key=lambda one: one.at)
    covered = sum(stamps.by_stamp.values())
    left = stamps.versions - covered
    click.echo(
        f"{covered:,} of {stamps.versions:,} versions existed before {last.at:%Y-%m-%d %H:%M} UTC "
        f"({host(last.service)})" + (f"; {left:,} are not yet stamped." if left else ".")
    )
    if stamps.without_issuer:
        click.echo(
            f"{stamps.without_issuer:,} time stamps: who issued their certificates is not checked; "
            "TIMESTAMP_ROOTS names the certificates to trust."
        )
