"""`serve`: shows the archive in a browser."""

from __future__ import annotations

import socket
from pathlib import Path

import click

from archive.console.errors import CANNOT, fail
from archive.console.options import archive_option, captures_option, opened, watches_option
from archive.database.connection import archive_path

_LOOPBACK = "127.0.0.1"


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Port to listen on; 0: any free one.",
)
@captures_option
@watches_option
@archive_option
@click.pass_context
def serve(ctx: click.Context, port: int, captures: Path, watches: Path) -> None:
    """Browse the archive in a web browser, on this machine only and read-only.

    Search, what was edited and withdrawn, the changes between versions, pages as captured,
    questions with their SQL; in Indonesian or English, as the browser asks.
    Needs: pip install -r requirements-extra.txt. Stop with Ctrl-C.

    \b
    Example:
      python -m archive serve --port 8001
    """
    with opened(ctx.obj):  # reports a damaged archive before anything is served
        path = archive_path(ctx.obj)
    try:
        import uvicorn

        from archive.browse.site import site
    except ImportError:
        raise click.UsageError(
            "Browsing needs Datasette: .venv/bin/python -m pip install -r requirements-extra.txt."
        ) from None
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((_LOOPBACK, port))
        except OSError as error:
            fail(ctx, f"Port {port} cannot be used: {error.strerror}; try --port 0", CANNOT)
        listening.listen()  # so that the address can be opened at once
        click.echo(f"http://{_LOOPBACK}:{listening.getsockname()[1]}/ (stop with Ctrl-C)")
        config = uvicorn.Config(site(path, captures, watches).app(), log_level="warning")
        uvicorn.Server(config).run([listening])
