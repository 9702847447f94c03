"""The first run after installation: asks for CONTACT, and crawls a few sources."""

from __future__ import annotations

import sys
from collections.abc import Callable

from scrapy.settings import BaseSettings
from sqlalchemy import select

from archive.database.connection import archive_path, open_archive
from archive.database.models import Crawl
from archive.ingest.store import Store
from crawler.doctor.trial_crawls import choose_canaries
from crawler.registry.source import Source

_FEW = 4
MINUTES = 10
"""Length of the first run; a first crawl of one large office takes hours."""


def is_first_run(settings: BaseSettings) -> bool:
    """Whether there is a terminal, and nothing was crawled yet. Raises ArchiveError."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return not has_crawls(settings["ARCHIVE_URL"])


def has_crawls(url: str) -> bool:
    """Whether there is an archive with a crawl; one that found no network leaves an empty one.
    Raises ArchiveError."""
    if not archive_path(url).exists():
        return False
    engine = open_archive(url)
    try:
        first = select(Crawl.id).limit(1)
        return Store(engine).within(lambda session: session.scalar(first)) is not None
    finally:
        engine.dispose()


def choose_few(sources: list[Source]) -> list[Source]:
    """One source of each of several families."""
    return list(choose_canaries(sources).values())[:_FEW]


def ask_for_contact(settings: BaseSettings, ask: Callable[[str], str] = input) -> None:
    """Asks for CONTACT unless it is set; an empty answer leaves it unset."""
    if settings["CONTACT"]:
        return
    _say("Sites should see whom to ask about these requests.")
    while True:
        try:
            answer = ask("Your mail or web address (Enter: none): ").strip()
        except EOFError:
            return
        if not answer:
            return
        if _is_address(answer):
            settings.set("CONTACT", answer, priority="cmdline")
            _say(f"To keep it for later runs: export CONTACT={answer}")
            return
        _say(f"{answer} is neither: write nama@contoh.id or https://contoh.id/")


def explain(few: list[Source], of: int) -> None:
    """Prints what will be done, and how to continue."""
    ids = ", ".join(source.id for source in few)
    _say(
        f"This is the first run: it crawls {len(few)} of {of:,} sources ({ids}) and stops after "
        f"{MINUTES} minutes. Run the same command again to crawl all of them."
    )


def _is_address(answer: str) -> bool:
    if any(not letter.isprintable() or letter.isspace() for letter in answer):
        return False
    name, at, host = answer.rpartition("@")
    if at:
        return bool(name) and "." in host.strip(".")
    return answer.startswith(("http://", "https://")) and "." in answer


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
