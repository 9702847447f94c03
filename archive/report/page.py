"""The report as one HTML page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import __version__
from archive.printable import escape
from archive.report import charts
from archive.report.figures import Figures, Periods, Series

_CSS = Path(__file__).with_name("page.css")
_DRAWN = 25
"""Series of a picture; the rest stands in the table only."""
_ONLY_ITSELF = "default-src 'none'; style-src 'unsafe-inline'"
"""The browser itself refuses whatever else the page might ask for."""
_SHADES = {"ok": "ok", "partial": "warn", "stopped": "warn", "unfinished": "warn", "never": "warn"}


def page(figures: Figures, made_at: datetime) -> str:
    """The whole page; all text is escaped."""
    totals = figures.stats.totals
    counts = (
        ("releases", totals.releases),
        ("about the election", totals.election),
        ("reposts", totals.reposts),
        ("versions", totals.versions),
        ("withdrawn", totals.gone),
        ("sources", len(figures.stats.sources)),
    )
    listed = "".join(f"<li><b>{number:,}</b>{escape(what)}</li>" for what, number in counts)
    body = "".join(
        (
            "<h1>What the cities and election offices published</h1>",
            f'<ul class="counts">{listed}</ul>',
            *_over_time(figures),
            *_signers(figures),
            *_flows(figures),
            *_health(figures),
            f"<footer>Made by arsip-pilkada {escape(__version__)} on {made_at:%Y-%m-%d %H:%M} UTC,"
            " from what was in the archive then.</footer>",
        )
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_ONLY_ITSELF}">'
        f"<title>Press releases: a report</title><style>{_CSS.read_text(encoding='utf-8')}</style>"
        f"</head><body>{body}</body></html>\n"
    )


def _over_time(figures: Figures) -> Iterable[str]:
    unit = figures.published.periods.unit if figures.published else "week"
    for heading, words, draw, course in (
        (
            f"Releases a {unit}, source by source",
            "Darker: about the election. Each row has its own scale; the number on the right is its"
            " highest column.",
            charts.timelines,
            figures.published,
        ),
        (
            "Topics over time",
            "The darker, the more releases; reposts are not counted. Above, the stages of the"
            " election of 27 November 2024; the dashed line is the vote.",
            charts.heat,
            figures.topics,
        ),
        (
            "Edited and withdrawn",
            "By when it was seen, whenever the release was published.",
            charts.timelines,
            figures.fates,
        ),
    ):
        yield f"<h2>{escape(heading)}</h2><p>{escape(words)}</p>"
        if course is None:
            yield "<p>None so far.</p>"
            continue
        drawn = draw(heading, course.periods, course.rows[:_DRAWN], course.stages)
        yield f'<div class="wide">{drawn}</div>'
        yield _by_year(course.periods, course.rows)


def _by_year(periods: Periods, rows: Sequence[Series]) -> str:
    """The same numbers by quarters: a table of weeks would fit no page."""
    quarters = [f"{start.year} Q{(start.month + 2) // 3}" for start in periods.starts]
    names = list(dict.fromkeys(quarters))[-8:]
    table = []
    for row in rows:
        sums = dict.fromkeys(names, 0)
        for quarter, value in zip(quarters, row.values, strict=True):
            if quarter in sums:
                sums[quarter] += value
        table.append((row.name, *sums.values(), sum(row.values)))
    caption = "By quarters" + (
        ", the last eight; all in the last column" if len(set(quarters)) > 8 else ""
    )
    return _table(caption, ("", *names, "all"), table)


def _signers(figures: Figures) -> Iterable[str]:
    yield "<h2>Who signs</h2><p>Author tags, as the bylines have them: desks and writers.</p>"
    if figures.signers:
        rows = [(f"{row['tag']} · {row['source']}", row["releases"]) for row in figures.signers]
        yield f'<div class="wide">{charts.bars("Who signs", rows)}</div>'
        columns = ("tag", "source", "releases", "since", "until")
        yield _table("", columns, [tuple(row[name] for name in columns) for row in figures.signers])
    else:
        yield "<p>Nothing is signed so far.</p>"


def _flows(figures: Figures) -> Iterable[str]:
    yield "<h2>Who repeats whom</h2>"
    yield "<p>On the left who had a text first, on the right who had it later.</p>"
    if figures.flows:
        yield f'<div class="wide">{charts.flow("Who repeats whom", figures.flows)}</div>'
        columns = ("first_source", "source", "times")
        rows = [tuple(row[name] for name in columns) for row in figures.flows]
        yield _table("", ("first at", "then at", "texts"), rows)
    else:
        yield "<p>No source repeats another so far.</p>"


def _health(figures: Figures) -> Iterable[str]:
    yield "<h2>How the sources are</h2>"
    if figures.amiss:
        ill = [
            (
                one.source or "all sources",
                (one.means, "bad"),
                f"{one.since:%Y-%m-%d}",
                one.evidence,
                one.advice,
            )
            for one in figures.amiss
        ]
        yield _table("What is amiss", ("source", "what", "since", "evidence", "what to do"), ill)
    else:
        yield "<p>All are well.</p>"
    yield "<p>The last visit to each, and its newest release.</p>"
    rows = []
    for source in figures.stats.sources:
        never = source.last_crawl_at is None
        outcome = "never" if never else source.last_outcome or "unfinished"
        rows.append(
            (
                source.source,
                (outcome, _SHADES.get(outcome, "bad")),
                (source.last_crawl_at or "")[:10],
                source.last_published_on or "",
                source.releases,
                source.rejected,
                source.last_reason or "",
            )
        )
    columns = ("source", "last visit", "on", "newest", "releases", "rejected", "")
    yield _table("", columns, rows)


def _table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A cell is text, a number, or text with its shade."""
    numeric = [bool(rows) and isinstance(cell, int) for cell in rows[0]] if rows else []
    head = "".join(
        f"<th{_right(right)}>{escape(name)}</th>"
        for name, right in zip(columns, numeric, strict=True)
    )
    lines = []
    for row in rows:
        lines.append("<tr>" + "".join(map(_cell, row)) + "</tr>")
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="wide"><table>{title}<thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _cell(cell: Any) -> str:
    if isinstance(cell, tuple):
        words, shade = cell
        return f'<td class="{shade}">{escape(words)}</td>'
    if isinstance(cell, int):
        return f'<td class="n">{cell:,}</td>'
    return f"<td>{escape(cell or '')}</td>"


def _right(right: bool) -> str:
    return ' class="n"' if right else ""
