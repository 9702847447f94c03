"""`datapackage.json`: its schemas fit what was exported, and exports in one folder share it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from archive.ingest.store import Store
from tests.archive.codebook.table_rules import faults
from tests.archive.conftest import Run
from tests.archive.samples import release

Table = tuple[list[str] | None, list[dict[str, Any]]]


def _jsonl(path: Path) -> Table:
    return None, [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _csv(path: Path) -> Table:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return list(rows.fieldnames or ()), list(rows)


def _parquet(path: Path) -> Table:
    from pyarrow import parquet  # takes a quarter of a second

    table = parquet.read_table(path)
    return table.column_names, table.to_pylist()


def _xlsx(path: Path) -> Table:
    header, *rows = load_workbook(path).active.iter_rows(values_only=True)
    names = [str(name) for name in header]
    return names, [dict(zip(names, row, strict=True)) for row in rows]


def _package(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "datapackage.json").read_bytes())
    return content


@pytest.mark.parametrize("read", [_jsonl, _csv, _parquet, _xlsx])
@pytest.mark.parametrize("more", [[], ["--versions"], ["--after-seq", "1"]])
def test_the_schema_fits_the_rows(
    read: Callable[[Path], Table], more: list[str], run: Run, filled: Store, tmp_path: Path
) -> None:
    filled.store(release(7, body="", flags=["text-in-attachment"], byline=None, place=None), None)
    filled.store(release(8, title="=1", published_at=None, published_on=date(2024, 1, 2)), None)
    if "--after-seq" in more:
        why = ("--reason", "Court order", "--captures", str(tmp_path / "captures"))
        assert run("suppress", "kpu-contoh", *why).exit_code == 0
    path = tmp_path / f"a.{read.__name__[1:]}"
    assert run("export", *more, "-o", str(path)).exit_code == 0
    resource = next(one for one in _package(tmp_path)["resources"] if one.get("path") == path.name)
    header, rows = read(path)
    assert len(rows) == resource["records"] > 2
    assert list(faults(resource["schema"], header, rows)) == []
    wrong = rows[0] | {"version": "one", "id": ""}
    assert len(list(faults(resource["schema"], header, [wrong]))) > 1, "the rules find faults"


def test_tables_in_the_file_fit_their_schemas(run: Run, filled: Store, tmp_path: Path) -> None:
    run("export", "-o", str(tmp_path / "a.csv"))
    tables = [one for one in _package(tmp_path)["resources"] if "data" in one]
    assert [one["name"] for one in tables] == ["a.csv-coverage", "a.csv-gaps", "fields", "calendar"]
    for table in tables:
        names = [field["name"] for field in table["schema"]["fields"]]
        assert table["data"]
        assert all(list(row) == names for row in table["data"])


def test_exports_in_one_folder_share_it(run: Run, filled: Store, tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.csv", "a.csv"):
        assert run("export", "-o", str(tmp_path / name)).exit_code == 0
    names = [one["name"] for one in _package(tmp_path)["resources"]]
    expected = [
        f"a.{form}{table}" for form in ("csv", "jsonl") for table in ("", "-coverage", "-gaps")
    ]
    assert sorted(names) == sorted([*expected, "fields", "calendar"])
    (tmp_path / "a.jsonl").unlink()
    run("export", "-o", str(tmp_path / "a.csv"))
    assert not any("jsonl" in one["name"] for one in _package(tmp_path)["resources"])
    assert (tmp_path / "a.csv.codebook.md").exists()


def test_that_of_another_program_stays(run: Run, filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "datapackage.json"
    path.write_text('{"resources": []}')
    refused = run("export", "-o", str(tmp_path / "a.csv"))
    assert (refused.exit_code, (tmp_path / "a.csv").exists()) == (2, False)
    assert "--no-codebook" in refused.output
    assert run("export", "--no-codebook", "-o", str(tmp_path / "a.csv")).exit_code == 0
    assert path.read_text() == '{"resources": []}'
    assert not list(tmp_path.glob("*.codebook.md"))


def test_frictionless_reads_it(run: Run, filled: Store, tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    filled.store(release(7, body="", flags=["text-in-attachment"], byline=None, place=None), None)
    for name in ("a.jsonl", "b.csv", "c.csv.gz", "d.xlsx"):
        assert run("export", "-o", str(tmp_path / name)).exit_code == 0
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert [(task.name, task.errors) for task in report.tasks if not task.valid] == []
    assert report.valid, report.errors
    assert len(report.tasks) == 4 * 3 + 2
    rows = (tmp_path / "b.csv").read_text("utf-8").replace("pemkot-contoh:", "Pemkot:")
    (tmp_path / "b.csv").write_text(rows, "utf-8")
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid, "it finds faults"
