"""Results of a search, or the newest releases that match the filters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from archive.browse.page import Asked, Problem
from archive.database.models import SourceRow
from archive.i18n import gettext as _
from archive.i18n.formats import day
from archive.lookup.selection import Selection, UnknownName
from archive.search.facets import facets
from archive.search.found_selection import found_by
from archive.search.fulltext import search
from archive.search.query import SearchError

_PAGE = 20
_FEW = 8
"""Values of a facet."""
_MOST_PAGES = 200
_LISTS = ("source", "kind", "region", "tag", "topic")
_MARKS = ("election", "unique", "gone", "edited")
Pair = tuple[str, str]
FILTERS = (*_LISTS, "since", "until", *_MARKS)
"""Parameters of an address, named like the options of the command `search`."""


def look_up(asked: Asked) -> dict[str, Any]:
    publishers = _publishers(asked)
    number = asked.count("page", most=_MOST_PAGES)
    words = asked.arg("q")
    context: dict[str, Any] = {
        "words": words,
        "feed": same_search(asked, "/search.xml"),
        "filters": [(name, value) for name in FILTERS for value in asked.args.get(name, ())],
        "link": partial(_link, asked),
        "condition": _condition,
        "since": asked.arg("since"),
        "until": asked.arg("until"),
        "start": (number - 1) * _PAGE + 1,
        "spreadsheet": same_search(asked, "/search.xlsx"),
        "codebook": same_search(asked, "/codebook"),
        "page_link": lambda page: f"{_link(asked)}&page={page}",
        "has": lambda name, value: value in asked.args.get(name, ()),
        "page": number,
        "publishers": publishers,
    }
    try:
        selection = chosen(asked)
        selection.check(asked.engine)
        hits = search(asked.engine, words, selection, limit=_PAGE + 1, offset=(number - 1) * _PAGE)
        counted = facets(asked.engine, words, selection)
    except SearchError as error:
        return context | {"error": f"{error}.", "code": "no-query", "status": 400}
    except (UnknownName, ValueError) as error:
        return context | {"error": f"{error}.", "code": "no-such-filter", "status": 400}
    return context | {
        "hits": hits[:_PAGE],
        "has_more": len(hits) > _PAGE,
        "facets": counted,
        "offices": [
            (source, count, publishers.get(source, source))
            for source, count in counted.sources[:_FEW]
        ],
        "topics": [(topic, count, topic) for topic, count in counted.topics[:_FEW]],
    }


def chosen(asked: Asked) -> Selection:
    """The conditions in an address. Raises ValueError, whose text is a sentence for people."""
    conditions: dict[str, Any] = {
        **{name: tuple(filter(None, asked.args.get(name, ()))) for name in _LISTS},
        **{name: bool(asked.arg(name)) for name in _MARKS},
        **{name: _day(asked.arg(name)) for name in ("since", "until")},
    }
    return Selection(**conditions)


def found(asked: Asked) -> Selection:
    """What the words and conditions in an address find. Raises Problem."""
    try:
        selection = chosen(asked)
        selection.check(asked.engine)
        return found_by(asked.engine, asked.arg("q"), selection)
    except SearchError as error:
        raise Problem(400, "no-query", str(error)) from error
    except (UnknownName, ValueError) as error:
        raise Problem(400, "no-such-filter", str(error)) from error


def _condition(name: str, value: str) -> str:
    """A condition in words."""
    if name in ("since", "until"):
        return f"{_('from') if name == 'since' else _('until')} {_shown_day(value)}"
    labels = {
        "election": _("about the election"),
        "edited": _("edited"),
        "gone": _("withdrawn"),
        "unique": _("no reposts"),
    }
    return labels.get(name, value)


def _shown_day(typed: str) -> str:
    try:
        return day(typed)
    except ValueError:
        return typed


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise ValueError(f"{typed!r} is not a date such as 2024-11-27") from None


def _publishers(asked: Asked) -> dict[str, str]:
    with asked.engine.connect() as connection:
        rows = connection.execute(select(SourceRow.id, SourceRow.publisher)).all()
    return {row.id: row.publisher for row in rows}


def same_search(asked: Asked, path: str) -> str:
    """Another page with the words and conditions of this one."""
    return _link(asked).replace("/search", path, 1)


def _link(
    asked: Asked,
    add: Sequence[Pair] = (),
    drop: Sequence[Pair] = (),
    drop_names: Sequence[str] = (),
) -> str:
    """The same search with some conditions more or less, from its first page on."""
    kept = [
        (name, value)
        for name in ("q", *FILTERS)
        for value in asked.args.get(name, ())
        if value and (name, value) not in drop and name not in drop_names
    ]
    return f"/search?{urlencode([*kept, *add])}"
