"""Save a page and write its gold for a person to review: docs/fixtures.md."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from crawler.extraction.release import extract
from crawler.items import Page, Rejected, Release
from crawler.registry.source import Source, load_sources

PAGES = Path(__file__).parent / "pages"
REGISTRY = Path(__file__).parent.parent / "crawler" / "sources"
AGENT = "Mozilla/5.0 (compatible; arsip-pilkada harvest, by hand)"


def fetch(where: str) -> tuple[bytes, str | None]:
    """The bytes of a file or URL and the Content-Type sent with them; OSError when unreachable."""
    if not where.startswith(("http://", "https://")):
        return Path(where).read_bytes(), None
    with urlopen(Request(where, headers={"User-Agent": AGENT}), timeout=30) as answer:
        return answer.read(), answer.headers.get("Content-Type")


def gold(page: Page, source: Source) -> dict[str, Any]:
    """The page as the extractor reads it: a draft, which nobody has reviewed yet."""
    found = extract(page, source)
    declared = {
        key: getattr(source, key)
        for key in ("id", "kind", "publisher", "region", "timezone", "home")
    }
    select = {key: value for key, value in asdict(source.select).items() if value}
    return {
        "url": page.url,
        "content_type": page.content_type,
        "captured_at": page.captured_at.isoformat(timespec="seconds"),
        "source": declared | ({"select": select} if select else {}),
        **_reading(found),
        "reviewed": None,
    }


def _reading(found: Release | Rejected) -> dict[str, Any]:
    if isinstance(found, Rejected):
        return {"rejected": True, "reason": found.detail}
    return {
        "expected": {
            "title": found.title,
            "published_on": found.published_on and found.published_on.isoformat(),
            "published_at": found.published_at and found.published_at.isoformat(),
            "published_by": found.published_by,
            "dateline": found.dateline,
            "place": found.place,
            "byline": found.byline,
            "author_tags": found.author_tags,
            "credits": [asdict(credit) for credit in found.credits],
            "body": found.body,
            "election": found.election,
            "language": found.language,
        }
    }


def main(arguments: list[str] | None = None) -> int:
    """Command line; 0: page and gold are written, 2: no such source, or the name is taken."""
    parser = argparse.ArgumentParser(prog="python -m tests.harvest", description=__doc__)
    parser.add_argument("where", metavar="FILE_OR_URL")
    parser.add_argument("--family", required=True, help="folder under tests/pages")
    parser.add_argument("--name", required=True, help="name of the page in its family")
    parser.add_argument("--source", required=True, help="id in the registry")
    parser.add_argument("--url", help="the page's address, when it comes from a file")
    parser.add_argument("--registry", type=Path, default=REGISTRY)
    parser.add_argument("--into", type=Path, default=PAGES, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    source = next((s for s in load_sources(asked.registry) if s.id == asked.source), None)
    if source is None:
        parser.error(f"no source {asked.source!r} in {asked.registry}")
    file = asked.into / asked.family / f"{asked.name}.html"
    if file.exists():
        parser.error(f"{file} is there already")
    body, content_type = fetch(asked.where)
    url = asked.url or (asked.where if "://" in asked.where else source.home)
    page = Page(url=url, body=body, content_type=content_type, captured_at=datetime.now(UTC))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    text = json.dumps(gold(page, source), ensure_ascii=False, indent=2)
    file.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    print(f"{file}: now read {file.with_suffix('.json').name}, correct it, and set `reviewed`")
    return 0


if __name__ == "__main__":
    sys.exit(main())
