"""Each field is described, and each figure of its accuracy stands on the page it names."""

from __future__ import annotations

import json
from pathlib import Path

from archive.codebook.fields import described_fields, fields, measurements
from archive.codebook.words import _HOW
from archive.exported_record import KEYS, SCHEMA, SEEN_AT

ROOT = Path(__file__).parents[3]


def test_every_key_is_described_in_both_languages() -> None:
    keys = set(json.loads(SCHEMA.read_bytes())["properties"])
    assert keys >= {*KEYS, SEEN_AT}
    assert keys <= set(described_fields())
    for field in fields():
        assert field.how, field.name
        assert set(field.how) <= set(_HOW), field.name
        assert all(len(field.means[code]) > 5 for code in ("en", "id")), field.name
        assert field.means["en"] != field.means["id"], field.name


def test_every_figure_stands_on_its_page() -> None:
    used = {one for field in described_fields().values() for one in field.measured}
    assert used == set(measurements().values())
    for one in used:
        page = (ROOT / one.page).read_text(encoding="utf-8")
        for said in (*one.figures, one.date.isoformat(), one.command.replace("python -m ", "")):
            assert said in page.replace("\n", " "), f"{one.page}: {said}"
