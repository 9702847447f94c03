"""The codebook for people: Markdown, in the reader's language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from archive.codebook.citation import citation
from archive.codebook.contents import Codebook
from archive.codebook.coverage import UNDATED, Month
from archive.codebook.data_package import Export
from archive.codebook.fields import fields
from archive.codebook.words import gap_kind, how, vote_kind
from archive.i18n import gettext as _
from archive.i18n import language
from archive.i18n.formats import day, number
from archive.printable import printable

_MARKS = re.compile(r"[\\`*_\[\]<>|#]")


def markdown(book: Codebook, export: Export | None = None) -> str:
    """The codebook of an export, or of the archive without one."""
    parts = [
        "# " + _("Codebook"),
        _("Made on {day} by arsip-pilkada {version}, schema {schema}.").format(
            day=day(book.made_at), version=book.program_version, schema=book.archive_schema
        ),
        _("It does not claim to be complete: gaps are those that are known."),
        "## " + _("How to cite"),
        _escaped(citation(book, export)),
        "## " + _("What was chosen"),
        *_filters(book),
        "## " + _("Fields"),
        *_fields(),
        "## " + _("Coverage"),
        *_coverage(book),
        "## " + _("Known gaps"),
        *_gaps(book),
        "## " + _("Calendar"),
        *_calendar(book),
        "## " + _("Versions"),
        *_versions(book),
    ]
    return "\n\n".join(parts) + "\n"


def _filters(book: Codebook) -> Iterator[str]:
    if book.since:
        yield _("Only what changed after seq {seq}.").format(seq=book.since)
    if not book.filters:
        yield _("No filter: every release.")
    else:
        rows = ([name, _words(value)] for name, value in book.filters.items())
        yield _table([_("Filter"), _("Value")], rows)


def _fields() -> Iterator[str]:
    code = language()
    rows = (
        [
            f"`{field.name}`",
            _escaped(field.means[code]),
            ", ".join(map(how, field.how)),
            _escaped(
                "; ".join(
                    f"{measurement.what[code]} {_list(measurement.figures)} ({measurement.set})"
                    for measurement in field.measured
                )
            )
            or _("not measured"),
        ]
        for field in fields()
    )
    yield _table([_("Field"), _("Meaning"), _("How it is obtained"), _("Accuracy")], rows)
    yield _("The measurements:")
    found = dict.fromkeys(measurement for field in fields() for measurement in field.measured)
    sets = dict.fromkeys(
        (
            measurement.set,
            _escaped(measurement.on[code]),
            measurement.date.isoformat(),
            f"`{measurement.command}`",
            measurement.page,
        )
        for measurement in found
    )
    yield _table(["", _("On"), _("Date"), _("Command"), _("Page")], sets)


def _coverage(book: Codebook) -> Iterator[str]:
    publishers = {office.id: office.publisher for office in book.coverage.offices}
    rows = defaultdict[tuple[str, str], dict[str, Month]](dict)
    undated: dict[str, int] = {}
    for month in book.coverage.months:
        if month.month == UNDATED:
            undated[month.source] = month.releases
        else:
            rows[month.source, month.month[:4]][month.month[5:]] = month
    yield _(
        "Releases by month of publication, as archived: how many were published is not known. In a "
        "month marked – no crawl began, and in one marked ! none worked. Empty: nothing is "
        "archived, and the month lies outside the time of the crawls."
    )
    numbers = [f"{n:02}" for n in range(1, 13)]
    lines = (
        [_escaped(publishers[source]), year, *(_cell(months.get(n)) for n in numbers)]
        for (source, year), months in rows.items()
    )
    yield _table([_("Office"), _("Year"), *numbers], lines)
    if undated:
        lines = ([_escaped(publishers[source]), number(n)] for source, n in undated.items())
        yield _table([_("Office"), _("Undated releases")], lines)
    empty = [
        office for office in book.coverage.offices if office.id not in {s for s, _year in rows}
    ]
    if empty:
        yield _("Offices without any dated release or crawl: {names}.").format(
            names=", ".join(_escaped(office.publisher) for office in empty)
        )


def _cell(month: Month | None) -> str:
    if month is None:
        return ""
    mark = "" if not month.is_missed else "!" if month.crawls else "–"
    return f"{number(month.releases)}{mark}"


def _gaps(book: Codebook) -> Iterator[str]:
    if book.since:
        yield _("An increment has none of its own; `arsip codebook` tells those of the archive.")
        return
    publishers = {office.id: office.publisher for office in book.coverage.offices}
    rows = (
        [
            _escaped(publishers[gap.source]),
            gap_kind(gap.kind),
            day(gap.since, "medium") if gap.since else "",
            day(gap.until, "medium") if gap.until else "",
            number(gap.count) if gap.count else "",
            _escaped(gap.detail),
        ]
        for gap in book.gaps
    )
    heads = [_("Office"), _("Gap"), _("from"), _("until"), _("Number"), _("Why")]
    yield _table(heads, rows) if book.gaps else _("None is known.")


def _calendar(book: Codebook) -> Iterator[str]:
    rows = (
        [
            day(vote.day, "medium") if vote.day else _("no source names it"),
            vote_kind(vote.kind),
            _escaped(f"{vote.region} {vote.name}" if vote.name else _("whole country")),
            _escaped(vote.source),
        ]
        for vote in book.votes
    )
    yield _table([_("Day"), _("Vote"), _("Region"), _("Named by")], rows)


def _versions(book: Codebook) -> Iterator[str]:
    yield _(
        "The program that read each release: a digest over its code, its word lists and the "
        "libraries that read pages. What different programs read may differ."
    )
    programs = book.coverage.programs.items()
    rows = ([f"`{name}`" if name else _("unknown"), number(n)] for name, n in programs)
    yield _table([_("Program"), _("Releases")], rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _list(figures: Sequence[str]) -> str:
    return " / ".join(figures)


def _words(value: object) -> str:
    values = value if isinstance(value, (list, tuple)) else [value]
    return _escaped(", ".join(str(value) for value in values))


def _escaped(text: str) -> str:
    """A text in one line, none of it Markdown."""
    return _MARKS.sub(r"\\\g<0>", " ".join(printable(text).split()))
