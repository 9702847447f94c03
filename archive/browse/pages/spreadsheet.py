"""All results of a search as a spreadsheet."""

from __future__ import annotations

from io import BytesIO
from itertools import islice

from archive.browse.page import Asked, Problem, Raw
from archive.browse.pages.results import found
from archive.export.increment import increment
from archive.export.spreadsheet import Xlsx

MOST = 2_000
"""Releases: it is made in memory. `archive.search.facets` counts as many."""
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(asked: Asked) -> Raw:
    """As `export WORDS -o FILE.xlsx` writes it. Raises Problem."""
    with increment(asked.engine, found(asked)) as part:
        records = list(islice(part.lines, MOST + 1))
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
