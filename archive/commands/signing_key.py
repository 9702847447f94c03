"""`signing-key`: the key pair that signs packages."""

from __future__ import annotations

from pathlib import Path

import click

from archive.preservation.signing_key import (
    SigningError,
    create_key,
    fingerprint,
    public_pem,
    read_key,
)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="KEY.pem")
@click.option("--create", is_flag=True, help="Make a new key first; an existing file is kept.")
@click.pass_context
def signing_key(ctx: click.Context, file: Path, create: bool) -> None:
    """Print the public key of KEY.pem, with which others verify your packages.

    `package --sign KEY.pem` signs with the private key in the file, which only you may read (mode
    0600). No backup contains it: keep a copy in a safe place, and publish the public key. Exit 2 if
    there is no such key, or with --create if the file exists.

    \b
    Examples:
      python -m archive signing-key --create ~/arsip-key.pem
      python -m archive signing-key ~/arsip-key.pem > public-key.pem
    """
    try:
        key = create_key(file) if create else read_key(file)
    except FileExistsError:
        raise click.UsageError(f"{file} exists; it was not touched.") from None
    except SigningError as error:
        raise click.UsageError(f"{error}.") from None
    click.echo(public_pem(key), nl=False)
    click.echo(f"SHA-256 of the public key: {fingerprint(key)}", err=True)
