"""`serve`: look at the archive in a browser."""

from __future__ import annotations

import socket

import click

from archive.console.errors import CANNOT, fail
from archive.console.options import archive_option, opened
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
@archive_option
@click.pass_context
def serve(ctx: click.Context, port: int) -> None:
    """Browse the archive with Datasette, on this machine only and read-only.

    Facets, full-text search, questions with their SQL, and a page for each release.
    Needs: pip install -r requirements-extra.txt. Stop with Ctrl-C.

    \b
    Example:
      python -m archive serve --port 8001
    """
    with opened(ctx.obj):  # says what is wrong with it before anything is served
        path = archive_path(ctx.obj)
    try:
        import uvicorn

        from archive.browse.site import site
    except ImportError:
        raise click.UsageError(
            "Browsing needs Datasette: pip install -r requirements-extra.txt."
        ) from None
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((_LOOPBACK, port))
        except OSError as error:
            fail(ctx, f"Port {port} cannot be used: {error.strerror}; try --port 0", CANNOT)
        listening.listen()  # so that whoever reads the address can come at once
        click.echo(f"http://{_LOOPBACK}:{listening.getsockname()[1]}/ (stop with Ctrl-C)")
        config = uvicorn.Config(site(path).app(), log_level="warning")
        uvicorn.Server(config).run([listening])
