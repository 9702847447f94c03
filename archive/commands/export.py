"""`export`: writes releases into a file for other programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click

from archive.atomic_file import whole_file
from archive.codebook import contents, data_package
from archive.codebook.beside import write_beside
from archive.codebook.markdown import markdown
from archive.console.export_target import (
    check_dataset,
    check_manifest,
    check_package,
    checked_format,
    destination,
    is_regular,
)
from archive.console.options import (
    DAY,
    archive_option,
    check_output,
    opened,
    selection_options,
)
from archive.console.search_words import all_found, words_argument
from archive.database import migrate
from archive.database.column_types import utc_text
from archive.database.connection import archive_path
from archive.export import manifest, parquet_dataset
from archive.export.formats import FORMATS, Csv, FormatMissing
from archive.export.increment import Increment, increment
from archive.exported_record import KEYS, SEEN_AT
from archive.lookup.change_weight import Weight
from archive.lookup.selection import Selection


def date_or_seq(value: str) -> datetime | int:
    """A date; also a bare number, which was a SEQ before there was `--after-seq`."""
    if value.isascii() and value.isdigit():
        return int(value)
    return DAY.convert(value, None, None)


@click.command()
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(allow_dash=True),
    metavar="FILE",
    help="Write to FILE, complete or not at all; compressed if it ends in .gz or .zst. For "
    "Parquet also a folder (dataset/) or an address (s3://…). Default: standard output.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(sorted(FORMATS)),
    help="Default: from the ending of FILE's name; without one, JSON lines.",
)
@click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, as Excel wants it.")
@click.option(
    "--after-seq", type=click.IntRange(0), metavar="SEQ", help="Only what changed after SEQ."
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Read SEQ from this file, and save the next one in it after the export.",
)
@words_argument
@selection_options
@click.option("--since", type=date_or_seq, metavar="DATE", help="Published on this day or later.")
@click.option("--until", type=DAY, metavar="DATE", help="Published on this day or before.")
@click.option("--versions", is_flag=True, help="Every version, not only the current ones.")
@click.option(
    "--include-suppressed",
    is_flag=True,
    help="Also what was taken down, with its text: for the keeper of the archive, not to be "
    "passed on.",
)
@click.option(
    "--manifest/--no-manifest",
    "with_manifest",
    default=True,
    help="List FILE in the manifest.json beside it (counts, hashes, filters).  [default: yes]",
)
@click.option(
    "--codebook/--no-codebook",
    "with_codebook",
    default=True,
    help="Describe FILE in FILE.codebook.md and in the datapackage.json beside it.  [default: yes]",
)
@archive_option
@click.pass_obj
def export(
    url: str,
    target: str | None,
    form: str | None,
    bom: bool,
    after_seq: int | None,
    state: Path | None,
    words: tuple[str, ...],
    selection: Selection,
    weight: Weight | None,
    since: datetime | int | None,
    until: datetime | None,
    versions: bool,
    include_suppressed: bool,
    with_manifest: bool,
    with_codebook: bool,
) -> None:
    """Write releases as JSON lines, CSV, a spreadsheet (xlsx) or Parquet, ordered by seq.

    Every line of JSON is valid against archive/release.schema.json. WORDS and options choose
    releases as in `search`, and --since and --until by the date of publication. For only what is
    new, changed or withdrawn, use --after-seq with the last seq of the previous export, or --state
    with a file that remembers it.

    \b
    Examples:
      python -m archive export -o releases.jsonl.gz
      python -m archive export --election --unique | head -1 | jq
      python -m archive export netralitas --since 2024-09-25 -o netralitas.xlsx
      python -m archive export --after-seq 4711 -o changes.jsonl
      python -m archive export --state mirror.seq -o "changes-$(date +%F).jsonl"
      python -m archive export --kind kpu --versions -o kpu.parquet
      python -m archive export --format parquet -o dataset/
    """
    is_dataset = target is not None and parquet_dataset.is_address(target)
    output = None if is_dataset or target in (None, "-") else Path(str(target))
    day, after_seq = _day_and_seq(since, after_seq)
    selection = replace(selection, since=day and day.date(), until=until and until.date())
    if after_seq is not None and state:
        raise click.UsageError("--after-seq and --state both set the start; give one of them.")
    if is_dataset:
        check_dataset(str(target), form, is_whole=after_seq is None and not state)
        if not with_manifest:
            raise click.UsageError("A dataset needs its manifest.")
    is_file = output is not None and is_regular(output)
    with_manifest = with_manifest and is_file
    with_codebook = with_codebook and (is_file or is_dataset)
    if output:
        check_output(output, archive_path(url))
        check_manifest(output, with_manifest)
        check_package(output, with_codebook)
    form = checked_format(form, output, bom=bom)
    begin = _read_state(state) if state else after_seq or 0
    keys = (*KEYS, SEEN_AT) if versions else KEYS
    with (
        opened(url, selection) as engine,
        increment(
            engine,
            selection := all_found(engine, words, selection, weight),
            since=begin,
            versions=versions,
            include_suppressed=include_suppressed,
        ) as found,
    ):
        if is_dataset:
            _write_dataset(str(target), found, selection, keys, with_book=with_codebook)
            return
        _check_begin(begin, found.last, state)
        with destination(output) as file:
            number = _write_records(file, form, found, keys, bom=bom)
        if output and with_codebook:
            book = contents.codebook(found.connection, datetime.now(UTC), selection, since=begin)
            written = data_package.Export.of(output.resolve(), form, number, versions=versions)
            write_beside(book, written)
    last = max(begin, found.last)
    if output and with_manifest:
        manifest.enter(output.resolve(), _entry(form, number, begin, last, keys, selection))
    if state:
        with whole_file(state) as file:
            file.write(f"{last}\n".encode())
    if output:
        what = "versions" if versions else "releases"
        click.echo(f"{number:,} {what} in {output}. Next export: --after-seq {last}", err=True)


def _day_and_seq(
    since: datetime | int | None, after_seq: int | None
) -> tuple[datetime | None, int | None]:
    """The values of --since and --after-seq. Raises click.UsageError."""
    if not isinstance(since, int):
        return since, after_seq
    if after_seq is not None:
        raise click.UsageError("--since SEQ and --after-seq SEQ are the same; give one of them.")
    click.echo(f"--since {since} is taken as --after-seq {since}; a date is YYYY-MM-DD.", err=True)
    return None, since


def _write_records(
    file: BinaryIO, form: str, found: Increment, keys: tuple[str, ...], *, bom: bool
) -> int:
    """Returns how many. Raises click.UsageError if the format needs a library that is missing."""
    try:
        writer = Csv(file, keys, bom=bom) if form == "csv" else FORMATS[form](file, keys)
    except FormatMissing as error:
        raise click.UsageError(f"{error}.") from None
    number = 0
    for line in found.lines:
        writer.write(line)
        number += 1
    writer.close()
    return number


def _write_dataset(
    address: str,
    found: Increment,
    selection: Selection,
    keys: tuple[str, ...],
    *,
    with_book: bool,
) -> None:
    """Raises click.UsageError, OSError."""
    number = 0
    try:
        with parquet_dataset.dataset(address, keys) as written:
            for line in found.lines:
                written.write(line)
                number += 1
            written.complete()
            if with_book:
                book = contents.codebook(found.connection, datetime.now(UTC), selection)
                name = Path(written.snapshot)
                about = data_package.Export(
                    name, "parquet", number, versions=SEEN_AT in keys, sha256=written.sha256
                )
                written.add("codebook.md", markdown(book, about).encode())
            written.publish(_entry("parquet", number, 0, found.last, keys, selection))
    except (FormatMissing, parquet_dataset.NoDataset) as error:
        raise click.UsageError(f"{error}.") from None
    click.echo(
        f"{number:,} {'versions' if SEEN_AT in keys else 'releases'} in "
        f"{address.rstrip('/')}/{written.snapshot}/{parquet_dataset.DATA}.",
        err=True,
    )


def _entry(
    form: str, records: int, since: int, last: int, keys: tuple[str, ...], selection: Selection
) -> manifest.Entry:
    return manifest.Entry(
        format=form,
        written_at=utc_text(datetime.now(UTC)),
        records=records,
        since=since,
        last_seq=last,
        versions=SEEN_AT in keys,
        filters=selection.as_json(),
        archive_schema=migrate.head(),
    )


def _read_state(state: Path) -> int:
    if not state.absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder {state.parent}.")
    if not state.exists():
        return 0
    text = state.read_text(encoding="utf-8", errors="replace").strip()
    if not (text.isascii() and text.isdigit()):
        raise click.UsageError(f"{state} holds no seq: another program wrote it.")
    return int(text)


def _check_begin(begin: int, last: int, state: Path | None) -> None:
    """A mirror that reads an older copy of the archive must not continue as if nothing had
    changed."""
    if begin <= last:
        return
    sentence = f"The archive is at seq {last}, which is before {begin}"
    if state:
        raise click.UsageError(f"{sentence}: {state} belongs to another archive.")
    click.echo(f"{sentence}; is it another archive?", err=True)
