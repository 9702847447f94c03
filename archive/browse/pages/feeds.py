"""Atom feeds: of each watch, and of any search."""

from __future__ import annotations

from dataclasses import replace
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

from archive.browse.page import Asked, Problem, Raw
from archive.browse.pages.results import FILTERS, chosen
from archive.lookup.selection import Selection, UnknownName
from archive.search.query import SearchError
from archive.watches import atom, watch_file
from archive.watches.events import newest
from archive.watches.watch import CHANGES, Watch, What
from archive.watches.watch_file import WatchError


def watches(asked: Asked) -> list[Watch]:
    """The watches of the file; none if it has mistakes, which `watch run` names."""
    try:
        return watch_file.load(asked.watches)
    except WatchError:
        return []


def of_watch(asked: Asked) -> Raw:
    name = asked.named["watch"]
    watch = next((known for known in watches(asked) if known.name == name), None)
    if watch is None:
        raise Problem(404, "no-such-feed", f"There is no watch {name}")
    return _feed(asked, watch, asked.address)


def of_search(asked: Asked) -> Raw:
    """The feed has the parameters of the search it follows."""
    words = asked.arg("q")
    given = [
        (name, value) for name in ("q", *FILTERS) for value in asked.args.get(name, ()) if value
    ]
    try:
        selection = chosen(asked)
        selection.check(asked.engine)
    except (UnknownName, ValueError) as error:
        raise Problem(400, "no-such-filter", str(error)) from error
    query = f"?{urlencode(given)}" if given else ""
    watch = Watch(
        name=f"search{query}",
        on=_events(selection),
        words=words,
        selection=replace(selection, edited=False, gone=False),
    )
    watch = replace(watch, title=words or watch.search())
    return _feed(asked, watch, asked.address + query)


def _events(selection: Selection) -> tuple[What, ...]:
    """Which changes the feed lists: all, only edits, or only withdrawals, as the search chooses."""
    only: tuple[tuple[bool, What], ...] = (
        (selection.edited, "edited"),
        (selection.gone, "withdrawn"),
    )
    return tuple(what for wanted, what in only if wanted) or CHANGES


def _feed(asked: Asked, watch: Watch, address: str) -> Raw:
    """The feed, or 304 if the reader has it already."""
    try:
        events = newest(asked.engine, watch, atom.MOST)
    except SearchError as error:
        raise Problem(400, "no-query", str(error)) from error
    parts = urlsplit(asked.address)
    body = atom.feed(watch, events, address, f"{parts.scheme}://{parts.netloc}")
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": etag,
        "Last-Modified": format_datetime(atom.updated(events), usegmt=True),
        "Cache-Control": "no-cache",
    }
    known = asked.headers.get("if-none-match", "")
    if etag in (name.strip().removeprefix("W/") for name in known.split(",")) or known == "*":
        return Raw(b"", atom.TYPE, headers, status=304)
    return Raw(body, atom.TYPE, headers)
