"""`package`: writes selected releases with their captures into one file."""

from __future__ import annotations

from pathlib import Path

import click

from archive.atomic_file import whole_file
from archive.console.errors import fail
from archive.console.options import (
    archive_option,
    captures_option,
    check_output,
    opened,
    published_options,
    selection_options,
)
from archive.console.search_words import all_found, words_argument
from archive.database.connection import archive_path
from archive.lookup.change_weight import Weight
from archive.lookup.selection import Selection
from archive.preservation import wacz as packaging
from archive.preservation.signing_key import SigningError, fingerprint, read_key
from archive.preservation.wacz_signature import Sign, anonymous, by_domain

_SHOWN = 5


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE.wacz",
    help="The WACZ file to write.",
)
@words_argument
@selection_options
@published_options
@click.option(
    "--sign",
    "key_file",
    envvar="SIGNING_KEY",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="KEY.pem",
    help="Sign with this private key (`signing-key` makes one); default from the environment "
    "variable SIGNING_KEY. Without it the package is not signed.",
)
@click.option(
    "--certificate",
    envvar="SIGNING_CERTIFICATE",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="CHAIN.pem",
    help="The TLS certificate of your domain for this key, then its issuers: signs in the name of "
    "the domain; needs --time-stamp.",
)
@click.option(
    "--time-stamp",
    "service",
    envvar="SIGNING_TIME_STAMP",
    metavar="URL",
    help="The RFC 3161 service that stamps a signature with --certificate.",
)
@captures_option
@archive_option
@click.pass_context
def package(
    ctx: click.Context,
    output: Path,
    key_file: Path | None,
    certificate: Path | None,
    service: str | None,
    captures: Path,
    words: tuple[str, ...],
    selection: Selection,
    weight: Weight | None,
) -> None:
    """Write releases and their captures into one WACZ file.

    It holds every version of each chosen release, and opens in ReplayWeb.page or pywb as the site
    showed it. WORDS work as in `search`. Exit 1 if some captures are missing; or if no release
    was chosen or the package cannot be signed, and then no file is written.

    \b
    Examples:
      python -m archive package -o netralitas.wacz --topic netralitas
      python -m archive package netralitas ASN --since 2024-09-25 -o netralitas.wacz
      python -m archive package --edited -o edited.wacz --sign ~/arsip-key.pem
    """
    missing: list[str] = []
    try:
        sign, signed = _signature(key_file, certificate, service)
    except SigningError as error:
        raise click.UsageError(f"{error}.") from None
    check_output(output, archive_path(ctx.obj))
    with opened(ctx.obj, selection) as engine, whole_file(output) as file:
        try:
            packed = packaging.package(
                engine,
                all_found(engine, words, selection, weight),
                captures,
                file,
                lambda sentence: missing.append(sentence) if len(missing) < _SHOWN else None,
                sign,
            )
        except SigningError as error:
            fail(ctx, f"{error}; {output} was not written", 1)
        if not packed.releases:
            fail(ctx, f"No release was chosen; {output} was not written", 1)
    click.echo(f"{packed.releases:,} releases, {packed.captures:,} captures: {output}")
    click.echo(signed)
    _print_missing(missing, packed.missing)
    ctx.exit(1 if packed.missing else 0)


def _print_missing(sentences: list[str], number: int) -> None:
    for sentence in sentences:
        click.echo(f"{sentence}.", err=True)
    if number > len(sentences):
        click.echo(f"… and {number - len(sentences):,} more.", err=True)


def _signature(
    key_file: Path | None, certificate: Path | None, service: str | None
) -> tuple[Sign | None, str]:
    """What signs, and a sentence about it. Raises SigningError, click.UsageError."""
    if (certificate is None) != (service is None):
        raise click.UsageError("--certificate and --time-stamp need each other.")
    if key_file is None:
        if certificate is not None:
            raise click.UsageError("--certificate needs its key: --sign.")
        return None, "Not signed."
    key = read_key(key_file)
    if certificate is None or service is None:
        return anonymous(key), f"Signed; SHA-256 of the public key: {fingerprint(key)}"
    sign = by_domain(key, certificate, service)
    return sign, f"Signed with the certificate {certificate} and stamped by {service}."
