"""`reindex`: rebuild the search index."""

from __future__ import annotations

import click

from archive.console.options import archive_option, held
from archive.search import index


@click.command()
@archive_option
@click.pass_obj
def reindex(url: str) -> None:
    """Rebuild the search index.

    Needed only when `verify` says so, or after a change of the stemmer. It is one transaction;
    searches use the old index meanwhile. Exit 3 while a crawl runs.

    \b
    Example:
      python -m archive reindex
    """
    with held(url, "reindex") as engine:
        number = index.rebuild(engine)
    click.echo(f"{number:,} releases are in the search index.")
