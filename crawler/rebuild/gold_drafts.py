"""Drafts gold pages from captures: what the current extractor reads on each page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from archive.captures.content_encoding import Undecodable
from archive.captures.reader import Answer, answers
from archive.preservation.gold_pages import EXPECTED, Gold, name_of
from crawler.crawl.release_fetcher import TEMPLATE_PAGES
from crawler.discovery.release_url import is_release
from crawler.extraction.release import extract
from crawler.extraction.site_template import learn_template
from crawler.items import Page, Release, SiteTemplate
from crawler.rebuild.warc_import import warcs
from crawler.registry.source import Source, owners
from crawler.responses.reread_capture import hint


def draft_golds(
    file: Path, sources: Sequence[Source], report: Callable[[str], None], url: str | None = None
) -> Iterator[Gold]:
    """The releases of these sources in a WARC or WACZ, with what was extracted; `url`: only this
    one. `said` is called for damage. Raises ImportFailed, OSError."""
    pages: defaultdict[str, list[Page]] = defaultdict(list)
    by_id = {source.id: source for source in sources}
    for id, page in _pages(file, list(sources), report):
        pages[id].append(page)
    for id, some in pages.items():
        template = learn_template(some[:TEMPLATE_PAGES], by_id[id])
        for page in some:
            if url in (None, page.url):
                yield draft(page, by_id[id], template)


def draft(page: Page, source: Source, template: SiteTemplate = SiteTemplate()) -> Gold:  # noqa: B008 - it is frozen
    """One page with what was extracted, not yet reviewed."""
    result = extract(page, source, template)
    declared = {
        key: getattr(source, key)
        for key in ("id", "kind", "publisher", "region", "timezone", "home")
    }
    select = {key: value for key, value in asdict(source.select).items() if value}
    learned = {"blocks": sorted(template.blocks), "signatures": sorted(template.signatures)}
    values: dict[str, Any] = {
        "url": page.url,
        "content_type": page.content_type,
        "captured_at": page.captured_at.isoformat(),
        "source": declared | ({"select": select} if select else {}),
    }
    if page.hint is not None:
        values["hint"] = asdict(page.hint)
    if any(learned.values()):
        values["frame"] = learned
    if isinstance(result, Release):
        values["expected"] = {key: _as_json(getattr(result, key)) for key in EXPECTED}
    else:
        values |= {"rejected": True, "reason": result.detail}
    values["reviewed"] = None
    return Gold(source.id, name_of(page.url), page.body, values, page.continuations)


def _as_json(value: Any) -> Any:
    if isinstance(value, list):
        return [each if isinstance(each, str) else asdict(each) for each in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _pages(
    file: Path, sources: list[Source], report: Callable[[str], None]
) -> Iterator[tuple[str, Page]]:
    """The pages of releases with their source's id, the first capture of each URL."""
    found: dict[tuple[str, str], Answer] = {}
    parts: defaultdict[tuple[str, str], list[Answer]] = defaultdict(list)
    ids, own = {source.id for source in sources}, owners(sources)
    for _, warc in warcs(file, report):
        for _, answer in answers(warc, lambda damage: report(f"{file.name} is damaged: {damage}.")):
            if answer.kind == "revisit" or answer.status != 200 or answer.truncated:
                continue
            notes = answer.notes
            by, role = str(notes.get("source")), notes.get("as")
            if by in ids and role == "release":
                found.setdefault((by, answer.url), answer)
            elif by in ids and role == "part":
                parts[by, str(notes.get("of"))].append(answer)
            elif "source" not in notes:
                for source in own(answer.url):
                    if is_release(answer.url, source):
                        found.setdefault((source.id, answer.url), answer)
    for (id, url), answer in found.items():
        further = parts.get((id, str(answer.notes.get("of") or url)), [])
        try:
            bodies = [each.body() for each in (answer, *further)]
        except Undecodable as error:
            report(f"{url} cannot be unpacked: {error}")
            continue
        yield (
            id,
            Page(
                url=url,
                body=bodies[0],
                captured_at=answer.at,
                content_type=answer.header("Content-Type"),
                hint=hint(answer.notes.get("hint")),
                continuations=tuple(bodies[1:]),
                certificate_checked="certificate" not in answer.notes,
            ),
        )
