"""Badges: small pictures that say how an office is, for other pages to show."""

from __future__ import annotations

from collections.abc import Sequence

from archive.i18n import gettext as _
from archive.i18n.formats import day
from archive.i18n.labels import label
from archive.printable import escape
from archive.status_page.offices import Office, counted

COLOURS = {
    "current": "#1b6e3c",
    "quiet": "#596673",
    "unknown": "#596673",
    "impaired": "#8a5a00",
    "stale": "#b3261e",
}
"""Of each state; white on them is readable (WCAG AA)."""
_LETTER, _EDGE, _HEIGHT = 6.6, 7, 20
"""Pixels of a letter of 11 px, at most on average."""


def of_office(office: Office) -> str:
    """As SVG: the office, and how far its releases are here."""
    status = label(office.state, "state")
    if office.last_release_on:
        status += f" · {day(office.last_release_on, 'medium')}"
    return _drawn(office.publisher, status, COLOURS[office.state])


def of_all(offices: Sequence[Office]) -> str:
    """As SVG: how many offices are up to date."""
    numbers = counted(offices)
    well = len(offices) - numbers["stale"] - numbers["unknown"]
    status = _("%(n)s of %(all)s up to date") % {"n": well, "all": len(offices)}
    return _drawn("Arsip Pilkada", status, COLOURS["stale" if numbers["stale"] else "current"])


def _drawn(name: str, status: str, colour: str) -> str:
    left, right = (round(len(text) * _LETTER) + 2 * _EDGE for text in (name, status))
    title = escape(f"{name}: {status}")
    font = "font-family='Verdana,DejaVu Sans,sans-serif' font-size='11' fill='#fff'"
    texts = "".join(
        f"<text x='{x}' y='14' textLength='{width - 2 * _EDGE}'>{escape(text)}</text>"
        for text, x, width in ((name, _EDGE, left), (status, left + _EDGE, right))
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{left + right}' height='{_HEIGHT}' "
        f"role='img' aria-label='{title}'><title>{title}</title>"
        f"<rect width='{left + right}' height='{_HEIGHT}' rx='3' fill='#3a434d'/>"
        f"<path d='M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{right - 3}z' "
        f"fill='{colour}'/><g {font}>{texts}</g></svg>\n"
    )
