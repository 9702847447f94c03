"""`show`: everything about one release."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text
from sqlalchemy import Engine

from archive.commands.quotes import speaker_line
from archive.console.errors import fail
from archive.console.options import (
    archive_option,
    captures_option,
    json_option,
    opened,
    print_json,
    release_named,
)
from archive.console.terminal import Terminal, table
from archive.curation.locked_evidence import with_what_was_taken_down
from archive.i18n import gettext as _
from archive.lookup import release_detail as showing
from archive.lookup.attachments import state_text
from archive.lookup.release_detail import Detail
from archive.lookup.web_archives import seen_in
from archive.preservation.gold_pages import NoGold, of_release, write_gold

_READ = 60
"""Characters of a corrected value that are shown of what was read."""


@click.command()
@click.argument("release", metavar="ID")
@click.option(
    "--bundle",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write its page and a draft of its gold into FOLDER, outside the checkout, to report a "
    "release that is read wrongly.",
)
@click.option(
    "--include-suppressed",
    is_flag=True,
    help="Also what was taken down: for the keeper of the archive, not to be passed on.",
)
@json_option
@captures_option
@archive_option
@click.pass_context
def show(
    ctx: click.Context,
    release: str,
    as_json: bool,
    captures: Path,
    bundle: Path | None,
    include_suppressed: bool,
) -> None:
    """Show one release: its text, who signed it, its documents, versions and copies.

    ID is a release's id, a unique prefix of it (or of the part after the colon), or its URL. The
    words that made the release count as election news are shown too. Exit 1: no such release, or it
    was taken down.

    \b
    Examples:
      python -m archive show pemkot-balikpapan:1f3a9c0de1b2a3f4
      python -m archive show 1f3a
      python -m archive show https://web.balikpapan.go.id/berita/read/9754 --json
      python -m archive show 1f3a --bundle ~/gold
    """
    with opened(ctx.obj) as engine:
        detail = _detail(ctx, engine, release_named(ctx, engine, release), include_suppressed)
        if bundle is not None:
            _write_bundle(ctx, engine, detail, captures, bundle)
            return
    if as_json:
        print_json(detail.as_json())
    else:
        _print(Terminal(), detail)


def _detail(ctx: click.Context, engine: Engine, release: str, every: bool) -> Detail:
    try:
        detail = showing.show(engine, release, every=every)
    except showing.Suppressed as error:
        fail(ctx, str(error), 1)
    if not every:
        return detail
    with engine.connect() as connection:
        kept = with_what_was_taken_down(connection, detail.record)
    return replace(detail, record=kept)


def _write_bundle(
    ctx: click.Context, engine: Engine, detail: Detail, captures: Path, folder: Path
) -> None:
    if detail.record["withheld"]:
        fail(ctx, "A part of it was taken down, and the page has it", 1)
    try:
        path = write_gold(of_release(engine, detail.record, captures), folder)
    except NoGold as error:
        fail(ctx, str(error), 1)
    except OSError as error:
        fail(ctx, f"{folder} cannot be written: {error.strerror or error}", 3)
    click.echo(f"{path}: correct it by the page beside it; real texts stay out of the repository")


def _print(terminal: Terminal, detail: Detail) -> None:
    """Prints text, byline, versions and copies."""
    record = detail.record
    terminal.heading(record["title"])
    terminal.print(Text(record["url"], style="dim"), soft_wrap=True)
    _facts(terminal, detail)
    terminal.print()
    text = (record["dateline"] or "") + record["body"]
    for paragraph in text.split("\n\n"):
        terminal.paragraph(paragraph)
    if record["byline"]:
        terminal.paragraph(record["byline"].strip())
    if record["quotes"]:
        _quotes(terminal, record["quotes"])
    if detail.documents:
        terminal.print(_documents(detail.documents), "")
    if len(detail.history) > 1:
        terminal.print(_history(detail.history), "")
    if detail.copies:
        terminal.print(_copies(detail.copies))


def _quotes(terminal: Terminal, quotes: list[dict[str, Any]]) -> None:
    terminal.print(Text("Who said what", style="bold"))
    for quote in quotes:
        terminal.print(Text(speaker_line(quote), style="dim"), soft_wrap=True)
        words = " ".join(quote["text"].split())
        terminal.paragraph(f"“{words}”" if quote["direct"] else words, indent=2)


def _facts(terminal: Terminal, detail: Detail) -> None:
    record = detail.record
    published = record["published_at"] or record["published_on"] or "undated"
    if record["published_by"]:
        published += f" (by {record['published_by']})"
    why = "; ".join(f"{topic}: {', '.join(words)}" for topic, words in detail.topic_words.items())
    facts = {
        _("Id"): record["id"],
        _("Publisher"): f"{record['publisher']} ({record['kind']}, {record['region']})",
        _("Published"): published,
        _("Counts from"): _claim(detail),
        _("Place"): record["place"],
        _("Signed"): ", ".join(record["author_tags"]),
        _("Credits"): ", ".join(f"{c['role']} {c['name']}" for c in record["credits"]),
        _("Election"): "yes" if record["election"] else "no",
        _("Topics"): ", ".join(record["topics"]),
        _("Because of"): why,
        _("Flags"): ", ".join(record["flags"]),
        _("Corrected"): "; ".join(map(_correction, record["corrections"])),
        _("Taken down"): "; ".join(map(_takedown, record["withheld"])),
        _("Seen"): f"{record['first_seen_at']} … {record['last_seen_at']}",
        _("Withdrawn"): record["gone_at"],
        _("Moved"): _moved(detail),
        _("Via"): _via(detail),
        _("Version"): f"{record['version']} of {record['versions']}",
        _("Repost of"): record["duplicate_of"],
    }
    terminal.facts(facts)


def _correction(correction: dict[str, Any]) -> str:
    read = correction["value_read"]
    shown = read if isinstance(read, str) else json.dumps(read, ensure_ascii=False)
    short = " ".join(shown.split())
    short = short if len(short) <= _READ else f"{short[:_READ]}…"
    by = f"{correction['field']} by {correction['who']}, {correction['when']}"
    return f"{by}: {correction['reason']} (read: {short})"


def _takedown(suppression: dict[str, Any]) -> str:
    return f"{suppression['what']}, {suppression['at'][:10]}: {suppression['reason']}"


def _moved(detail: Detail) -> str | None:
    """Where the release was before, and where it is now."""
    own = detail.record["id"]
    parts = [
        _("on %(at)s from %(url)s (%(id)s)") % {"at": m["at"], "url": m["old_url"], "id": m["old"]}
        for m in detail.moves
        if m["new"] == own
    ]
    parts += [
        _("on %(at)s to %(url)s (%(id)s)") % {"at": m["at"], "url": m["new_url"], "id": m["new"]}
        for m in detail.moves
        if m["old"] == own
    ]
    return "; ".join(parts) or None


def _via(detail: Detail) -> str | None:
    """When web archives saw the current wording, and where one of these captures is."""
    current = detail.history[-1]
    if not current["sightings"]:
        return None
    archives = seen_in(current["sightings"], current["via"])
    return f"{archives}: {current['via']['url']}" if current["via"] else archives


def _claim(detail: Detail) -> str | None:
    """From when the text counts, if that is not simply the printed date, or if there is a doubt."""
    claim = detail.claim
    if claim["vouched_by"] == "source" and not claim["doubts"]:
        return None
    sentences = claim["doubts"] or [
        "is when the archive first saw the text: no date was printed with it"
    ]
    return f"{claim['counts_from']}: this date {'; it '.join(sentences)}"


def _documents(documents: list[dict[str, Any]]) -> Table:
    rows = table(_("Documents"))
    rows.add_column(_("Type"), no_wrap=True)
    rows.add_column(_("Document"), overflow="fold")
    rows.add_column(_("State"), overflow="fold")
    for document in documents:
        named = Text(document["label"] or "")
        named.append(f"\n{document['url']}" if document["label"] else document["url"], style="dim")
        rows.add_row(document["type"] or "", named, state_text(document))
    return rows


def _history(history: list[dict[str, Any]]) -> Table:
    rows = table(_("Versions"))
    rows.add_column("", justify="right")
    rows.add_column(_("Seen first"), no_wrap=True)
    rows.add_column(_("Title"), overflow="fold")
    for version in history:
        rows.add_row(
            str(version["version"]), version["seen_at"], Text(version["title"] or _("taken down"))
        )
    return rows


def _copies(copies: list[dict[str, Any]]) -> Table:
    rows = table(_("The same text, or nearly"))
    rows.add_column(_("Release"), overflow="fold")
    rows.add_column(_("Published"), no_wrap=True)
    rows.add_column(_("Alike"), no_wrap=True)
    for copy in copies:
        likeness = "first" if copy["first"] else f"{copy['similarity']:.0%}"
        rows.add_row(copy["id"], copy["published_on"] or "", likeness)
    return rows
