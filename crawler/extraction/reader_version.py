"""Which program read a page, so that a better reading is never taken for an edit.

Nobody has to raise a number: the name follows from the files of the program and the versions of the
libraries that read pages. A change that makes no difference to reading costs one more look at
captures of pages that changed, nothing else."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from crawler.items import SiteTemplate
from crawler.registry.source import Source

_PACKAGE = Path(__file__).parent.parent
_LIBRARIES = ("trafilatura", "htmldate", "dateparser", "lxml")
_READS_NOTHING = ("cli.py", "sources", "commands", "site_check")
"""Parts of the package that have no part in reading pages."""


def reader(source: Source, template: SiteTemplate) -> str:
    """The name of this reader at one site: what the program is, and what it knows of the site."""
    site = (source.select, source.publisher, source.timezone)
    known = repr((site, sorted(template.blocks), sorted(template.signatures)))
    return f"{program()}-{sha256(known.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


@cache
def program() -> str:
    """The first letters of a SHA-256 over the package and its libraries."""
    digest = sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        place = path.relative_to(_PACKAGE)
        if path.suffix in (".py", ".toml", ".tsv", ".txt") and place.parts[0] not in _READS_NOTHING:
            digest.update(f"{place.as_posix()}\0".encode() + path.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name}\0{version(name)}\0".encode())
    return digest.hexdigest()[:12]
