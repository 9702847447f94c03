"""The codebook of the archive, or of what a search finds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from archive.browse.page import Asked, Raw
from archive.browse.pages.results import found, same_search
from archive.codebook.citation import citation
from archive.codebook.contents import Codebook, codebook
from archive.codebook.coverage import UNDATED
from archive.codebook.data_package import package
from archive.codebook.fields import fields, measurements
from archive.codebook.markdown import markdown
from archive.i18n import language


def look_up(asked: Asked) -> dict[str, Any]:
    """The page. Raises Problem."""
    book = _book(asked)
    months = book.coverage.months
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for month in months:
        if month.month != UNDATED:
            rows.setdefault((month.source, month.month[:4]), {})[month.month[5:]] = month
    return {
        "book": book,
        "fields": fields(),
        "measurements": {
            measurement.set: measurement for measurement in measurements().values()
        }.values(),
        "code": language(),
        "citation": citation(book),
        "publishers": {office.id: office.publisher for office in book.coverage.offices},
        "years": rows,
        "undated": sum(month.releases for month in months if month.month == UNDATED),
        "numbers": [f"{number:02}" for number in range(1, 13)],
        "as_markdown": same_search(asked, "/codebook.md"),
        "as_json": same_search(asked, "/codebook.json"),
    }


def as_markdown(asked: Asked) -> Raw:
    """The same as a file. Raises Problem."""
    return Raw(markdown(_book(asked)).encode(), "text/markdown; charset=utf-8")


def as_json(asked: Asked) -> Raw:
    """The same as a Data Package. Raises Problem."""
    written = json.dumps(package(_book(asked)), ensure_ascii=False, indent=1)
    name = {"Content-Disposition": 'attachment; filename="datapackage.json"'}
    return Raw(written.encode(), "application/json; charset=utf-8", name)


def _book(asked: Asked) -> Codebook:
    wanted = found(asked)
    with asked.engine.connect() as connection:
        return codebook(connection, datetime.now(UTC), wanted)
