"""Article URL templates of the registry, compiled."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

PLACEHOLDERS = {
    "id": r"\d+",
    "n": r"\d+",
    "slug": r"[^/?#]+",
    "cat": r"[^/?#]+",
    "Y": r"(?:19|20)\d\d",
    "m": r"(?:0?[1-9]|1[0-2])",
    "d": r"(?:0?[1-9]|[12]\d|3[01])",
}
"""The pattern of each `{name}`; `slug` and `cat` are any one path segment, or a part of one."""

_NAMED = re.compile(r"\{([A-Za-z_][^{}]*)\}")
_QUANTIFIER = re.compile(r"\\.|\{\d*,?\d*\}")
_REGEX_SIGNS = frozenset("\\^$|()[]*+")
_TEMPLATE = re.compile(r"(?:https?://(?P<host>[^/?#{}]+))?(?P<path>/[^?#]*)(?P<query>\?[^#]+)?")


@cache
def article_pattern(text: str) -> re.Pattern[str]:
    """Compiles an article pattern; `.search(url)` then decides whether a URL is a release's.

    With a placeholder and no character of a regular expression it is a template of the whole
    path: `/berita/read/{id}`. A final slash and a leading `/index.php` are optional, because
    sites respond to both; a query is ignored unless the template has one. Anything else is a
    regular expression, searched for in the URL, which may contain placeholders. Raises
    ValueError with a sentence if it is neither."""
    for name in _NAMED.findall(text):
        if name not in PLACEHOLDERS:
            known = " ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            raise ValueError(f"has an unknown placeholder {{{name}}}; known are {known}")
    if re.search("[{}]", _QUANTIFIER.sub("", _NAMED.sub("", text))):
        raise ValueError("has an unmatched brace")
    if _NAMED.search(text) and not _REGEX_SIGNS.intersection(text):
        return re.compile(_whole_path(text))
    try:
        return re.compile(_fill(text, keep=str))
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is not a valid regular expression ({error})") from error


def _whole_path(template: str) -> str:
    parts = _TEMPLATE.fullmatch(template)
    if parts is None:
        raise ValueError("is a template, so it must begin with / or https://host/")
    host = r"[^/?#]+"
    if parts["host"]:
        host = r"(?:www\.)?" + re.escape(parts["host"].lower().removeprefix("www."))
    path = parts["path"].removeprefix("/index.php").rstrip("/")
    end = r"(?:\?[^#]*)?"
    if parts["query"]:
        end = _fill(parts["query"], keep=re.escape) + r"(?:&[^#]*)?"
    return rf"^https?://{host}(?:/index\.php)?{_fill(path, keep=re.escape)}/?{end}(?:#.*)?$"


def _fill(text: str, keep: Callable[[str], str]) -> str:
    """The text as a regular expression: placeholders replaced, the rest passed to `keep`."""
    pieces = _NAMED.split(text)  # literal, name, literal, name, …, literal
    return "".join(
        PLACEHOLDERS[piece] if position % 2 else keep(piece)
        for position, piece in enumerate(pieces)
    )
