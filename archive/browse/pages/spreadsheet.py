"""All results of a search as a spreadsheet."""

from __future__ import annotations

from io import BytesIO
from itertools import islice

from archive.browse.page import Asked, Problem, Raw
from archive.browse.pages.results import chosen
from archive.export.increment import increment
from archive.export.spreadsheet import Xlsx
from archive.lookup.selection import UnknownName
from archive.search.choice import found_by
from archive.search.query import SearchError

MOST = 2_000
"""Releases: it is made in memory. `archive.search.facets` counts as many."""
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(asked: Asked) -> Raw:
    """As `export WORDS -o FILE.xlsx` writes it. Raises Problem."""
    try:
        selection = chosen(asked)
        selection.check(asked.engine)
        wanted = found_by(asked.engine, asked.arg("q"), selection)
    except SearchError as error:
        raise Problem(400, "no-query", str(error)) from error
    except (UnknownName, ValueError) as error:
        raise Problem(400, "no-such-filter", str(error)) from error
    with increment(asked.engine, wanted) as found:
        records = list(islice(found.lines, MOST + 1))
    if len(records) > MOST:
        sentence = f"There are more than {MOST:,} releases; narrow down, or use `arsip export`"
        raise Problem(400, "too-many", sentence)
    file = BytesIO()
    sheet = Xlsx(file)
    for record in records:
        sheet.write(record)
    sheet.close()
    name = {"Content-Disposition": 'attachment; filename="arsip-pilkada.xlsx"'}
    return Raw(file.getvalue(), _TYPE, name)
