"""Hidden text of a page: moved away, shrunk to nothing, or in the colour of its background.

Injected links are hidden so. Readers do not see them, so they are in no release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml.html import HtmlElement

_NEVER = frozenset({"html", "body", "main", "article"})
_LENGTH = r"(-?\d+(?:\.\d+)?)(px|em|rem|ex|pt|vw|vh|%)?"
_AWAY = re.compile(rf"(?:^|;)(?:left|right|top|bottom|text-indent|margin(?:-left|-top)?):{_LENGTH}")
_FAR = {"em": -60, "rem": -60, "ex": -120, "vw": -100, "vh": -100, "%": -100}
"""Negative offsets from which text is off the screen; in pixels and points from -500."""
_CLIPPED = re.compile(r"(?:^|;)(?:clip:rect\((?:0(?:px)?|1px)[,\s]|clip-path:inset\((?:50|100)%)")
_NO_TEXT = re.compile(r"(?:^|;)font-size:(?:0(?:\.0+)?[a-z%]*|(?:0?\.\d+|1)p[xt])(?:;|$|!)")
_NO_BOX = re.compile(r"(?:^|;)(?:max-)?(?:height|width):[01](?:px|%|em|pt)?(?:;|$|!)")
_SCALED = re.compile(r"(?:^|;)(?:-webkit-)?transform:scale[xy]?\(0(?:\.0\d*)?[,)]")
_COLOUR = re.compile(r"(?:^|;)color:([^;!]+)")
_GROUND = re.compile(
    r"(?:^|;)background(?:-color)?:(#[0-9a-f]{3,8}|[a-z]+|rgba?\([^)]*\))(?:[;!]|$)"
)
_SPACES = re.compile(r"\s*([:;,()!])\s*")
_NAMED = {"white": "#ffffff", "black": "#000000"}
_WORTH = re.compile(
    r"indent|:\s*-\s*\d{2}|size\s*:\s*[01.]|clip|(?:height|width)\s*:\s*[01]\D|scale|transp"
    r"|background",
    re.IGNORECASE,
)
"""Every rule that hides contains one of these; most rules contain none."""
_NAME = re.compile(r"[.#][\w-]+")
_SHOWN_LATER = re.compile(r"display:none(?:!important)?;?")
_SHEET = re.compile(r"<style\b[^>]{0,200}>([^<]{1,200000})", re.IGNORECASE)
_SHEET_MAX = 100_000
"""Letters of a stylesheet that are examined."""
_UNSEEN = ("display:none", "color:transparent")
_FADED = re.compile(r"(?:^|;)(?:visibility:hidden|opacity:0(?:\.0+)?(?:;|$|!))")


def is_hidden(element: HtmlElement) -> bool:
    """Whether attributes or inline style of an element hide it."""
    if element.tag in _NEVER:
        return False
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    if style is None:
        return False
    declaration = _SPACES.sub(r"\1", style.strip().lower())
    if fades(declaration):  # scripts fade in whole articles
        return element.find(".//h1") is None
    return hides(declaration)


def fades(style: str) -> bool:
    """Whether a declaration, as for `hides`, keeps the space of what it hides."""
    return _FADED.search(style) is not None


def conceal(root: HtmlElement, markup: str) -> None:
    """Marks as `hidden` what the page's own stylesheets (in its `markup`) move away or shrink to
    nothing. What they only set to `display: none` may be shown by a script; a title may be a
    picture."""
    names = set(_concealing_names(markup))
    if not names:
        return
    classes = {name[1:] for name in names if name.startswith(".")}
    ids = {name[1:] for name in names if name.startswith("#")}
    for element in root.xpath("//*[@class or @id]"):
        own = (element.get("class") or "").split()
        is_concealed = element.get("id") in ids or not classes.isdisjoint(own)
        if is_concealed and element.tag not in _NEVER and element.tag != "h1":
            element.set("hidden", "")


def _concealing_names(markup: str) -> Iterator[str]:
    """The `.class` and `#id` of such rules."""
    for sheet in _SHEET.finditer(markup):
        for rule in sheet[1][:_SHEET_MAX].split("}"):
            names, _, declarations = rule.rpartition("{")
            names = names.rpartition("{")[2]
            if not names or "@" in names or not _WORTH.search(declarations):
                continue
            style = _SPACES.sub(r"\1", declarations.strip().lower())
            if hides(_SHOWN_LATER.sub("", style)):
                yield from filter(_NAME.fullmatch, map(str.strip, names.split(",")))


@lru_cache(maxsize=4096)
def hides(style: str) -> bool:
    """Whether a declaration, in lower case and without blanks, hides."""
    if any(words in style for words in _UNSEEN):
        return True
    if any(float(number) <= _FAR.get(unit, -500) for number, unit in _AWAY.findall(style)):
        return not _is_centred(style)
    if _CLIPPED.search(style) or _NO_TEXT.search(style) or _SCALED.search(style):
        return True
    if _NO_BOX.search(style) and "overflow:hidden" in style:
        return True
    colour, ground = _COLOUR.search(style), _GROUND.search(style)
    return bool(colour and ground and _plain(colour[1]) == _plain(ground[1]))


def _is_centred(style: str) -> bool:
    """`left:50%;margin-left:-600px` centres a wide box."""
    return "left:50%" in style or "top:50%" in style


def _plain(colour: str) -> str:
    colour = _NAMED.get(colour, colour).replace(" ", "")
    if len(colour) == 4 and colour.startswith("#"):
        return "#" + "".join(2 * digit for digit in colour[1:])
    return colour
