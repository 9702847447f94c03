"""Hidden text that a reader can open: the rest of a story behind "read more"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawler.extraction.layout.boilerplate import says_more
from crawler.markup.dom import HEADINGS
from crawler.markup.text import clean
from crawler.markup.visibility import fades, hides

_UNSHOWN = re.compile(
    r"(?:display\s*:\s*none|(?:max-)?height\s*:\s*0(?:px)?|overflow(?:-y)?\s*:\s*hidden|opacity\s*:\s*0"
    r"|visibility\s*:\s*hidden)\s*(?:!important)?\s*(?:;|$)",
    re.IGNORECASE,
)
"""Styles that hide a box until its control opens it."""
_FOLDED = re.compile(r"display\s*:\s*none\s*(?:!important)?;?", re.IGNORECASE)
_SPACES = re.compile(r"\s*([:;,()!])\s*")
_CONTROLS = ("aria-controls", "data-target", "data-bs-target", "href")
_QUOTED = re.compile(r"['\"]#?([\w-]+)['\"]")
_FLOW = frozenset({*HEADINGS, "p", "ul", "ol", "blockquote", "table", "div", "section", "span"})
_INLINE = frozenset({"span", "div", "b", "strong"})
_LEAST = 60
"""Letters of a paragraph that a hidden box continues, or contains."""
_NEAR = 6
_GROUPS = 3
"""Boxes around an answer, before which the text is that its group continues."""


def is_silent(element: HtmlElement) -> bool:
    """Buttons, fields and templates, whose text is not the page's."""
    if element.tag == "button":
        return not _is_question(element)
    if element.tag == "textarea":
        return element.get("readonly") is None
    return element.tag == "template" and not (
        element.get("shadowrootmode") or element.get("shadowroot")
    )


@dataclass(slots=True)
class Controls:
    """The elements that buttons and links of a page open; found once."""

    _opened: set[str] | None = field(default=None, repr=False)

    def unfold(self, element: HtmlElement) -> bool:
        """Whether a hidden element contains text that a reader can open. It contains paragraphs,
        paragraphs precede it in the same flow, and a control is next to it or names it; or it
        contains most of the page, which a script then shows. An element that is also hidden in
        another way stays hidden."""
        style = element.get("style") or ""
        if element.tag not in _FLOW or _is_gone(_UNSHOWN.sub("", style)):
            return False
        if _is_panel(element):
            return True
        if _letters(element) < _LEAST:
            return False
        if self._goes_on(element):
            return True
        return not _is_gone(_FOLDED.sub("", style)) and _is_most(element)

    def _goes_on(self, element: HtmlElement) -> bool:
        before = [e for e in element.itersiblings(preceding=True) if isinstance(e.tag, str)]
        if not any(e.tag in _FLOW and _letters(e) >= _LEAST for e in before[:_NEAR]):
            return False
        after = [e for e in element.itersiblings() if isinstance(e.tag, str)]
        return any(map(_opens, [*before[:2], *after[:1]])) or self._name(element)

    def _name(self, element: HtmlElement) -> bool:
        name = element.get("id")
        if not name:
            return False
        if self._opened is None:
            self._opened = set(_named(element))
        return name in self._opened


def _is_gone(style: str) -> bool:
    declaration = _SPACES.sub(r"\1", style.strip().lower())
    return bool(declaration) and (hides(declaration) or fades(declaration))


def _is_panel(element: HtmlElement) -> bool:
    """Text directly below the line that opens it, like an answer below its question, in a group
    that continues paragraphs."""
    title = element.getprevious()
    if title is None or not _letters(element):
        return False
    if not any(map(is_toggle, [title, *list(title.iterdescendants())[:4]])):
        return False
    if not 5 < len("".join(title.itertext()).strip()) < 200:
        return False
    group = element.getparent()
    for _ in range(_GROUPS):
        if group is None:
            return False
        before = (e for e in group.itersiblings(preceding=True) if isinstance(e.tag, str))
        if any(e.tag in _FLOW and _letters(e) >= _LEAST for e in before):
            return True
        group = group.getparent()
    return False


def is_toggle(element: HtmlElement) -> bool:
    """Whether an element is marked as one that opens and closes something."""
    return element.get("role") in ("button", "tab") or element.get("aria-expanded") is not None


def is_label(element: HtmlElement) -> bool:
    """The label that opens the rest of a story: `Baca lanjutan` in <summary> or <label>."""
    opens = element.tag == "summary" or (element.tag == "label" and element.get("for"))
    if not (opens or is_toggle(element)):
        return False
    words = clean("".join(element.itertext()))
    return len(words) < 40 and says_more(words)


def _is_question(button: HtmlElement) -> bool:
    """A button that is a heading: it opens the text below it, as in an accordion."""
    inner: HtmlElement | None = button
    while inner is not None and (inner is button or inner.tag in _INLINE):
        if "accordion" in (inner.get("class") or ""):
            return True
        inner = inner.getparent()
    return inner is not None and (inner.tag in HEADINGS or inner.tag in ("dt", "summary"))


def _opens(element: HtmlElement) -> bool:
    """A button, a checkbox or its label, or a link that leads nowhere, in a line of its own."""
    for inner in (element, *list(element.iterdescendants())[:4]):
        if inner.tag == "label" or (inner.tag == "input" and inner.get("type") == "checkbox"):
            return True
        if inner.tag == "button" or inner.get("role") == "button" or inner.get("onclick"):
            return True
        href = inner.get("href") if inner.tag == "a" else None
        if href is not None and (href.startswith("#") or href.lower().startswith("javascript")):
            return True
    return False


def _is_most(element: HtmlElement) -> bool:
    """Whether it contains most of the page's text: a script shows it once the page has loaded."""
    body = element.getroottree().find("body")
    return body is not None and 2 * _letters(element) > _letters(body) > 0


def _letters(element: HtmlElement) -> int:
    """Letters of its text outside of links; 0 if most of it is links."""
    text = sum(len(part.strip()) for part in element.itertext())
    linked = sum(len(part.strip()) for a in element.iter("a") for part in a.itertext())
    return text - linked if linked < 0.4 * text else 0


def _named(element: HtmlElement) -> Iterator[str]:
    """The ids that controls of the page refer to."""
    for control in element.getroottree().iter("a", "button", "div", "span", "label", "input"):
        for name in _CONTROLS:
            ids = control.get(name)
            if ids and (name == "aria-controls" or ids.startswith("#")):
                yield ids.lstrip("#")
        yield from _QUOTED.findall(control.get("onclick") or "")
