"""`scrapy probe URL`: fetches some pages of a new site and drafts its record."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from archive.database.connection import open_archive
from archive.export.increment import records
from archive.ingest import lessons as site_lessons
from archive.ingest.lessons import Lessons
from archive.ingest.store import Store
from archive.printable import printable
from crawler.commands import HEALTHY, UNHEALTHY, add_keep, give_up, keep_file
from crawler.commands.crawl_command import Order, crawl_quietly
from crawler.crawl.stats import advise_elsewhere
from crawler.registry.draft import Draft, draft
from crawler.registry.reader import SourceError, load_sources
from crawler.registry.source import Source
from crawler.run.crawl_run import Result
from crawler.site_check.scheme import find_scheme
from crawler.url_policy import is_web_url

# A probe is not a crawl: some pages of each list, and three releases.
_PAGES, _REQUESTS, _RELEASES = 5, 60, 3
_ANY_REGION = "31"  # the archive needs one; it is deleted with it


class Command(ScrapyCommand):
    """Prints TOML only: the results are comments above the record."""

    requires_project = True

    def syntax(self) -> str:
        """As shown by --help."""
        return "[--keep FILE.wacz] URL"

    def short_desc(self) -> str:
        """As shown by `scrapy`."""
        return "Crawl a little of a new site and draft its TOML record"

    def long_desc(self) -> str:
        """As shown by --help."""
        return (
            "Fetches a few pages of a site with the usual politeness (some pages of each list, "
            "three releases), at https or, if that does not answer, http unless the URL says "
            "which, and prints the seeds that lead to releases, how far they agree, "
            "three releases as they would be archived, and a record for the registry. All but the "
            "record is in comments, so the output can be appended to a file of crawler/sources. "
            "Nothing is archived; --keep saves all responses in a file, from which scrapy gold "
            "makes pages for tests. Exit 0: releases were found; 1: none was found; 2: no usable "
            "URL; 3: the file cannot be written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Adds --keep."""
        super().add_options(parser)
        add_keep(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawls a few pages into a temporary archive, and prints the results."""
        assert self.settings is not None
        if len(args) != 1:
            raise UsageError(
                "name one URL, such as https://web.balikpapan.go.id/", print_help=False
            )
        home = _home(args[0])
        with tempfile.TemporaryDirectory(prefix="arsip-probe-") as folder:
            url = f"sqlite:///{folder}/archive.db"
            source = _source(home, draft(home), Path(folder))
            self.settings.setdict(
                {
                    "ARCHIVE_URL": url,
                    "CAPTURES": folder,
                    "LISTING_PAGES_MAX": _PAGES,
                    "SOURCE_REQUESTS_MAX": _REQUESTS,
                },
                priority="cmdline",
            )
            order = Order(command="scrapy probe")
            print(f"Fetching some pages of {home} …", file=sys.stderr)
            result = crawl_quietly(self.crawler_process, self.settings, source, order, _RELEASES)
            record = "\n".join(_told(result, url, home, Path(self.settings["SOURCES"])))
            print(printable(record))
            if opts.keep is not None:
                declared = (Path(folder) / "probe.toml").read_bytes()
                keep_file(Path(folder), opts.keep, {"sources.toml": declared}, self.settings)
        self.exitcode = HEALTHY if result.stats.new else UNHEALTHY


def _home(typed: str) -> str:
    """The site's home page. Raises UsageError; exits if nothing answers where no scheme says which
    port to ask."""
    url = typed if "//" in typed else f"https://{typed}"
    if not is_web_url(url):
        raise UsageError(f"{typed!r} is not a web address", print_help=False)
    parts = urlsplit(url)
    scheme: str | None = parts.scheme
    if url != typed:
        print(f"Looking whether {parts.netloc} answers at https or http …", file=sys.stderr)
        scheme = find_scheme(parts.hostname or "", parts.port)
        if scheme is None:
            give_up(f"{parts.netloc} answers neither at https nor at http.", UNHEALTHY)
    return f"{scheme}://{parts.netloc}/"


def _source(home: str, drafted: Draft, folder: Path) -> Source:
    file = folder / "probe.toml"
    file.write_text(_record(home, drafted, _ANY_REGION), encoding="utf-8")
    return load_sources(file)[0]


def _record(home: str, drafted: Draft, unknown_region: str = "") -> str:
    region = drafted.region
    code = region.code if region else unknown_region
    note = region.name if region else "unknown: look it up in crawler/data/regions.tsv"
    return "\n".join(
        (
            "[[source]]",
            f'id = "{drafted.id}"',
            f'kind = "{drafted.kind}"',
            f"publisher = {json.dumps(drafted.publisher, ensure_ascii=False)}",
            f'region = "{code}"  # {note}',
            f'home = "{home}"',
        )
    )


def _told(result: Result, archive_url: str, home: str, sources: Path) -> Iterator[str]:
    stats, verdict = result.stats, result.verdict
    engine = open_archive(archive_url)
    try:
        lessons = Store(engine).within(site_lessons.load, result.source.id)
        releases = list(records(engine))
    finally:
        engine.dispose()
    yield f"# {home}: {verdict.outcome}, {result.requests} requests"
    if verdict.reason:
        yield from _comment(verdict.reason)
    yield from _seeds(result)
    for reason, number in sorted((stats.rejected + stats.failures).items()):
        yield f"# {number} of the pages fetched were not releases: {reason}"
    if doubtful := sum("text-doubtful" in record["flags"] for record in releases):
        yield f"# {doubtful} of {len(releases)} texts are doubtful: other extractors find much more"
    for record in releases:
        yield "#"
        yield from _comment(record["title"])
        facts = (record["published_at"] or record["published_on"], record["place"])
        signed = record["byline"] or "unsigned"
        told = [facts[0] or "undated", facts[1] or "no dateline", signed, *record["flags"]]
        yield from _comment(" · ".join(told), 4)
        yield from _comment(textwrap.shorten(record["body"], 300, placeholder=" …"), 4)
    yield ""
    drafted = draft(home, stats.site_name)
    yield from _declared(result.source, drafted.id, sources)
    yield _record(home, drafted)
    if releases:
        yield f"verified = {datetime.now(UTC).date()}"
    yield from _learned(result, lessons)


def _declared(source: Source, id: str, sources: Path) -> Iterator[str]:
    """Entries of the registry with this site or this id."""
    try:
        known = load_sources(sources)
    except SourceError as error:
        yield from _comment(f"The registry has a mistake: {str(error).splitlines()[0]}")
        return
    for each in known:
        if each.id == id or each.hosts & source.hosts:
            yield f"# Instead of {each.id} at {each.file}:{each.line}"


def _seeds(result: Result) -> Iterator[str]:
    """The seeds found, and how many releases they share."""
    stats = result.stats
    yield (
        f"# {stats.named} releases named (some pages of each list)"
        if stats.named
        else "# no releases"
    )
    for seed in stats.seeds:
        share = f"{100 * seed.named / stats.named:.0f} %" if stats.named else "none"
        alone = f", {seed.alone} by it alone" if seed.alone else ""
        yield f"#   {seed.kind:8} {seed.url}  {seed.named} ({share}{alone})"
        if seed.why:
            yield f"#            {seed.why}"


def _learned(result: Result, lessons: Lessons) -> Iterator[str]:
    """What was learned about the site, to be declared only if it is wrong."""
    lists = [seed.url for seed in result.stats.seeds if seed.kind == "listing" and seed.named]
    if lists:
        yield f"# listing = {json.dumps(lists)}"
    for url in result.stats.elsewhere:
        yield from _comment(advise_elsewhere(url))
    if lessons.article:
        yield f"# article = {json.dumps(lessons.article)}"


def _comment(text: str, indent: int = 0) -> Iterator[str]:
    lead = "# " + " " * indent
    for line in textwrap.wrap(text, 96 - indent) or [""]:
        yield lead + line
