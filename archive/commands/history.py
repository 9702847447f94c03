"""`history`: the versions of a release, and what each one changed."""

from __future__ import annotations

from typing import Any

import click
from rich.text import Text

from archive.console.errors import fail
from archive.console.options import archive_option, json_option, opened, print_json, release_named
from archive.console.terminal import Terminal
from archive.i18n import N_
from archive.i18n import gettext as _
from archive.i18n.labels import label
from archive.lookup import release_history as past
from archive.lookup.attachments import size_text
from archive.lookup.release_detail import NotFound
from archive.lookup.release_history import Change, Edition, History, Piece
from archive.lookup.web_archives import seen_in

_CONTEXT = 8
"""Words shown on either side of a change."""
SHOWN_BY = {
    "redirect": N_("the old address leads there"),
    "host": N_("the site has left the old host"),
    "gone": N_("the page at the old address is gone"),
}
"""What shows that a release has moved."""
_STYLES = {"same": "", "removed": "red strike", "added": "green bold"}


@click.command()
@click.argument("release", metavar="ID")
@json_option
@archive_option
@click.pass_context
def history(ctx: click.Context, release: str, as_json: bool) -> None:
    """Show the versions of a release: when each was first seen, and what it changed.

    ID as for `show`. Removed words are in [-brackets-], added words in {+braces+}, coloured on a
    terminal. Each edit shows its weight: spelling, wording, number, name, quote, statement. A
    document that the release links to is listed with each of its captured states.
    A release that its site has moved is shown under all its addresses. Exit 1: no such release.

    \b
    Examples:
      python -m archive history pemkot-balikpapan:1f3a9c0de1b2a3f4
      python -m archive history 1f3a --json | jq '.versions[].seen_at'
    """
    with opened(ctx.obj) as engine:
        try:
            found = past.history(engine, release_named(ctx, engine, release))
        except NotFound as error:
            fail(ctx, str(error), 1)
    if as_json:
        print_json(found.as_json())
    else:
        _print(Terminal(), found)


def _print(terminal: Terminal, found: History) -> None:
    terminal.heading(found.versions[-1].title)
    terminal.print(Text(found.url, style="dim"), soft_wrap=True)
    terminal.print(Text(found.id, style="dim"), soft_wrap=True)
    terminal.print()
    if found.addresses:
        _print_addresses(terminal, found)
    else:
        for edition in found.versions:
            _print_edition(terminal, edition)
    for document in found.documents:
        _print_document(terminal, document)
    if found.gone_at:
        days = {"seen": found.last_seen_at, "gone": found.gone_at}
        terminal.print(_("Withdrawn: last seen on %(seen)s, missed on %(gone)s.") % days)
    else:
        seen = found.addresses[-1] if found.addresses else found
        terminal.print(_("Last seen on %(time)s.") % {"time": seen.last_seen_at})


def _print_addresses(terminal: Terminal, found: History) -> None:
    """The versions at each address, and between them when and where the release moved."""
    for stay, following in zip(found.addresses, [*found.addresses[1:], None], strict=True):
        has_moved = stay is not found.addresses[0]
        for edition in stay.versions:
            _print_edition(terminal, edition, moved=has_moved and edition.version == 1)
        if following is not None:
            move = {
                "url": following.url,
                "time": stay.moved_at,
                "how": _(SHOWN_BY[stay.how or ""]),
            }
            line = _("Moved to %(url)s on %(time)s: %(how)s") % move
            terminal.print(Text(line, style="bold"), soft_wrap=True)
            terminal.print(Text(following.id, style="dim"), soft_wrap=True)
            terminal.print()


def _print_edition(terminal: Terminal, edition: Edition, *, moved: bool = False) -> None:
    what = _("as first archived") if edition.version == 1 else _("changed")
    if moved:
        what = _("at the new address, changed") if edition.changes else _("at the new address")
    weights = ", ".join(edition.weights)  # the words that --weight takes
    head = _("Version %(number)s, %(time)s") % {"number": edition.version, "time": edition.seen_at}
    line = f"{head}, {what}" + (f" ({weights})" if weights else "")
    terminal.print(Text(line, style="bold"))
    for withheld in edition.withheld:
        what = label(withheld["what"], "suppressed")
        values = {"what": what, "day": withheld["at"][:10], "reason": withheld["reason"]}
        line = _("%(what)s taken down on %(day)s: %(reason)s") % values
        terminal.print(Text(f"  {line}", style="dim"))
    if edition.sightings:
        terminal.print(Text(f"  {seen_in(edition.sightings, edition.via)}", style="dim"))
    for change in edition.changes:
        terminal.print(Text(f"  {label(change.field, 'field')}", style="dim"))
        terminal.paragraph(_marked(change), indent=4)
    if not edition.changes:
        terminal.print()


def _print_document(terminal: Terminal, document: dict[str, Any]) -> None:
    """When a document was linked, when each captured state of it was seen, and until when."""
    terminal.print(Text(_("Document %(url)s") % document, style="bold"), soft_wrap=True)
    terminal.print(f"  {document['linked_at']}, {_('linked')}")
    for number, state in enumerate(document["captures"]):
        what = _("changed") if number else _("captured")
        line = f"  {state['seen_at']}, {what}: {size_text(state['size'])}, sha256:{state['sha256']}"
        terminal.print(Text(line), soft_wrap=True)
    if document["unlinked_at"]:
        terminal.print(f"  {document['unlinked_at']}, {_('no longer linked')}")
    terminal.print()


def _marked(change: Change) -> Text:
    text = Text()
    last = len(change.pieces) - 1
    for place, piece in enumerate(change.pieces):
        if piece.what == "added" and text.plain.endswith("-]"):
            text.append(" ")
        text.append(_shown(piece, first=place == 0, last=place == last), _STYLES[piece.what])
    return text


def _shown(piece: Piece, *, first: bool, last: bool) -> str:
    """A piece as printed: changes marked; of unchanged text, the words next to them."""
    if piece.what != "same":
        inside = piece.text.strip()
        opened, closed = ("[-", "-]") if piece.what == "removed" else ("{+", "+}")
        return piece.text.replace(inside, f"{opened}{inside}{closed}", 1) if inside else piece.text
    words = piece.text.split(" ")
    head = [] if first else words[:_CONTEXT]
    tail = [] if last else words[-_CONTEXT:]
    if len(words) <= len(head) + len(tail) + 2:
        return piece.text
    return " ".join([*head, "…", *tail])
