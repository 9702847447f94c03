"""A watch as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree import ElementTree as ET

from archive import __version__
from archive.database.column_types import utc_text
from archive.i18n import gettext as _
from archive.i18n import language
from archive.i18n.labels import label
from archive.lookup.release_history import Change
from archive.printable import escape, printable
from archive.watches.events import Event
from archive.watches.messages import what_happened
from archive.watches.watch import Watch

MOST = 50
"""Entries of a feed."""
TYPE = "application/atom+xml; charset=utf-8"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_LONGEST = 1_500
"""Characters of a text in an entry; the release's page has all of it."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_XML = re.compile("[\ufffe\uffff]")
"""The other characters that XML forbids are not `printable`."""
_MARKS = {"removed": "del", "added": "ins"}


def updated(events: Sequence[Event]) -> datetime:
    """When a feed with these entries last changed (UTC)."""
    return max((event.at for event in events), default=_NEVER)


def feed(watch: Watch, events: Sequence[Event], address: str, pages: str = "") -> bytes:
    """The feed of these events, the newest first. `address`: its own URL, or its file's name;
    `pages`: the address of the archive's web pages, to which entries then lead. The same events
    give the same bytes."""
    root = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": language()})
    _add(root, "id", f"tag:arsip-pilkada,2026:feed/{quote(watch.name, safe='-._~')}")
    _add(root, "title", f"{watch.shown} · Arsip Pilkada")
    _add(root, "subtitle", watch.search())
    _add(root, "updated", utc_text(updated(events)))
    _add(root, "link", rel="self", type="application/atom+xml", href=address)
    if pages:
        _add(root, "link", rel="alternate", type="text/html", href=f"{pages}/")
    _add(_add(root, "author"), "name", "Arsip Pilkada")
    _add(root, "generator", "arsip-pilkada", version=__version__)
    for event in sorted(events, key=lambda event: (event.at, event.number), reverse=True):
        _enter(root, event, pages)
    written: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{written}\n'.encode()


def _enter(root: ET.Element, event: Event, pages: str) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", event.id)
    _add(entry, "title", f"{what_happened(event)}: {event.title}")
    _add(entry, "updated", utc_text(event.at))
    ours = f"{pages}/release/{event.release}" if pages else ""
    if ours and event.what == "edited":
        ours += "/changes"
    _add(entry, "link", rel="alternate", href=ours or _address(event.url))
    if ours:
        _add(entry, "link", rel="via", href=_address(event.url))
    _add(_add(entry, "author"), "name", event.publisher or event.source)
    _add(entry, "category", term=event.what, label=label(event.what, "change"))
    _add(entry, "content", _content(event), type="html")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(
        parent, name, {key: _allowed(value) for key, value in attributes.items()}
    )
    element.text = _allowed(text) or None
    return element


def _allowed(text: str) -> str:
    """A text without what XML cannot hold, not even escaped."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", printable(text))


def _address(url: str) -> str:
    """An address as an IRI reference: blanks and quotation marks have no place in one."""
    return quote(url, safe=":/?#[]@!$&'()*+,;=%~-._") if url.startswith("http") else ""


def _content(event: Event) -> str:
    about = [event.publisher, event.published_on or _("undated")]
    lines = [f"<p>{escape(' · '.join(about))}</p>"]
    if event.edition:
        lines += map(_changed, event.edition.changes)
    else:
        paragraphs = _shortened(event.body).split("\n\n")
        lines += (f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return "\n".join(lines)


def _changed(change: Change) -> str:
    """One field with what was removed and added, and a little of what stands around it."""
    parts = []
    for piece in change.pieces:
        mark = _MARKS.get(piece.what)
        text = piece.text if mark else _around(piece.text)
        shown = escape(_shortened(text)).replace("\n", "<br>")
        parts.append(f"<{mark}>{shown}</{mark}>" if mark else shown)
    return f"<p>{escape(label(change.field, 'field'))}: {''.join(parts)}</p>"


def _around(text: str, few: int = 80) -> str:
    return text if len(text) <= 2 * few else f"{text[:few]} … {text[-few:]}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + " …"
