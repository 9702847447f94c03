"""Pictures as static SVG: no script, no font and nothing else from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from archive.printable import escape
from archive.report.figures import Periods, Series, Stage

WIDTH = 720
_LABEL = 190
"""Room for names on the left."""
_ROW = 26
_AXIS = 22


def timelines(title: str, periods: Periods, rows: Sequence[Series], stages: Sequence[Stage]) -> str:
    """A row of columns for each series, all on one axis of time; the part of each column that is
    special is darker. Each row has its own scale, and says its highest column."""
    step = (WIDTH - _LABEL - 40) / len(periods.starts)
    top = _bands_height(stages)
    pieces = [_bands(periods, stages, step, top + _ROW * len(rows))]
    for number, row in enumerate(rows):
        base = top + _ROW * (number + 1) - 4
        highest = max(row.values) or 1
        pieces.append(_text(_LABEL - 8, base - 5, _short(row.name), "end"))
        pieces.append(_text(WIDTH - 34, base - 5, f"{highest:,}", "start", "faint"))
        for place, (value, part) in enumerate(zip(row.values, row.part, strict=True)):
            what = f"{row.name}, {periods.unit} of {periods.starts[place]}: {value:,}"
            for amount, style in ((value, "whole"), (part, "part")):
                if amount:
                    height = max(1.0, (_ROW - 8) * amount / highest)
                    pieces.append(
                        _rect(
                            _LABEL + step * place, base - height, step * 0.85, height, style, what
                        )
                    )
    return _svg(
        title,
        top + _ROW * len(rows) + _AXIS,
        [*pieces, _axis(periods, step, top + _ROW * len(rows))],
    )


def heat(title: str, periods: Periods, rows: Sequence[Series], stages: Sequence[Stage]) -> str:
    """A row of cells for each series, the darker the more, over the stages of the election."""
    step = (WIDTH - _LABEL - 40) / len(periods.starts)
    top = _bands_height(stages)
    most = max((max(row.values) for row in rows), default=1) or 1
    pieces = [_bands(periods, stages, step, top + _ROW * len(rows))]
    for number, row in enumerate(rows):
        y = top + _ROW * number
        pieces.append(_text(_LABEL - 8, y + 17, _short(row.name), "end"))
        pieces.append(_text(WIDTH - 34, y + 17, f"{sum(row.values):,}", "start", "faint"))
        for place, value in enumerate(row.values):
            if value:
                what = f"{row.name}, {periods.unit} of {periods.starts[place]}: {value:,}"
                shade = f"{0.15 + 0.85 * value / most:.2f}"
                pieces.append(
                    _rect(_LABEL + step * place, y + 3, step * 0.92, _ROW - 6, "part", what, shade)
                )
    return _svg(
        title,
        top + _ROW * len(rows) + _AXIS,
        [*pieces, _axis(periods, step, top + _ROW * len(rows))],
    )


def bars(title: str, rows: Sequence[tuple[str, int]]) -> str:
    """A horizontal bar for each name."""
    most = max((value for _, value in rows), default=1)
    left = 300
    pieces = []
    for number, (name, value) in enumerate(rows):
        y = _ROW * number
        length = max(1.0, (WIDTH - left - 70) * value / most)
        pieces.append(_text(left - 8, y + 17, _short(name, 40), "end"))
        pieces.append(_rect(left, y + 4, length, _ROW - 8, "part", f"{name}: {value:,}"))
        pieces.append(_text(left + length + 6, y + 17, f"{value:,}", "start", "faint"))
    return _svg(title, _ROW * len(rows) + 4, pieces)


def flow(title: str, links: Sequence[Mapping[str, Any]]) -> str:
    """Who had texts first, on the left, and who repeated them, on the right; the wider a band, the
    more texts."""
    total = sum(link["times"] for link in links) or 1
    height = max(
        160,
        _ROW * max(len({link[end] for link in links}) for end in ("first_source", "source")) * 2,
    )
    sides = {}
    for end in ("first_source", "source"):
        sums: dict[str, int] = {}
        for link in links:
            sums[link[end]] = sums.get(link[end], 0) + link["times"]
        gap = 12
        scale = (height - gap * len(sums)) / total
        y, places = 0.0, {}
        for name, times in sorted(sums.items(), key=lambda item: (-item[1], item[0])):
            places[name] = y
            y += times * scale + gap
        sides[end] = (places, sums, scale)
    pieces = []
    used: dict[tuple[str, str], float] = {}
    left, right, bar = 210, WIDTH - 210, 10
    for link in links:
        ends = []
        for end in ("first_source", "source"):
            places, _, scale = sides[end]
            offset = used.get((end, link[end]), 0.0)
            used[end, link[end]] = offset + link["times"] * scale
            ends.append((places[link[end]] + offset, link["times"] * scale))
        (y1, w1), (y2, w2) = ends
        middle = (left + right) / 2
        path = (
            f"M{left + bar},{y1:.1f}C{middle},{y1:.1f} {middle},{y2:.1f} {right},{y2:.1f}"
            f"V{y2 + w2:.1f}"
            f"C{middle},{y2 + w2:.1f} {middle},{y1 + w1:.1f} {left + bar},{y1 + w1:.1f}Z"
        )
        what = f"{link['first_source']} → {link['source']}: {link['times']:,}"
        pieces.append(f'<path class="band" d="{path}"><title>{escape(what)}</title></path>')
    for end, x, label, anchor in (
        ("first_source", left, left - 6, "end"),
        ("source", right, right + bar + 6, "start"),
    ):
        places, sums, scale = sides[end]
        for name, y in places.items():
            size = sums[name] * scale
            pieces.append(_rect(x, y, bar, max(1.0, size), "part", f"{name}: {sums[name]:,}"))
            pieces.append(
                _text(label, y + size / 2 + 4, f"{_short(name, 24)} ({sums[name]:,})", anchor)
            )
    return _svg(title, int(height) + 4, pieces)


def _svg(title: str, height: int, pieces: Sequence[str]) -> str:
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {height}"'
        f' width="{WIDTH}" height="{height}">{"".join(pieces)}</svg>'
    )


def _bands_height(stages: Sequence[Stage]) -> int:
    return 16 * len(stages)


def _bands(periods: Periods, stages: Sequence[Stage], step: float, bottom: int) -> str:
    """The stages as bars above the rows, the vote as a line through them."""
    pieces = []
    for number, stage in enumerate(stages):
        begin = max(0.0, periods.place(stage.first))
        end = min(float(len(periods.starts)), periods.place(stage.last) + 1 / 7)
        x, y = _LABEL + step * begin, 16 * number
        width = max(2.0, step * (end - begin))
        what = f"{stage.name}: {stage.first} to {stage.last}"
        pieces.append(_rect(x, y + 3, width, 9, "stage", what))
        pieces.append(_text(x - 4, y + 12, stage.name, "end", "small"))
        if stage.first == stage.last:
            pieces.append(f'<path class="vote" d="M{x + 1:.1f},{y + 12}V{bottom}"/>')
    return "".join(pieces)


def _axis(periods: Periods, step: float, y: int) -> str:
    """Names of months, or of years, as many as there is room for."""
    months = periods.unit == "week" and len(periods.starts) <= 60
    seen, pieces, room = "", [], 0.0
    for place, start in enumerate(periods.starts):
        name = f"{start:%Y-%m}" if months else f"{start:%Y}"
        x = _LABEL + step * place
        if name != seen and x >= room:
            pieces.append(_text(x, y + 15, name, "start", "faint"))
            room = x + 54
        seen = name
    return "".join(pieces)


def _rect(
    x: float, y: float, width: float, height: float, style: str, what: str, shade: str = ""
) -> str:
    opacity = f' opacity="{shade}"' if shade else ""
    return (
        f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
        f"{opacity}><title>{escape(what)}</title></rect>"
    )


def _text(x: float, y: float, words: str, anchor: str, style: str = "") -> str:
    shape = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{shape}>{escape(words)}</text>'


def _short(name: str, most: int = 24) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
