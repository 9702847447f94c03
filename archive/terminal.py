"""How the archive looks to a person at a terminal, 80 columns wide or 160."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from archive.search import CLOSE, OPEN, Hit
from archive.show import Detail
from archive.stats import SourceStats, Stats, Totals

_READABLE = 100
"""Columns; longer lines of running text tire the eye."""

_NARROW = (20, 12, 10)
"""Columns for a source, its days and its last crawl, when all of `stats` must fit into 80."""

_OUTCOME_STYLES = {"ok": "green", "partial": "yellow", "stopped": "yellow"}


class Terminal(Console):
    """Prints texts as they are (no markup, no emoji names in them); colour on a terminal only."""

    def __init__(self) -> None:
        super().__init__(markup=False, emoji=False, highlight=False)

    def on_broken_pipe(self) -> None:
        """Leaves a closed pipe to the command line, which ends quietly."""
        raise

    def stats(self, stats: Stats) -> None:
        """A row a source, then the totals."""
        if not stats.sources:
            self.print("The archive is empty: no source has been crawled yet.")
            return
        # Where there is little room, ids are broken first, and dates stand on two lines.
        source_width, *date_widths = _NARROW if self.width < _READABLE else (None, None, None)
        table = _table()
        table.padding = (0, 0)
        table.add_column("Source", overflow="fold", max_width=source_width)
        for name in ("Releases", "Versions", "Reposts", "Rejected"):
            table.add_column(name, justify="right", no_wrap=True)
        for name, width in zip(("Published", "Last crawl"), date_widths, strict=True):
            table.add_column(name, max_width=width)
        for source in stats.sources:
            published = f"{source.first_published_on or ''} … {source.last_published_on or ''}"
            table.add_row(
                source.source,
                *_counts(source),
                published if source.first_published_on else "",
                _last_crawl(source),
            )
        table.add_section()
        table.add_row("All", *_counts(stats.totals), style="bold")
        self.print(table)
        totals = stats.totals
        self.print(f"\n{totals.election:,} about the election, {totals.gone:,} withdrawn.")

    def hits(self, hits: list[Hit], limit: int) -> None:
        """Each release found: its title, where it stands, the passage around the words."""
        if not hits:
            self.print("Nothing found.")
        for hit in hits:
            self.print(Text(hit.title, style="bold"), width=self._measure)
            about = (str(hit.published_on or "undated"), hit.id, "repost" * bool(hit.duplicate_of))
            self.print(Text(" · ".join(filter(None, about)), style="dim"))
            self.print(Padding(self._marked(hit), (0, 0, 1, 2)), width=self._measure)
        if len(hits) == limit:
            self.print(f"These are the first {limit}; --limit shows more.")

    def detail(self, detail: Detail) -> None:
        """One release: what it says, who signed it, what became of it."""
        record = detail.record
        self.print(Text(record["title"], style="bold"), width=self._measure)
        self.print(Text(record["url"], style="dim"), soft_wrap=True)
        self.print(self._facts(detail))
        self.print()
        text = (record["dateline"] or "") + record["body"]
        for paragraph in text.split("\n\n"):
            self.print(Padding(Text(paragraph), (0, 0, 1, 0)), width=self._measure)
        if record["byline"]:
            self.print(Padding(Text(record["byline"].strip()), (0, 0, 1, 0)), width=self._measure)
        if len(detail.history) > 1:
            self.print(_history(detail.history), "")
        if detail.copies:
            self.print(_copies(detail.copies))

    @property
    def _measure(self) -> int:
        return min(self.width, _READABLE)

    def _marked(self, hit: Hit) -> Text:
        if not self.is_terminal:
            return Text(" ".join(hit.marked().split()))
        text = Text()
        for piece in " ".join(hit.snippet.split()).split(OPEN):
            found, _, rest = piece.rpartition(CLOSE)
            text.append(found, style="bold yellow").append(rest)
        return text

    def _facts(self, detail: Detail) -> Table:
        record = detail.record
        published = record["published_at"] or record["published_on"] or "undated"
        if record["published_by"]:
            published += f" (by {record['published_by']})"
        why = "; ".join(
            f"{topic}: {', '.join(words)}" for topic, words in detail.topic_words.items()
        )
        facts = {
            "Id": record["id"],
            "Publisher": f"{record['publisher']} ({record['kind']}, {record['region']})",
            "Published": published,
            "Place": record["place"],
            "Signed": ", ".join(record["author_tags"]),
            "Credits": ", ".join(f"{c['role']} {c['name']}" for c in record["credits"]),
            "Election": "yes" if record["election"] else "no",
            "Topics": ", ".join(record["topics"]),
            "Because of": why,
            "Flags": ", ".join(detail.flags),
            "Seen": f"{record['first_seen_at']} … {record['last_seen_at']}",
            "Withdrawn": record["gone_at"],
            "Version": f"{record['version']} of {record['versions']}",
            "Repost of": record["duplicate_of"],
        }
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in facts.items():
            if value:
                grid.add_row(name, Text(value))
        return grid


def _table(title: str | None = None) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )


def _counts(totals: Totals) -> list[str]:
    counts = (totals.releases, totals.versions, totals.reposts, totals.rejected)
    return [f"{count:,}" for count in counts]


def _last_crawl(source: SourceStats) -> Text:
    if source.last_crawl_at is None:
        return Text("never", style="dim")
    outcome = source.last_outcome or "unfinished"
    text = Text(source.last_crawl_at[:10] + " ")
    return text.append(outcome, style=_OUTCOME_STYLES.get(outcome, "red"))


def _history(history: list[dict[str, Any]]) -> Table:
    table = _table("Versions")
    table.add_column("", justify="right")
    table.add_column("Seen first", no_wrap=True)
    table.add_column("Title", overflow="fold")
    for version in history:
        table.add_row(str(version["version"]), version["seen_at"], Text(version["title"]))
    return table


def _copies(copies: list[dict[str, Any]]) -> Table:
    table = _table("The same text")
    table.add_column("Release", overflow="fold")
    table.add_column("Published", no_wrap=True)
    table.add_column("")
    for copy in copies:
        table.add_row(copy["id"], copy["published_on"] or "", "first" if copy["first"] else "")
    return table
