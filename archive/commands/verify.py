"""`verify`: checks that all captures are complete and the tables agree."""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path

import click

from archive.console.options import (
    archive_option,
    captures_option,
    corrections_option,
    held,
    json_option,
    opened,
    print_json,
)
from archive.preservation import verify as verification

_SHOWN = 20


@click.command()
@captures_option
@corrections_option
@click.option("--repair", is_flag=True, help="Repair what can be derived from the rest.")
@archive_option
@json_option
@click.pass_context
def verify(
    ctx: click.Context, captures: Path, corrections: Path, repair: bool, as_json: bool
) -> None:
    """Check that captures are complete and the tables agree.

    Reads every byte of every capture file again, compares records with their digests, and looks for
    the bytes of every version and rejected page; checks the database, the counts, the clusters, the
    search index and the frontier; and names corrections that fit nothing. Exit 1 when something is
    wrong. It changes nothing, and may be run during a crawl; --repair may not (exit 3).

    \b
    Examples:
      python -m archive verify
      python -m archive verify --repair
    """
    mended: list[str] = []
    if repair:
        with held(ctx.obj, "verify --repair") as engine:
            mended = verification.repair(engine, captures)
    counted = verification.Counted()
    with opened(ctx.obj) as engine:
        checks = verification.verify(engine, captures, counted)
        findings = chain(checks, verification.verify_corrections(engine, corrections))
        shown = list(findings if as_json else islice(findings, _SHOWN))
        more = sum(1 for _ in findings)
    if as_json:
        result = {"findings": [asdict(one) for one in shown], "mended": mended}
        print_json(result | {"counted": asdict(counted)})
    else:
        _say(shown, more, mended, counted)
    ctx.exit(1 if shown else 0)


def _say(
    found: list[verification.Finding],
    more: int,
    mended: list[str],
    counted: verification.Counted,
) -> None:
    read = counted.read
    for sentence in mended:
        click.echo(sentence)
    for one in found:
        click.echo(f"{one.what}: {one.where}: {one.detail}.")
    if more:
        click.echo(f"… and {more:,} more; --json lists all.")
    click.echo(
        f"{counted.releases:,} releases in {counted.versions:,} versions, "
        f"{counted.captures:,} captures read again "
        f"({read.records:,} records in {read.files:,} files, {read.bytes:,} bytes): "
        + (f"{len(found) + more:,} things are wrong." if found else "all is well.")
    )
    if read.erased:
        click.echo(
            f"{read.erased:,} captures were erased after a takedown; `arsip suppressions` says why."
        )
    if counted.uncaptured:
        click.echo(f"{counted.uncaptured:,} versions were archived without a capture.")
