"""`reindex`: rebuild the search index."""

from __future__ import annotations

import click

from archive.console.options import archive_option, locked_beside_crawls
from archive.search.rebuild import rebuild


@click.command()
@archive_option
@click.pass_obj
def reindex(url: str) -> None:
    """Rebuild the search index.

    Needed only when `verify` says so, or after a change of the stemmer. A crawl can run at the same
    time. Until it is complete, `search` finds the newest releases only and says so; if it was
    interrupted, run it again.

    \b
    Example:
      python -m archive reindex
    """
    with locked_beside_crawls(url, "reindex") as engine:
        number = rebuild(engine)
    click.echo(f"{number:,} releases are in the search index.")
