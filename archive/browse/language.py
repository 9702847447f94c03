"""The language of a page: the one chosen, or else the browser's preference."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from archive.i18n import LANGUAGES, language, speaking
from archive.i18n.languages import of_browser

NAME = "lang"
"""Of the parameter of an address, and of the cookie that keeps the choice."""

Scope = MutableMapping[str, Any]
Send = Callable[[Scope], Awaitable[None]]
App = Callable[[Scope, Any, Send], Awaitable[None]]


def in_the_readers_language(app: App) -> App:
    """An ASGI application each answer of which is in one language, and says so."""

    async def speak(scope: Scope, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        asked = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get(NAME)
        chosen = asked if asked in LANGUAGES else None

        async def say(message: Scope) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_headers(chosen)]
            await send(message)

        with speaking(chosen or _wished(dict(scope["headers"])) or language()):
            await app(scope, receive, say)

    return speak


def links(path: str, query_string: str) -> list[dict[str, Any]]:
    """To the same page in each language."""
    kept = [(name, value) for name, value in parse_qsl(query_string) if name != NAME]
    return [
        {
            "code": code,
            "name": name,
            "href": f"{path}?{urlencode([*kept, (NAME, code)])}",
            "is_current": code == language(),
        }
        for code, name in LANGUAGES.items()
    ]


def _wished(headers: dict[bytes, bytes]) -> str | None:
    try:
        cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        cookies = SimpleCookie()
    if NAME in cookies and cookies[NAME].value in LANGUAGES:
        return cookies[NAME].value
    return of_browser(headers.get(b"accept-language", b"").decode("latin-1"))


def _headers(chosen: str | None) -> list[tuple[bytes, bytes]]:
    headers = [(b"content-language", language().encode()), (b"vary", b"Accept-Language, Cookie")]
    if chosen:
        cookie = f"{NAME}={chosen}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"
        headers.append((b"set-cookie", cookie.encode()))
    return headers
