"""Fetches some pages of a new site and drafts its record, for the command in
`crawler.commands.probe`."""

from __future__ import annotations

import json
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.crawler import CrawlerProcessBase
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from archive.database.connection import open_archive
from archive.export.increment import records
from archive.ingest import site_lessons
from archive.ingest.site_lessons import Lessons
from archive.ingest.store import Store
from archive.printable import printable
from crawler.console import HEALTHY, UNHEALTHY, give_up
from crawler.console.crawl_command import Order, crawl_quietly
from crawler.console.saved_responses import keep_file
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


def probe(
    process: CrawlerProcessBase | None, settings: Settings, typed: str, kept: Path | None
) -> int:
    """Crawls a few pages of the site into a temporary archive, and prints TOML only: the results
    are comments above the record. `kept`: the file for all responses. Returns the exit code; raises
    UsageError."""
    home = _home(typed)
    with tempfile.TemporaryDirectory(prefix="arsip-probe-") as folder:
        url = f"sqlite:///{folder}/archive.db"
        source = _source(home, draft(home), Path(folder))
        settings.setdict(
            {
                "ARCHIVE_URL": url,
                "CAPTURES": folder,
                "LISTING_PAGES_MAX": _PAGES,
                "SOURCE_REQUESTS_MAX": _REQUESTS,
            },
            priority="cmdline",
        )
        order = Order(command="arsip probe")
        print(f"Fetching some pages of {home} …", file=sys.stderr)
        result = crawl_quietly(process, settings, source, order, _RELEASES)
        record = "\n".join(_lines(result, url, home, Path(settings["SOURCES"])))
        print(printable(record))
        if kept is not None:
            declared = (Path(folder) / "probe.toml").read_bytes()
            keep_file(Path(folder), kept, {"sources.toml": declared}, settings)
    return HEALTHY if result.stats.new else UNHEALTHY


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


def _lines(result: Result, archive_url: str, home: str, sources: Path) -> Iterator[str]:
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
        facts_read = [facts[0] or "undated", facts[1] or "no dateline", signed, *record["flags"]]
        yield from _comment(" · ".join(facts_read), 4)
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
