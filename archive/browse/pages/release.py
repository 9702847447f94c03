"""One release: text, facts, copies, and its citation."""

from __future__ import annotations

from typing import Any

from archive.browse.capture_of_version import answer
from archive.browse.citation import citation
from archive.browse.marked_text import paragraphs
from archive.browse.page import Asked, Problem
from archive.captures.reader import Unreadable
from archive.lookup.attachments import state_text
from archive.lookup.person_names import function_words, is_public
from archive.lookup.release_detail import Ambiguous, Detail, NotFound, Suppressed, find, show
from archive.lookup.source_profile import timezone
from archive.search.query import SearchError, Term, parse
from archive.search.snippets import found

_SHOWN = 100_000
"""Letters of the texts of documents on the page; the record has all."""


def look_up(asked: Asked) -> dict[str, Any]:
    detail = detail_of(asked)
    record = detail.record
    capture_digest = _digest(asked, record)
    terms = _terms(asked.arg("q"))
    document = record["attachment_text"] or ""
    return {
        "state": state_text,
        "attachment_text": paragraphs(
            {"dateline": None, "body": document[:_SHOWN], "quotes": []}, terms
        )
        if document
        else [],
        "found_in_attachment": bool(terms) and bool(found(document, terms)),
        "detail": detail,
        "record": record,
        "zone": timezone(asked.engine, record["source"]),
        "paragraphs": paragraphs(record, terms),
        "first": next((copy for copy in detail.copies if copy["first"]), None),
        "speakers": _speakers(record),
        "capture_digest": capture_digest,
        "citation": citation(record, capture_digest),
    }


def detail_of(asked: Asked) -> Detail:
    """The release that the route names. Raises Problem."""
    try:
        return show(asked.engine, find(asked.engine, asked.named["release"]))
    except Suppressed as error:
        raise Problem(410, "taken-down", str(error)) from error
    except NotFound as error:
        raise Problem(404, "no-such-release", str(error)) from error
    except Ambiguous as error:
        raise Problem(404, "several-releases", str(error)) from error


def _speakers(record: dict[str, Any]) -> set[str]:
    """The people of public function whom it quotes: they have a page."""
    return {
        quote["person"]
        for quote in record["quotes"]
        if quote["person"] and is_public(function_words(quote["role"] or ""))
    }


def _digest(asked: Asked, record: dict[str, Any]) -> str | None:
    try:
        return answer(asked.captures, record["capture"]).digest
    except Unreadable:
        return None  # the page of the capture says why


def _terms(words: str) -> tuple[Term, ...]:
    try:
        return parse(words).terms if words else ()
    except SearchError:
        return ()  # nothing is marked then
