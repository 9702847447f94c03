"""Identifies the program that read a page, so that a better extraction is never taken for an
edit.

The identifier is computed from the program's files and the versions of the libraries that read
pages, so nobody has to raise a number. A change without effect on extraction only makes a crawl
read some captures again.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from crawler.extraction.topics import near_votes
from crawler.items import SiteTemplate
from crawler.registry.source import Source

_PACKAGE = Path(__file__).parent.parent
_LIBRARIES = ("trafilatura", "htmldate", "dateparser", "lxml")
_READS_NOTHING = ("cli.py", "sources", "commands", "console", "site_check")
"""Parts of the package that do not affect extraction."""


def reader(source: Source, template: SiteTemplate) -> str:
    """The identifier of this reader for one site: the program, and what it knows of the site."""
    votes = near_votes(source.region, None)
    site = (source.select, source.publisher, source.timezone, votes)
    known = repr((site, sorted(template.blocks), sorted(template.signatures)))
    return f"{program()}-{sha256(known.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


@cache
def program() -> str:
    """The first digits of a SHA-256 over the package and its libraries."""
    digest = sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        place = path.relative_to(_PACKAGE)
        if path.suffix in (".py", ".toml", ".tsv", ".txt") and place.parts[0] not in _READS_NOTHING:
            digest.update(f"{place.as_posix()}\0".encode() + path.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name}\0{version(name)}\0".encode())
    return digest.hexdigest()[:12]
