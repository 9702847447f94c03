"""`reindex`: make the search index anew."""

from __future__ import annotations

import click

from archive.console.options import archive_option, held
from archive.search import index


@click.command()
@archive_option
@click.pass_obj
def reindex(url: str) -> None:
    """Make the search index anew.

    Needed only when `verify` says so, or to search with the roots of a better stemmer. All of it or
    nothing; searches go on with the old index meanwhile. Exit 3 while a crawl is under way.

    \b
    Example:
      python -m archive reindex
    """
    with held(url, "reindex") as engine:
        number = index.rebuild(engine)
    click.echo(f"{number:,} releases are in the search index.")
