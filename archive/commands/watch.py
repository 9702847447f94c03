"""`watch`: saved searches that report changes by mail and webhook."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.text import Text
from sqlalchemy import Engine

from archive.console.errors import CANNOT, Group, fail
from archive.console.options import (
    archive_option,
    json_option,
    opened,
    print_json,
    published_options,
    watch_selection_options,
    watches_option,
)
from archive.console.terminal import Terminal, table
from archive.database.connection import archive_path, open_archive
from archive.i18n import gettext as _
from archive.lookup.change_weight import WEIGHTS, Weight
from archive.lookup.selection import Selection
from archive.watches import positions, watch_file
from archive.watches.delivery import HandOver, Notice, deliver, receiver
from archive.watches.events import events, last_change
from archive.watches.messages import mail, message
from archive.watches.watch import CHANGES, Watch, What
from archive.watches.watch_file import WatchError
from archive.webhook import WebhookError, check_webhook, post


class NotDelivered(Exception):
    """A receiver does not take a message; `str()` says so to people."""


@click.group(cls=Group)
def watch() -> None:
    """Save searches, and get alerts on what is new, edited, withdrawn or back.

    A watch is a saved search, in watches.toml. `watch run` reports what crawls have seen since it
    last ran, by mail or webhook; `feeds` and `serve` offer each watch as an Atom feed.

    \b
    Examples:
      python -m archive watch add netralitas netralitas ASN --region 64
      python -m archive watch add angka --on edited --weight number --kind kpu
      python -m archive watch run --pipe 'sendmail redaksi@contoh.id'
    """


@watch.command()
@click.argument("name")
@click.argument("words", nargs=-1)
@click.option("--title", default="", metavar="TEXT", help="What the feed is called.")
@click.option(
    "--on",
    type=click.Choice(CHANGES),
    multiple=True,
    help="Report only this; repeatable. Default: all four.",
)
@watch_selection_options
@published_options
@click.option("--speaker", default="", metavar="NAME", help="Only releases that quote NAME.")
@click.option(
    "--weight", type=click.Choice(WEIGHTS), multiple=True, help="Only edits of this weight."
)
@click.option("--webhook", metavar="URL", help="Where `watch run` POSTs this watch's events.")
@watches_option
@archive_option
@click.pass_context
def add(
    ctx: click.Context,
    name: str,
    words: tuple[str, ...],
    title: str,
    on: tuple[What, ...],
    selection: Selection,
    speaker: str,
    weight: tuple[Weight, ...],
    webhook: str | None,
    watches: Path,
) -> None:
    """Add the watch NAME to watches.toml; WORDS and options as in `search`.

    It reports what crawls see from now on.
    """
    new = Watch(
        name=name,
        title=title,
        on=tuple(change for change in CHANGES if change in on) or CHANGES,
        words=" ".join(words),
        selection=selection,
        speaker=speaker,
        weight=weight,
        webhook=webhook,
    )
    has_archive = archive_path(ctx.obj).exists()
    if has_archive:
        with opened(ctx.obj, selection):
            pass
    try:
        watch_file.add(watches, new)
    except WatchError as error:
        raise click.UsageError(str(error)) from None
    if has_archive:
        with _writable(ctx.obj) as engine:
            positions.skip(engine, name)
    click.echo(f"{watches} has the watch {name}: {new.search()}", err=True)


@watch.command("list")
@json_option
@watches_option
@archive_option
@click.pass_obj
def list_(url: str, as_json: bool, watches: Path) -> None:
    """List the watches, and how many events are not delivered yet."""
    loaded = _loaded(watches)
    with opened(url) as engine:
        last = last_change(engine)
        counted = {watch.name: _waiting(engine, watch, last) for watch in loaded}
    if as_json:
        print_json([watch.keys() | {"waiting": counted[watch.name]} for watch in loaded])
        return
    terminal = Terminal()
    if not loaded:
        terminal.print("There is no watch yet: `watch add`.")
        return
    rows = table()
    rows.add_column(_("Name"), no_wrap=True)
    rows.add_column(_("Search"), overflow="fold")
    rows.add_column("Webhook", overflow="fold")
    rows.add_column(_("Waiting"), justify="right")
    for watch in loaded:
        host = urlsplit(watch.webhook).hostname if watch.webhook else None
        rows.add_row(watch.name, Text(watch.search()), host or "", str(counted[watch.name]))
    terminal.print(rows)


def _waiting(engine: Engine, watch: Watch, last: int) -> int:
    begun = positions.furthest(engine, watch.name)
    return 0 if begun is None else sum(1 for _ in events(engine, watch, begun, last))


@watch.command()
@click.argument("name")
@watches_option
@archive_option
@click.pass_obj
def remove(url: str, name: str, watches: Path) -> None:
    """Remove the watch NAME from watches.toml."""
    try:
        watch_file.remove(watches, name)
    except WatchError as error:
        raise click.UsageError(str(error)) from None
    if archive_path(url).exists():
        with _writable(url) as engine:
            positions.forget(engine, name)
    click.echo(f"{watches} has no watch {name} any more.", err=True)


@watch.command()
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option("--mail", "as_mail", is_flag=True, help="Print a mail; nothing if nothing happened.")
@click.option(
    "--pipe",
    metavar="COMMAND",
    help="Start COMMAND with the mail as its input; only if it exits 0 is the mail delivered.",
)
@click.option("--webhook", metavar="URL", help="POST the events of all watches to URL, as JSON.")
@click.option("--from-now", is_flag=True, help="Deliver nothing; skip what was not delivered yet.")
@watches_option
@archive_option
@click.pass_context
def run(
    ctx: click.Context,
    names: tuple[str, ...],
    as_mail: bool,
    pipe: str | None,
    webhook: str | None,
    from_now: bool,
    watches: Path,
) -> None:
    """Deliver what crawls have seen since the last run: all watches, or those named.

    Each receiver (mail, command, webhook) gets each event at least once: a delivery is recorded
    when it is done, so after a run that was killed its last message comes again, with the same
    ids. A new watch begins with its first run, or when `watch add` made it. Exit 0: done; 2: wrong
    usage; 3: the archive cannot be opened, or a receiver took no message, which is delivered again
    next time.
    """
    if webhook is not None and (wrong := check_webhook(webhook)):
        raise click.BadParameter(f"{wrong}.", param_hint="--webhook")
    chosen = _named(_loaded(watches), names, watches)
    failures = []
    with _writable(ctx.obj) as engine:
        for watch in chosen:
            (positions.skip if from_now else positions.begin)(engine, watch.name)
        if from_now:
            return
        receivers = list(_receivers(chosen, as_mail, pipe, webhook))
        if not receivers:
            click.echo("There is no receiver: give --mail, --pipe or --webhook.", err=True)
        for receiving in receivers:
            try:
                number = deliver(engine, receiving.watches, receiving.key, receiving.hand_over)
            except NotDelivered as error:
                failures.append(str(error))
                continue
            if number:
                delivered = "1 event" if number == 1 else f"{number:,} events"
                click.echo(f"{delivered} to {receiving.shown}.", err=True)
    if failures:
        fail(ctx, "; ".join(failures), CANNOT)


MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Receiver:
    """A receiver, and the watches it gets."""

    key: str
    shown: str
    watches: Sequence[Watch]
    hand_over: HandOver


def _receivers(
    watches: Sequence[Watch], as_mail: bool, pipe: str | None, webhook: str | None
) -> Iterator[Receiver]:
    if as_mail:
        yield Receiver(MAIL, "standard output", watches, _print)
    if pipe is not None:
        shown = shlex.split(pipe)[0] if pipe.strip() else pipe
        yield Receiver(receiver(pipe), shown, watches, lambda notices: _pipe(pipe, notices))
    urls: dict[str, list[Watch]] = {}
    for watch in watches:
        for url in filter(None, dict.fromkeys((webhook, watch.webhook))):
            urls.setdefault(url, []).append(watch)
    for url, those in urls.items():
        host = urlsplit(url).hostname
        yield Receiver(receiver(url), f"the webhook at {host}", those, _post_to(url))


def _print(notices: Sequence[Notice]) -> None:
    click.echo(mail(notices), nl=False)
    sys.stdout.flush()
    with suppress(OSError):  # a pipe cannot be synced; a file that a crash empties loses the mail
        os.fsync(sys.stdout.fileno())


def _pipe(command: str, notices: Sequence[Notice]) -> None:
    try:
        done = subprocess.run(shlex.split(command), input=mail(notices).encode(), check=False)
    except (OSError, ValueError, IndexError) as error:
        raise NotDelivered(f"{command!r} cannot be started: {error}") from error
    if done.returncode:
        raise NotDelivered(f"{command!r} took no mail: it ended with {done.returncode}")


def _post_to(url: str) -> HandOver:
    def hand_over(notices: Sequence[Notice]) -> None:
        try:
            post(url, message(notices, datetime.now(UTC)))
        except WebhookError as error:
            raise NotDelivered(str(error)) from error

    return hand_over


def _loaded(path: Path) -> list[Watch]:
    try:
        return watch_file.load(path)
    except WatchError as error:
        raise click.UsageError(str(error)) from None


def _named(loaded: Sequence[Watch], names: tuple[str, ...], path: Path) -> Sequence[Watch]:
    by_name = {watch.name: watch for watch in loaded}
    for name in names:
        if name not in by_name:
            raise click.UsageError(f"{path} has no watch {name}.")
    return [by_name[name] for name in names] if names else loaded


@contextmanager
def _writable(url: str) -> Iterator[Engine]:
    with opened(url):  # never makes an archive
        pass
    engine = open_archive(url, create=True)
    try:
        yield engine
    finally:
        engine.dispose()
