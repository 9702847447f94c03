"""Pictures without a script, a font or anything else from elsewhere.

A picture is a list of rows: name, plot, number. The plots are SVG and take the width there is; all
words are HTML, so that they stay legible on a phone, where names stand above their rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from archive.i18n import gettext as _
from archive.i18n import ngettext
from archive.i18n.formats import day, number
from archive.i18n.labels import label
from archive.printable import escape
from archive.report.course import Course, Periods, Series, Stage

_APART = 0.17
"""Names of months, as a share of the width: what a phone has room for."""
_LAST_TICK = 0.9
"""Beyond it there is no room for a name."""


def columns(title: str, course: Course, rows: Sequence[Series]) -> str:
    """A row of columns for each series, all on one scale; the part of each column that is special
    has the strong colour."""
    most = max((max(row.values) for row in rows), default=1) or 1
    lines = []
    for row in rows:
        shapes = []
        for place, (value, part) in enumerate(zip(row.values, row.part, strict=True)):
            for amount, style in ((value, "whole"), (part, "part")):
                if amount:
                    height = max(4.0, 100 * amount / most)
                    what = _what(row, course.periods, place)
                    shapes.append(_rect(place, 100 - height, 0.85, height, style, what))
        lines.append(_row(row.name, _plot(course, shapes), number(max(row.values))))
    return _over_time(title, course, lines)


def heat(title: str, course: Course, rows: Sequence[Series]) -> str:
    """A row of cells for each series, the stronger its colour the more."""
    most = max((max(row.values) for row in rows), default=1) or 1
    lines = []
    for row in rows:
        shapes = [
            _rect(
                place,
                10,
                0.92,
                80,
                "part",
                _what(row, course.periods, place),
                f"{0.15 + 0.85 * value / most:.2f}",
            )
            for place, value in enumerate(row.values)
            if value
        ]
        lines.append(_row(row.name, _plot(course, shapes), number(sum(row.values))))
    return _over_time(title, course, lines)


def bars(title: str, rows: Sequence[tuple[str, int]]) -> str:
    """A horizontal bar for each name."""
    most = max((value for _name, value in rows), default=1)
    lines = []
    for name, value in rows:
        length = max(0.5, 100 * value / most)
        bar = _rect(0, 15, length, 70, "part", f"{name}: {number(value)}")
        lines.append(_row(name, _svg(100, [bar]), number(value)))
    return _picture(title, lines)


def _over_time(title: str, course: Course, lines: Sequence[str]) -> str:
    stages = [_row(*_stage(course, stage), "", "stages") for stage in course.stages]
    return _picture(title, [*stages, *lines, _axis(course.periods)])


def _stage(course: Course, stage: Stage) -> tuple[str, str]:
    """The name of a stage, and its bar."""
    name = label(stage.name, "stage")
    if stage.regions:
        name = f"{name} ({', '.join(stage.regions[:3])}{', …' * (len(stage.regions) > 3)})"
    places = len(course.periods.starts)
    begin = max(0.0, course.periods.place(stage.first))
    end = min(float(places), course.periods.place(stage.last) + 1 / 7)
    width = max(places / 200, end - begin)
    days = " – ".join(dict.fromkeys(day(each) for each in (stage.first, stage.last)))
    return name, _plot(course, [_rect(begin, 20, width, 60, "stage", f"{name}: {days}")])


def _plot(course: Course, shapes: Sequence[str]) -> str:
    """Shapes over the periods, with a line at each vote."""
    lines = []
    for stage in course.stages:
        if stage.first == stage.last:
            x = course.periods.place(stage.first)
            lines.append(
                f'<path class="vote" d="M{x:.2f},0V100" vector-effect="non-scaling-stroke"/>'
            )
    return _svg(len(course.periods.starts), [*shapes, *lines])


def _axis(periods: Periods) -> str:
    """Months, or years, as many as there is room for on a phone."""
    months = periods.unit == "week" and len(periods.starts) <= 60
    ticks: dict[str, float] = {}
    before = ""
    for place, start in enumerate(periods.starts):
        name = f"{start:%Y-%m}" if months else f"{start:%Y}"
        share = place / len(periods.starts)
        last = next(reversed(ticks.values()), -1.0)
        if name != before and share <= _LAST_TICK and share - last >= _APART:
            ticks[name] = share
        before = name
    spans = "".join(
        f'<span style="left:{100 * share:.1f}%">{name}</span>' for name, share in ticks.items()
    )
    return f'<div class="row axis"><div class="ticks">{spans}</div></div>'


def _what(row: Series, periods: Periods, place: int) -> str:
    """What a shape stands for, as a browser shows it under the mouse."""
    value, start = row.values[place], day(periods.starts[place])
    if periods.unit == "week":
        when = _("week of %(day)s") % {"day": start}
    else:
        when = _("month of %(day)s") % {"day": start}
    many = ngettext("%(n)s release", "%(n)s releases", value) % {"n": number(value)}
    return f"{row.name}, {when}: {many}"


def _picture(title: str, lines: Sequence[str]) -> str:
    return f'<div class="chart" role="figure" aria-label="{escape(title)}">{"".join(lines)}</div>'


def _row(name: str, plot: str, value: str, style: str = "") -> str:
    return (
        f'<div class="{f"row {style}".strip()}"><span class="name">{escape(name)}</span>{plot}'
        f'<span class="value">{escape(value)}</span></div>'
    )


def _svg(width: int, shapes: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width} 100" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(shapes)}</svg>"
    )


def _rect(
    x: float, y: float, width: float, height: float, style: str, what: str, shade: str = ""
) -> str:
    opacity = f' opacity="{shade}"' if shade else ""
    return (
        f'<rect class="{style}" x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'
        f"{opacity}><title>{escape(what)}</title></rect>"
    )
