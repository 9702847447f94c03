"""Datasette hooks: our pages, the reader's language, links to releases in tables, and a search
that finds all forms of a word."""

from __future__ import annotations

import sqlite3
from typing import Any

import markupsafe
from datasette import hookimpl

from archive import i18n
from archive.browse.language import App, in_the_readers_language, links
from archive.browse.marked_text import snippet
from archive.browse.routes import MENU, ROUTES
from archive.codebook import words
from archive.i18n import formats
from archive.i18n.labels import label, plain
from archive.printable import printable
from archive.search.query import SearchError, parse

NAME = "archive"
"""What the archive is called in addresses."""

NAMING_RELEASES = {"id", "release", "first", "duplicate_of", "moved_to", "moved_from"}
"""Columns whose values are ids of releases."""


UNDER_LOCK = {
    ("as_read", "columns"),
    ("suppressions", "salt"),
    ("suppressions", "digest"),
    ("addresses", "hint"),
    ("attachments", "label"),
    ("search_index_data", "block"),  # a deleted text's words stay in it until SQLite merges blocks
}
"""Columns that may contain text that was taken down; no table or query of Datasette shows them."""


@hookimpl(trylast=True)  # after Datasette's own function of that name
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Datasette's search boxes ask `escape_fts` what is meant; ours understands roots and OR. What
    is under lock is null in every query."""
    conn.create_function("escape_fts", 1, _match, deterministic=True)
    conn.set_authorizer(_authorize)


def _authorize(action: int, table: str | None, column: str | None, *_: str | None) -> int:
    # Whether a view reads it does not count: any subquery can be called like a view.
    is_locked = action == sqlite3.SQLITE_READ and (table, column) in UNDER_LOCK
    return sqlite3.SQLITE_IGNORE if is_locked else sqlite3.SQLITE_OK


def _match(typed: str) -> str:
    try:
        return parse(typed).match
    except SearchError:
        return '""'  # finds nothing


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Templates speak the reader's language, and no page has format characters in it, neither ours
    nor Datasette's."""
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)
    env.filters |= {
        "day": formats.day,
        "gap_kind": words.gap_kind,
        "how": words.how,
        "label": label,
        "moment": formats.moment,
        "number": formats.number,
        "percent": formats.percent,
        "plain": plain,
        "snippet": snippet,
        "vote_kind": words.vote_kind,
        "translated": i18n.gettext,  # of texts that are no part of a template
    }
    env.globals["naming_releases"] = NAMING_RELEASES
    # For 404.html: Datasette does not ask extra_template_vars for an address that nothing answers.
    env.globals |= {"menu": MENU, "reading_language": i18n.language}
    env.finalize = _shown


def _shown(value: Any) -> Any:
    if isinstance(value, markupsafe.Markup):
        return markupsafe.Markup(printable(str(value)))
    return printable(value) if isinstance(value, str) else value


@hookimpl
def extra_template_vars(request: Any) -> dict[str, Any]:
    """What the frame around every page needs."""
    path, query_string = (request.path, request.query_string) if request else ("/", "")
    return {
        "language": i18n.language(),
        "languages": links(path, query_string),
        "menu": MENU,
        "path": path,
    }


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    return ROUTES


@hookimpl
def asgi_wrapper() -> Any:
    def wrap(app: App) -> App:
        return in_the_readers_language(app)

    return wrap


@hookimpl
def render_cell(value: Any, column: str, datasette: Any) -> markupsafe.Markup | None:
    if column not in NAMING_RELEASES or not isinstance(value, str) or ":" not in value:
        return None
    link = datasette.urls.path(f"/release/{value}")
    return markupsafe.Markup('<a href="{}">{}</a>').format(link, value)
