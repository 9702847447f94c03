"""The report as one HTML page that needs nothing but itself, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from archive import __version__
from archive.i18n import gettext as _
from archive.i18n import language
from archive.i18n.formats import day, moment, number
from archive.i18n.labels import label
from archive.printable import escape
from archive.report import charts
from archive.report.course import Course, Periods, Series
from archive.report.figures import LISTED, Changed, Figures
from archive.report.html_tables import Cell, Link, Shaded, table

_CSS = Path(__file__).with_name("page.css")
_DRAWN = 25
"""Series of a picture; the rest stands in the table only."""
_QUARTERS = 4
_ONLY_ITSELF = "default-src 'none'; style-src 'unsafe-inline'"
"""The browser itself refuses whatever else the page might ask for."""
_SHADES = {"ok": "ok", "partial": "warn", "stopped": "warn", "unfinished": "warn", "never": "warn"}


def page(figures: Figures, made_at: datetime) -> str:
    """The whole page; all text is escaped."""
    title = _title(figures)
    made = _("Made by arsip-pilkada %(version)s on %(moment)s, from what was in the archive then.")
    footer = made % {"version": __version__, "moment": moment(made_at)}
    body = "".join(
        (
            f"<h1>{escape(title)}</h1>",
            *_scope(figures),
            _counts(figures),
            *_published(figures),
            *_topics(figures),
            *_fates(figures),
            *_edited(figures),
            *_withdrawn(figures),
            *_speakers(figures),
            *_signers(figures),
            *_flows(figures),
            *_health(figures),
            f"<footer>{escape(footer)}</footer>",
        )
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_ONLY_ITSELF}">'
        f"<title>{escape(title)}</title><style>{_CSS.read_text(encoding='utf-8')}</style>"
        f"</head><body>{body}</body></html>\n"
    )


def _title(figures: Figures) -> str:
    first = figures.selection.since or figures.totals.first
    last = figures.selection.until or figures.totals.last
    if not (first and last):
        return _("Press releases")
    days = {"first": day(first), "last": day(last)}
    return _("Press releases, %(first)s to %(last)s") % days


def _scope(figures: Figures) -> Iterable[str]:
    """The offices, if the report is about some only."""
    if figures.selection.source:
        offices = ", ".join(sorted({source.publisher for source in figures.sources}))
        yield f'<p class="scope">{escape(offices)}</p>'


def _counts(figures: Figures) -> str:
    totals = figures.totals
    counts = [
        (_("releases"), totals.releases),
        (_("about the election"), totals.election),
        (_("reposts"), totals.reposts),
        (_("edited"), totals.edited),
        (_("withdrawn"), totals.withdrawn),
        (_("sources"), len(figures.sources)),
    ]
    if totals.archived:
        counts.append((_("seen by web archives only"), totals.archived))
    if totals.undated:
        counts.append((_("undated, in no picture"), totals.undated))
    listed = "".join(f"<li><b>{number(many)}</b>{escape(what)}</li>" for what, many in counts)
    return f'<ul class="counts">{listed}</ul>'


def _section(heading: str, words: str = "") -> str:
    return f"<h2>{escape(heading)}</h2>" + (f"<p>{escape(words)}</p>" if words else "")


def _none(sentence: str) -> str:
    return f'<p class="none">{escape(sentence)}</p>'


def _published(figures: Figures) -> Iterable[str]:
    course = figures.published
    weekly = course is None or course.periods.unit == "week"
    heading = _("Releases a week, by office") if weekly else _("Releases a month, by office")
    yield _section(
        heading,
        _(
            "The strong colour: about the election. All rows have the same scale; the number is "
            "the highest column of the row."
        ),
    )
    if course is None:
        yield _none(_("None so far."))
        return
    yield charts.columns(heading, course, course.rows[:_DRAWN])
    yield _by_quarter(_("Office"), course.periods, course.rows)


def _topics(figures: Figures) -> Iterable[str]:
    heading, course = _("Topics over time"), figures.topics
    yield _section(
        heading,
        _(
            "The stronger the colour, the more releases; the number is their sum. Reposts are not "
            "counted. Above, the stages of the election of 27 November 2024, and the votes that "
            "were repeated in these regions; a dashed line is a vote."
        ),
    )
    if course is None:
        yield _none(_("None so far."))
        return
    yield charts.heat(heading, course, course.rows[:_DRAWN])
    yield _by_quarter(_("Topic"), course.periods, course.rows)


def _fates(figures: Figures) -> Iterable[str]:
    heading, course = _("Edited and withdrawn over time"), figures.fates
    yield _section(
        heading,
        _(
            "By when it was seen. All rows have the same scale; the number is the highest column "
            "of the row."
        ),
    )
    if course is None:
        yield _none(_("None so far."))
        return
    names = {"edited": _("edited"), "withdrawn": _("withdrawn")}
    rows = [Series(names[row.name], row.values, row.part) for row in course.rows]
    yield charts.columns(heading, Course(course.periods, rows, course.stages), rows)


def _by_quarter(name: str, periods: Periods, rows: Sequence[Series]) -> str:
    """The same numbers by quarters: a table of weeks would fit no page."""
    quarters = [f"{start.year} Q{(start.month + 2) // 3}" for start in periods.starts]
    names = list(dict.fromkeys(quarters))[-_QUARTERS:]
    lines: list[Sequence[Cell]] = []
    for row in rows:
        sums = dict.fromkeys(names, 0)
        for quarter, value in zip(quarters, row.values, strict=True):
            if quarter in sums:
                sums[quarter] += value
        lines.append((row.name, *sums.values(), sum(row.values)))
    more = len(set(quarters)) > _QUARTERS
    caption = _("The last four quarters, and the sum of all") if more else _("By quarters")
    return table((name, *names, _("all")), lines, caption)


def _edited(figures: Figures) -> Iterable[str]:
    words = _("The last edited first, with the weight of all its edits, the heaviest first.")
    if any(changed.via for changed in figures.edited):
        words += " " + _(
            "A day on which a web archive saw an edit is that of its capture: the edit was made "
            "between it and the one before."
        )
    yield from _changed(_("What was edited"), words, figures.edited, figures.totals.edited)
    if figures.edited:
        yield table(
            (
                *(_("Title"), _("Office"), _("Published"), _("Seen on"), _("Seen by")),
                *(_("Edits"), _("Weight")),
            ),
            [
                (
                    *_release(changed),
                    _witness(changed),
                    changed.release["versions"] - 1,
                    ", ".join(label(weight, "weight") for weight in changed.weights),
                )
                for changed in figures.edited
            ],
        )


def _withdrawn(figures: Figures) -> Iterable[str]:
    words = _(
        "The last withdrawn first. The links lead to where the releases were; the archive "
        "still has the texts."
    )
    yield from _changed(_("What was withdrawn"), words, figures.withdrawn, figures.totals.withdrawn)
    if figures.withdrawn:
        yield table(
            (
                *(_("Title"), _("Office"), _("Published"), _("Missed on")),
                *(_("Last seen on"), _("Last seen by")),
            ),
            [
                (*_release(changed), changed.release["last_seen_at"].date(), _witness(changed))
                for changed in figures.withdrawn
            ],
        )


def _changed(heading: str, words: str, listed: Sequence[Changed], all_: int) -> Iterable[str]:
    if not listed:
        yield _section(heading) + _none(_("None so far."))
        return
    yield _section(heading, words)
    if all_ > LISTED:
        cut = _("The last %(few)s of %(all)s.") % {"few": number(LISTED), "all": number(all_)}
        yield f"<p>{escape(cut)}</p>"


def _release(changed: Changed) -> tuple[Link, str, date | str, date]:
    release = changed.release
    title = Link(release["title"], release["url"])
    published = release["published_on"] or _("undated")
    return title, release["publisher"], published, date.fromisoformat(changed.seen_at[:10])


def _witness(changed: Changed) -> Cell:
    """Who saw it: a crawl, or a web archive, with a link to the capture."""
    if changed.via is None:
        return _("a crawl")
    archive = changed.via["archive"]
    if not changed.release["crawled"]:
        archive = _("%(archive)s (no crawl saw it)") % {"archive": archive}
    return Link(archive, changed.via["url"])


def _speakers(figures: Figures) -> Iterable[str]:
    yield _section(
        _("Who speaks about which topic"),
        _(
            "The three people quoted most on each topic, with a public function, as the releases "
            "print them: two spellings of a name are two people here."
        ),
    )
    if not figures.speakers:
        yield _none(_("No person with a public function is quoted yet."))
        return
    rows = [
        (speaker.topic, speaker.person, speaker.role, speaker.quotes)
        for speaker in figures.speakers
    ]
    yield table((_("Topic"), _("Name"), _("Function"), _("Quotes")), rows)


def _signers(figures: Figures) -> Iterable[str]:
    heading = _("Who signs")
    yield _section(heading, _("Author tags, as the bylines have them: desks and writers."))
    if not figures.signers:
        yield _none(_("Nothing is signed so far."))
        return
    rows = [(f"{row['tag']} · {row['publisher']}", row["releases"]) for row in figures.signers]
    yield charts.bars(heading, rows)
    keys = ("tag", "publisher", "releases", "since", "until")
    names = (_("Author tag"), _("Office"), _("Releases"), _("First"), _("Last"))
    yield table(names, [tuple(row[key] for key in keys) for row in figures.signers])


def _flows(figures: Figures) -> Iterable[str]:
    heading = _("Who repeats whom")
    yield _section(heading, _("The office that had a text first → the one that had it later."))
    if not figures.flows:
        yield _none(_("No source repeats another so far."))
        return
    yield charts.bars(
        heading, [(f"{row['first']} → {row['later']}", row["times"]) for row in figures.flows]
    )


def _health(figures: Figures) -> Iterable[str]:
    yield _section(_("How the sources are"))
    offices = {source.source: source.publisher for source in figures.sources}
    if figures.problems:
        rows = [
            (
                offices.get(finding.source, finding.source) if finding.source else _("all sources"),
                Shaded(_(finding.means), "bad"),
                finding.since.date(),
                finding.evidence,
            )
            for finding in figures.problems
        ]
        names = (_("Office"), _("Problem"), _("Since"), _("Evidence"))
        yield table(names, rows, _("Problems"))
    else:
        yield _none(_("All are well."))
    yield table(
        (
            *(_("Office"), _("Last visit"), _("On"), _("Releases"), _("In web archives only")),
            *(_("Rejected pages"), _("Reason")),
        ),
        [
            (
                source.publisher,
                _outcome(source.last_crawl_at, source.last_outcome),
                date.fromisoformat(source.last_crawl_at[:10]) if source.last_crawl_at else None,
                figures.by_source.get(source.source, 0),
                figures.archived.get(source.source, 0),
                source.rejected,
                source.last_reason,
            )
            for source in figures.sources
        ],
        _("The last visit to each"),
    )


def _outcome(last_crawl_at: str | None, outcome: str | None) -> Shaded:
    word = (outcome or "unfinished") if last_crawl_at else "never"
    return Shaded(label(word, "outcome"), _SHADES.get(word, "bad"))
