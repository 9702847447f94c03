"""`stats`: counts of the archive."""

from __future__ import annotations

from textwrap import fill

import click
from rich.text import Text

from archive.console.options import archive_option, json_option, opened, print_json
from archive.console.terminal import READABLE, Terminal, outcome, span, table
from archive.i18n import gettext as _
from archive.i18n.formats import number
from archive.lookup.stats import SourceStats, Stats, Totals
from archive.lookup.stats import stats as count

_NARROW = (20, 12, 10)
"""Width of source, days and last crawl, if all must fit into 80 columns."""


@click.command()
@json_option
@archive_option
@click.pass_obj
def stats(url: str, as_json: bool) -> None:
    """Count releases, versions and reposts by source.

    \b
    Examples:
      python -m archive stats
      python -m archive stats --json | jq .totals.reposts
    """
    with opened(url) as engine:
        counted = count(engine)
    if as_json:
        print_json(counted.as_json())
    else:
        _print(Terminal(), counted)


def _print(terminal: Terminal, stats: Stats) -> None:
    """A row per source, then the totals."""
    if not stats.sources:
        terminal.print(_("The archive is empty: no source has been crawled yet."))
        return
    # On a narrow terminal, long ids and dates take two lines.
    narrow = terminal.width < READABLE
    source_width, *date_widths = _NARROW if narrow else (None, None, None)
    rows = table()
    rows.padding = (0, 0)
    rows.add_column(_("Source"), overflow="fold")
    for name in (_("Releases"), _("Versions"), _("Reposts"), _("Rejected")):
        rows.add_column(name, justify="right", no_wrap=True)
    for name, width in zip((_("Published"), _("Last crawl")), date_widths, strict=True):
        rows.add_column(name, max_width=width)
    for source in stats.sources:
        rows.add_row(
            fill(source.source, source_width) if source_width else source.source,
            *_counts(source),
            span(source.first_published_on, source.last_published_on),
            _last_crawl(source),
        )
    rows.add_section()
    rows.add_row(_("All"), *_counts(stats.totals), style="bold")
    terminal.print(rows)
    totals = stats.totals
    parts = [
        _("%(n)s about the election") % {"n": number(totals.election)},
        _("%(n)s withdrawn") % {"n": number(totals.gone)},
    ]
    if totals.moved:
        parts.append(_("%(n)s moved by their sites") % {"n": number(totals.moved)})
    terminal.print(f"\n{', '.join(parts)}.")
    if totals.doubtful:
        doubtful = [source for source in stats.sources if source.doubtful]
        by_source = ", ".join(f"{source.source} {number(source.doubtful)}" for source in doubtful)
        terminal.print(
            _("Doubtful texts: %(n)s (%(sources)s).")
            % {"n": number(totals.doubtful), "sources": by_source}
        )


def _counts(totals: Totals) -> list[str]:
    counts = (totals.releases, totals.versions, totals.reposts, totals.rejected)
    return [number(count) for count in counts]


def _last_crawl(source: SourceStats) -> Text:
    if source.last_crawl_at is None:
        return Text(_("never"), style="dim")
    return Text(source.last_crawl_at[:10] + " ").append_text(outcome(source.last_outcome))
