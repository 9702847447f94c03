"""The reader's language: that of the browser, or of the terminal."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
"""Codes of ISO 639-1, and what each language is called in itself."""
DEFAULT = "en"
"""Where neither is wished for."""

_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""As gettext has them: the first that is set counts."""
_WISH = re.compile(
    r"\s*(?P<code>[A-Za-z]{2,8})(-[A-Za-z0-9-]+)?\s*(;\s*q\s*=\s*(?P<weight>[01](\.\d{0,3})?))?\s*"
)
"""`id-ID;q=0.9`: a language, and how much it is wished for."""

_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """The language of the request that is being answered, or else of the terminal."""
    return _chosen.get() or of_locale(os.environ)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Everything inside is in this language."""
    token = _chosen.set(code)
    try:
        yield
    finally:
        _chosen.reset(token)


def of_locale(environment: Mapping[str, str]) -> str:
    """The language of a locale such as `id_ID.UTF-8`."""
    locale = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    code = re.split(r"[_.@:]", locale)[0].lower()
    return code if code in LANGUAGES else DEFAULT


def of_browser(accept_language: str) -> str | None:
    """The language a browser would rather have, of those there are; None: none of them."""
    wishes = filter(None, map(_WISH.fullmatch, accept_language.split(",")))
    weights = {wish["code"].lower(): float(wish["weight"] or 1) for wish in wishes}
    ours = [code for code in weights if code in LANGUAGES and weights[code] > 0]
    return max(ours, key=weights.__getitem__, default=None)
