"""Datasette as we set it up: read-only, behind our pages, with the questions
of `archive.lookup`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from archive import __version__
from archive.browse import plugin
from archive.browse.plugin import NAME
from archive.database.connection import stands_still
from archive.lookup.documented_questions import questions

_HERE = Path(__file__).parent

_SETTINGS = {
    "sql_time_limit_ms": 20_000,
    "facet_time_limit_ms": 500,  # of each facet, which says so if it is not complete
    "suggest_facets": False,
    "default_page_size": 50,
    "truncate_cells_html": 200,
    "allow_download": False,
    "num_sql_threads": 3,
}

_INNER = (
    "addresses",
    "alembic_version",
    "aliases",
    "as_read",
    "attachment_captures",
    "attachments",
    "bands",
    "clock_corrections",
    "corrected_stamps",
    "every_release",
    "lessons",
    "release_records",
    "search_index",
    "search_roots",
    "search_texts",
    "sightings",
    "signatures",
    "sketches",
    "told",
    "watch_positions",
)
"""Tables that the others are made of: there to be queried, not to be leafed through."""

_FACETS: dict[str, dict[str, Any]] = {
    "releases": {
        "facets": ["source", "election", {"array": "author_tags"}, {"array": "topics"}],
        "sort_desc": "version_id",  # by day of publication all texts would have to be sorted
        "fts_table": "search_index",
        "fts_pk": "version_id",
        "description": "Each release in its current version. The search finds all forms of a word.",
    },
    "versions": {"sort_desc": "seen_at", "description": "Every version, starting with number 1."},
    "author_tags": {"facets": ["tag", "source"], "description": "A row a signature."},
    "reposts": {"facets": ["first_source", "source"], "description": "Texts another had first."},
    "withdrawn": {"facets": ["source"], "description": "Releases gone from their source."},
    "daily": {"facets": ["source"], "description": "A row a source and day of publication."},
    "changes": {"facets": ["what"], "sort_desc": "id", "description": "What crawls saw happen."},
    "crawls": {"facets": ["source", "outcome"], "sort_desc": "started_at"},
    "rejections": {"facets": ["source", "reason"], "description": "Pages that gave no release."},
    "sources": {"facets": ["kind"], "description": "The registry as it was last read."},
}


class Site(Datasette):  # type: ignore[misc]  # Datasette has no types
    """Our pages, and Datasette's behind them."""

    def __init__(self, archive: Path, captures: Path, watches: Path):
        super().__init__(
            metadata=_metadata(),
            template_dir=str(_HERE / "templates"),
            static_mounts=[("assets", str(_HERE / "assets"))],
            settings=_SETTINGS,
            memory=False,
        )
        self.archive = archive
        self.captures = captures
        self.watches = watches
        database = Database(self, path=str(archive), is_mutable=not stands_still(archive))
        self.add_database(database, name=NAME)


def site(archive: Path, captures: Path, watches: Path = Path("watches.toml")) -> Site:
    """The archive at a path, to be served with the feeds of a file of watches: `site(…).app()` is
    an ASGI application."""
    if not pm.is_registered(plugin):
        pm.register(plugin, name="arsip-pilkada")
    return Site(archive, captures, watches)


def _metadata() -> dict[str, Any]:
    tables = _FACETS | {name: {"hidden": True} for name in _INNER}
    return {
        "title": "Arsip Pilkada",
        "description": f"Releases of cities and election offices. arsip-pilkada {__version__}",
        "databases": {
            NAME: {
                "tables": tables,
                "queries": {
                    question.name: {
                        "title": question.title,
                        "description": question.note,
                        "sql": question.sql,
                    }
                    for question in questions()
                },
            }
        },
    }
