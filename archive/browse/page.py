"""Shared by all pages: a page is a template and a function that looks up its content."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from datasette import Response
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from archive.browse.reading import reading
from archive.errors import ArchiveError

HEADERS = {
    # Texts of strangers stand on our pages: nothing but our own files is loaded or run.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Site(Protocol):
    """What pages need of the site that serves them (`archive.browse.site`)."""

    archive: Path
    captures: Path
    watches: Path

    async def render_template(
        self, templates: str, context: dict[str, Any], request: Any
    ) -> str: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks of a page."""

    engine: Engine
    """The archive, for reading."""
    captures: Path
    """Folder of the captures; need not exist."""
    named: dict[str, str]
    """What the route names: `{"release": "pemkot-contoh:0123456789abcdef"}`."""
    args: dict[str, list[str]]
    """What stands behind the question mark."""
    watches: Path = Path("watches.toml")
    """File of the watches; need not exist."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By their names in small letters."""
    address: str = ""
    """Of the page, without what stands behind the question mark: `http://127.0.0.1:8001/search`."""

    def arg(self, name: str) -> str:
        """The first value of a parameter, or nothing."""
        return self.args.get(name, [""])[0].strip()

    def count(self, name: str, most: int, default: int = 1) -> int:
        """A parameter that is a number from 1 on."""
        typed = self.arg(name)
        is_number = typed.isascii() and typed.isdecimal() and len(typed) < 10
        return min(max(int(typed), 1), most) if is_number else default


@dataclass
class Problem(Exception):
    """There is no such page; shown as one sentence with a stable code."""

    status: int
    code: str
    sentence: str
    """In English, without its full stop, as on the command line."""
    instead: Sequence[tuple[str, str]] = ()
    """Pages that may be meant: address and name."""


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that no template makes."""

    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


LookUp = Callable[[Asked], "dict[str, Any] | Raw"]
View = Callable[[Site, Any], Awaitable[Response]]


def page(look_up: LookUp, template: str = "") -> View:
    """A view of Datasette. `look_up` runs in a thread of its own, and gives what the template
    needs (`status`: of the answer), or raises Problem."""

    async def view(datasette: Site, request: Any) -> Response:
        try:
            found = await asyncio.to_thread(_look_up, look_up, datasette, request)
        except Problem as problem:
            context = {"problem": problem}
            return await _rendered(datasette, request, "problem.html", context, problem.status)
        if isinstance(found, Raw):
            headers = {"X-Content-Type-Options": "nosniff", **found.headers}
            return Response(
                found.body, found.status, headers=headers, content_type=found.content_type
            )
        return await _rendered(datasette, request, template, found, found.pop("status", 200))

    return view


def _look_up(look_up: LookUp, site: Site, request: Any) -> dict[str, Any] | Raw:
    try:
        with reading(site.archive) as engine:
            args = {name: request.args.getlist(name) for name in request.args}
            return look_up(
                Asked(
                    engine,
                    site.captures,
                    request.url_vars,
                    args,
                    site.watches,
                    request.headers,
                    f"{request.scheme}://{request.host}{request.path}",
                )
            )
    except ArchiveError as error:
        raise Problem(503, "archive-unreadable", str(error)) from error
    except (OperationalError, sqlite3.OperationalError) as error:
        if "interrupted" not in str(error):
            raise
        raise Problem(503, "too-slow", "This takes too long; ask for less at a time") from error


async def _rendered(
    site: Site, request: Any, template: str, context: dict[str, Any], status: int
) -> Response:
    html = await site.render_template(template, context, request=request)
    return Response.html(html, status=status, headers=dict(HEADERS))
