"""`export --format parquet -o FOLDER`: a dataset by kind and month, as its readers see it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from archive.export import parquet_dataset
from archive.export.increment import records
from archive.exported_record import KEYS
from archive.ingest.store import Store
from tests.archive.conftest import Run
from tests.archive.samples import release

duckdb = pytest.importorskip("duckdb", reason="needs requirements-dev.txt")
fsspec = pytest.importorskip("fsspec", reason="needs requirements-extra.txt")


@pytest.fixture
def months(store: Store) -> Store:
    """Four months of two kinds, one release without a date."""
    for number, day in enumerate(["2024-10-31", "2024-11-01", "2024-11-30", "2024-12-01"], 1):
        published = {"published_on": date.fromisoformat(day), "published_at": None}
        store.store(release(number, body=f"Rilis ke-{number}: “ya” 🗳.", **published), None)
    store.store(release(5, source="kpu-contoh", published_on=None, published_at=None), None)
    store.store(release(6, source="kpu-contoh", author_tags=[], credits=[], byline=None), None)
    return store


def _current(folder: Path) -> Path:
    about = json.loads((folder / parquet_dataset.MANIFEST).read_bytes())
    return folder / str(about["data"])


def _write(run: Run, folder: Path, *arguments: str) -> Path:
    done = run("export", "--format", "parquet", "-o", f"{folder}/", *arguments)
    assert done.exit_code == 0, done.output
    return _current(folder)


def test_duckdb_reads_the_records_and_only_the_months_it_needs(
    run: Run, months: Store, engine: Engine, tmp_path: Path
) -> None:
    data = _write(run, tmp_path / "dataset")
    names = sorted(path.parent.relative_to(data).as_posix() for path in data.glob("**/*.parquet"))
    assert names == [
        "kind=kpu/month=2024-08",
        "kind=kpu/month=__HIVE_DEFAULT_PARTITION__",
        "kind=pemkot/month=2024-10",
        "kind=pemkot/month=2024-11",
        "kind=pemkot/month=2024-12",
    ]
    table = f"read_parquet('{data}/**/*.parquet', hive_partitioning = true)"
    rows = duckdb.sql(f"SET TimeZone = 'UTC'; FROM {table} ORDER BY seq")
    columns = rows.columns
    assert sorted(columns) == sorted([*KEYS, "month"])
    for row, record in zip(rows.fetchall(), records(engine), strict=True):
        values = dict(zip(columns, row, strict=True))
        assert values.pop("month") == ((record["published_on"] or "")[:7] or None)
        assert {key: _as_json(value) for key, value in values.items()} == record
    kinds = dict(zip(columns, map(str, rows.types), strict=True))
    assert kinds["published_on"] == "DATE"
    assert kinds["first_seen_at"] == "TIMESTAMP WITH TIME ZONE"
    assert kinds["author_tags"] == "VARCHAR[]"
    pruned = f"FROM {table} WHERE kind = 'pemkot' AND month BETWEEN '2024-11' AND '2024-12'"
    assert duckdb.sql(f"SELECT count(*) {pruned}").fetchall() == [(3,)]
    [(_, plan)] = duckdb.sql(f"EXPLAIN ANALYZE SELECT sum(seq) {pruned}").fetchall()
    assert "2/5" in plan, "two of five files are read"


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def test_the_lines_of_the_docs(run: Run, months: Store, tmp_path: Path) -> None:
    _write(run, tmp_path / "dataset")
    page = Path(__file__).parents[3] / "docs" / "scale.md"
    [typed] = re.findall(r"```sql\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    found = duckdb.sql(typed.replace("dataset/", f"{tmp_path}/dataset/"))
    assert found.fetchall() == [("2024-11", 2), ("2024-12", 1)]


def test_the_manifest_says_what_is_current(run: Run, months: Store, tmp_path: Path) -> None:
    folder = tmp_path / "dataset"
    snapshots = [_write(run, folder).parent for _ in range(3)]
    assert len(set(snapshots)) == 3
    about = json.loads((folder / "dataset.json").read_bytes())
    assert (about["current"], about["previous"]) == (snapshots[2].name, snapshots[1].name)
    assert (about["records"], about["last_seq"], about["filters"]) == (6, 7, {})
    assert sum(part["records"] for part in about["files"]) == 6
    kept = {path.name for path in folder.iterdir()}
    assert kept == {"dataset.json", snapshots[1].name, snapshots[2].name}
    assert "6 releases" in (snapshots[2] / "codebook.md").read_text("utf-8")


def test_an_export_that_fails_changes_nothing_that_a_reader_sees(
    run: Run, months: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "dataset"
    _write(run, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    send, sent = parquet_dataset.Dataset._send, list[str]()

    def full(self: parquet_dataset.Dataset, file: Path, path: str) -> None:
        sent.append(path)
        if len(sent) == 4:
            raise OSError(28, "No space left on device")
        send(self, file, path)

    monkeypatch.setattr(parquet_dataset.Dataset, "_send", full)
    monkeypatch.setattr("archive.console.errors.discard_output", lambda: None)  # of the tests
    done = run("export", "--format", "parquet", "-o", f"{folder}/")
    assert (done.exit_code, done.output) == (
        3,
        "Error: the output cannot be written: No space left on device.\n",
    )
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dataset_of_nothing_has_the_columns(run: Run, months: Store, tmp_path: Path) -> None:
    data = _write(run, tmp_path / "dataset", "--gone")
    table = duckdb.sql(f"FROM read_parquet('{data}/**/*.parquet', hive_partitioning = true)")
    assert sorted(table.columns) == sorted([*KEYS, "month"])
    assert table.fetchall() == []


def test_a_folder_that_cannot_be_written_is_a_sentence(
    run: Run, months: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr("archive.console.errors.discard_output", lambda: None)  # of the tests
    done = run("export", "--format", "parquet", "-o", f"{tmp_path}/file/")
    assert done.exit_code == 3
    assert done.output.endswith(" cannot be written: Not a directory.\n")


def test_any_fsspec_address(run: Run, months: Store) -> None:
    done = run("export", "--format", "parquet", "-o", "memory://bucket/rilis", "--versions")
    assert done.exit_code == 0, done.output
    files = fsspec.filesystem("memory")
    about = json.loads(files.cat_file("/bucket/rilis/dataset.json"))
    assert about["data"] in done.output
    with duckdb.connect() as connection:
        connection.register_filesystem(files)
        table = f"read_parquet('memory://bucket/rilis/{about['data']}/**/*.parquet')"
        found = connection.sql(f"FROM {table}").aggregate("count(*), count(seen_at)").fetchall()
    assert found == [(6, 6)]
    files.rm("/bucket", recursive=True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-o", "{folder}/"], "is a folder; only --format parquet writes into one."),
        (["-o", "{folder}", "--format", "csv"], "is a folder; only --format parquet writes"),
        (["-o", "{folder}/", "--format", "parquet", "--after-seq", "1"], "always the whole"),
        (["-o", "{folder}/", "--format", "parquet", "--no-manifest"], "needs its manifest."),
        (["-o", "unsinn://x", "--format", "parquet"], "unsinn://x cannot be written: Protocol not"),
        (["-o", "s3://x/y", "--format", "parquet"], "s3://x/y cannot be written: Install s3fs"),
        (["-o", "{foreign}/", "--format", "parquet"], "dataset.json in "),
    ],
)
def test_what_cannot_be_a_dataset_is_a_sentence(
    run: Run, months: Store, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    for name in ("folder", "foreign"):
        (tmp_path / name).mkdir()
    (tmp_path / "foreign" / "dataset.json").write_text('{"name": "else"}')
    places = {name: str(tmp_path / name) for name in ("folder", "foreign")}
    done = run("export", *(part.format(**places) for part in arguments))
    assert done.exit_code == 2
    assert sentence in done.output
    assert list((tmp_path / "folder").iterdir()) == []


@pytest.mark.parametrize("library", ["fsspec", "pyarrow"])
def test_a_dataset_asks_for_what_it_needs(
    run: Run, months: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    done = run("export", "--format", "parquet", "-o", f"{tmp_path}/dataset/")
    assert done.exit_code == 2
    assert f"A dataset needs {library}: pip install -r requirements-extra.txt." in done.output


def test_memory_is_put_aside(
    run: Run, months: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _write(run, tmp_path / "whole")
    monkeypatch.setattr(parquet_dataset, "_HELD", 2)
    parts = _write(run, tmp_path / "parts")
    read: Callable[[Path], list[Any]] = lambda data: duckdb.sql(  # noqa: E731
        f"FROM read_parquet('{data}/**/*.parquet') ORDER BY seq"
    ).fetchall()
    assert read(parts) == read(whole)


@pytest.mark.soak
def test_two_dask_workers_read_it(run: Run, months: Store, tmp_path: Path) -> None:
    import dask.dataframe as dd
    import pyarrow
    from distributed import Client, LocalCluster

    data = _write(run, tmp_path / "dataset")
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        assert len(client.nthreads()) == 2
        table = dd.read_parquet(
            data, filters=[("kind", "==", "pemkot"), ("month", ">=", "2024-11")]
        )
        assert table.npartitions == 2
        counts = table.groupby("month", observed=True).size().compute()
        assert counts.to_dict() == {"2024-11": 2, "2024-12": 1}
        # Dask opens one file after the other, and of the undated ones alone it cannot guess a type.
        columns = pyarrow.schema([("kind", pyarrow.string()), ("month", pyarrow.string())])
        partitions = {"partitioning": {"flavor": "hive", "schema": columns}}
        everything = dd.read_parquet(data, dataset=partitions).compute().sort_values("seq")
        assert sorted(everything.columns) == sorted([*KEYS, "month"])
        assert everything["month"].isna().sum() == 1
        assert everything["published_on"].iloc[0] == date(2024, 10, 31)
        assert list(everything["author_tags"].iloc[0]) == ["diskominfo", "cha", "arh"]
