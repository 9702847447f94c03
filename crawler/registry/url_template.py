"""What an article's URL looks like, as a registry entry says it."""

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
"""What each `{name}` stands for; `slug` and `cat` are any one path segment, or a part of one."""

_NAMED = re.compile(r"\{([A-Za-z_][^{}]*)\}")
_QUANTIFIER = re.compile(r"\\.|\{\d*,?\d*\}")
_REGEX_SIGNS = frozenset("\\^$|()[]*+")
_TEMPLATE = re.compile(r"(?:https?://(?P<host>[^/?#{}]+))?(?P<path>/[^?#]*)(?P<query>\?[^#]+)?")


@cache
def article_pattern(text: str) -> re.Pattern[str]:
    """Compile an article pattern; `.search(url)` then says whether a URL is an article's.

    With a placeholder and no sign of a regular expression it is a template of the whole path:
    `/berita/read/{id}`. A final slash and a leading `/index.php` may be there or not, because
    these sites answer to both; a query is ignored unless the template has one. Anything else is
    a regular expression, found anywhere in the URL, in which placeholders may stand too.

    Raises ValueError, with a cause for people, when it is neither.
    """
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
    """The text as a regular expression: placeholders filled in, the rest passed to `keep`."""
    pieces = _NAMED.split(text)  # literal, name, literal, name, …, literal
    return "".join(
        PLACEHOLDERS[piece] if position % 2 else keep(piece)
        for position, piece in enumerate(pieces)
    )
