"""How to cite an archive, or an export of it."""

from __future__ import annotations

from archive.codebook.contents import Codebook
from archive.codebook.coverage import UNDATED
from archive.codebook.data_package import Export
from archive.i18n import gettext as _
from archive.i18n import ngettext
from archive.i18n.formats import day, number


def citation(book: Codebook, export: Export | None = None) -> str:
    """One paragraph of plain text in the reader's language."""
    months = [
        month.month for month in book.coverage.months if month.releases and month.month != UNDATED
    ]
    offices, releases = len(book.coverage.offices), book.coverage.releases
    parts = [
        _("Arsip Pilkada: press releases of Indonesian cities and election offices."),
        ngettext("%(n)s release", "%(n)s releases", releases) % {"n": number(releases)}
        + ", "
        + ngettext("%(n)s source", "%(n)s sources", offices) % {"n": number(offices)}
        + ".",
    ]
    if months:
        parts.append(
            _("Published from {first} to {last}.").format(first=min(months), last=max(months))
        )
    parts.append(_("As archived on {day}.").format(day=day(book.made_at)))
    if book.filters or book.since:
        parts.append(_("A part, chosen by the filters below."))
    if export:
        parts.append(f"{export.file.name}, sha256:{export.sha256}.")
    parts.append(f"arsip-pilkada {book.program_version}.")
    return " ".join(parts)
