"""Words to search for, as `search`, `export` and `package` take them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from sqlalchemy import Engine

from archive.lookup.change_weight import WEIGHTS, Weight
from archive.lookup.selection import Selection
from archive.search.found_selection import found_by
from archive.search.query import SearchError

_Command = TypeVar("_Command", bound=Callable[..., Any])


def words_argument(command: _Command) -> _Command:
    """`WORDS…`, and the `--weight` of an edit."""
    weight = click.option(
        "--weight",
        type=click.Choice(WEIGHTS),
        help="With --edited: only edits of this weight, such as quote.",
    )
    return click.argument("words", nargs=-1)(weight(command))


def check_weight(weight: Weight | None, selection: Selection) -> None:
    """Raises click.UsageError for a weight where edits are not asked for."""
    if weight and not selection.edited:
        raise click.UsageError("--weight needs --edited.")


def all_found(
    engine: Engine, words: tuple[str, ...], selection: Selection, weight: Weight | None
) -> Selection:
    """Everything of a selection that the words find. Raises click.UsageError, ArchiveError."""
    check_weight(weight, selection)
    try:
        return found_by(engine, " ".join(words), selection, weight)
    except SearchError as error:
        raise click.UsageError(f"{error}.") from None
