"""Where `export` writes to: checks of its name and its format."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from archive.atomic_file import packed, whole_file
from archive.codebook import data_package
from archive.export import manifest
from archive.export.formats import FORMATS, PACKED


def checked_format(form: str | None, output: Path | None, *, bom: bool) -> str:
    """The format asked for, or else the one that the ending of the name means. Raises
    click.UsageError."""
    form = form or _format(output)
    if bom and form != "csv":
        raise click.UsageError("--bom is for CSV.")
    if output and form in PACKED and output.suffix in (".gz", ".zst"):
        name = "Parquet" if form == "parquet" else form
        raise click.UsageError(f"{name} compresses by itself: leave out {output.suffix}.")
    return form


def _format(output: Path | None) -> str:
    """The format that the ending of a name means. Raises click.UsageError for one that means
    none."""
    name = output.name.removesuffix(".gz").removesuffix(".zst") if output else ""
    ending = Path(name).suffix.removeprefix(".").lower()
    if ending and ending not in FORMATS:
        known = ", ".join(f".{form}" for form in sorted(FORMATS))
        raise click.UsageError(
            f"{output}: no format has the ending .{ending}. Use one of {known}, or say --format."
        )
    return ending or "jsonl"


def check_dataset(target: str, form: str | None, *, is_whole: bool) -> None:
    """Raises click.UsageError where a folder cannot be written as asked for."""
    if form != "parquet":
        raise click.UsageError(f"{target} is a folder; only --format parquet writes into one.")
    if not is_whole:
        raise click.UsageError("A dataset is always the whole: --after-seq is for files.")


def check_manifest(output: Path, with_manifest: bool) -> None:
    """Raises click.UsageError where the manifest cannot be written beside the file."""
    if output.name == manifest.NAME and with_manifest:
        raise click.UsageError(f"{manifest.NAME} is written beside the file; choose another name.")
    if with_manifest:
        try:
            manifest.read(output.resolve().parent)
        except manifest.ForeignManifest as error:
            raise click.UsageError(f"{error}.") from None


def check_package(output: Path, with_codebook: bool) -> None:
    """Raises click.UsageError where the data package cannot be written beside the file."""
    if output.name == data_package.NAME and with_codebook:
        raise click.UsageError(
            f"{data_package.NAME} is written beside the file; choose another name."
        )
    if with_codebook:
        try:
            data_package.read(output.resolve().parent)
        except data_package.ForeignPackage as error:
            raise click.UsageError(f"{error}.") from None


def is_regular(output: Path) -> bool:
    """Whether it is a file, or may become one: not a pipe or a device."""
    return output.is_file() or not output.exists()


@contextmanager
def destination(output: Path | None) -> Iterator[BinaryIO]:
    """The file, compressed if its name says so; None: standard output."""
    if output is None:
        yield sys.stdout.buffer
        return
    with whole_file(output) as file, packed(file, output.name) as packer:
        yield packer
