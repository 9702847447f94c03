"""What we add to Datasette: a page on which people can read a release, links to it, and a search
that finds all forms of a word."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import markupsafe
from datasette import Response, hookimpl

from archive.database.connection import open_archive
from archive.lookup.release_detail import Ambiguous, Detail, NotFound, find, show
from archive.printable import printable
from archive.search.query import SearchError, parse

NAME = "archive"
"""What the archive is called in addresses."""

_NAMING_RELEASES = {"id", "release", "first", "duplicate_of"}
"""Columns whose values are ids of releases."""


@hookimpl(trylast=True)  # after Datasette's own function of that name
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Datasette's search boxes ask `escape_fts` what is meant; ours understands roots and OR."""
    conn.create_function("escape_fts", 1, _match, deterministic=True)


def _match(typed: str) -> str:
    try:
        return parse(typed).match
    except SearchError:
        return '""'  # finds nothing


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Removes format characters from every page, ours and Datasette's."""
    env.finalize = _shown


def _shown(value: Any) -> Any:
    if isinstance(value, markupsafe.Markup):
        return markupsafe.Markup(printable(str(value)))
    return printable(value) if isinstance(value, str) else value


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    return [(r"^/release/(?P<name>.+)$", _release)]


async def _release(datasette: Any, request: Any) -> Response:
    path = datasette.get_database(NAME).path
    try:
        detail = await asyncio.to_thread(_look_up, path, request.url_vars["name"])
    except (NotFound, Ambiguous) as error:
        return Response.text(f"{error}.", status=404)
    page = await datasette.render_template("release.html", _page(detail), request=request)
    return Response.html(page)


def _look_up(path: str, name: str) -> Detail:
    engine = open_archive(f"sqlite:///{Path(path).absolute()}")
    try:
        return show(engine, find(engine, name))
    finally:
        engine.dispose()


def _page(detail: Detail) -> dict[str, Any]:
    record = detail.record
    text = (record["dateline"] or "") + record["body"]
    return {"record": record, "detail": detail, "paragraphs": text.split("\n\n")}


@hookimpl
def render_cell(value: Any, column: str, datasette: Any) -> markupsafe.Markup | None:
    if column not in _NAMING_RELEASES or not isinstance(value, str) or ":" not in value:
        return None
    link = datasette.urls.path(f"/release/{value}")
    return markupsafe.Markup('<a href="{}">{}</a>').format(link, value)
