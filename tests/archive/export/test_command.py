"""`export` as programs use it: files whole or not at all, formats, increments, the manifest."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import Engine

from archive import __version__
from archive.atomic_file import whole_file
from archive.export.formats import Csv
from archive.export.increment import records
from archive.exported_record import KEYS, SEEN_AT
from archive.ingest.store import Store
from docs.mirror import mirror
from tests.archive.conftest import Run
from tests.archive.samples import BODY, DAY, MORNING, release


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_name_of_the_file_says_how_it_is_packed(
    run: Run, filled: Store, tmp_path: Path
) -> None:
    plain = run("export").output.encode()
    contents = []
    for name in ("a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a", "a.gz"):
        path = tmp_path / name
        assert run("export", "-o", str(path)).exit_code == 0
        contents.append(path.read_bytes())
    jsonl, packed, zst, unnamed, unnamed_packed = contents
    assert jsonl == unnamed == plain
    assert gzip.decompress(packed) == gzip.decompress(unnamed_packed) == plain
    assert zstandard.ZstdDecompressor().decompressobj().decompress(zst) == plain
    run("export", "-o", str(tmp_path / "a.jsonl.gz"))
    assert (tmp_path / "a.jsonl.gz").read_bytes() == packed, "the same every time"


def test_a_table_of_cells_none_of_which_is_a_formula(
    run: Run, store: Store, engine: Engine, tmp_path: Path
) -> None:
    risky = ["=1+1", "+62 812", "-", "@wali", "'kutip", "\tmasuk", 'biasa, "kutip"\nbaris']
    for number, title in enumerate(risky):
        store.store(release(number, title=title, author_tags=["=cmd"]), None)
    path = tmp_path / "a.csv"
    run("export", "-o", str(path))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == KEYS
    for row, record in zip(rows, records(engine), strict=True):
        assert not row["title"].startswith(("=", "+", "-", "@", "\t", "\r"))
        assert row["title"].removeprefix("'") == record["title"]
        assert json.loads(row["author_tags"]) == ["=cmd"]
        assert (row["election"], row["capture"], row["seq"]) == ("true", "", str(record["seq"]))
    assert run("export", "--format", "csv").stdout_bytes == path.read_bytes()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_cell_comes_back(text: str) -> None:
    file = BytesIO()
    writer = Csv(file, ("title",))
    writer.write(json.dumps({"title": text}))
    writer.close()
    [[cell]] = list(csv.reader(StringIO(file.getvalue().decode(), newline="")))[1:]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text


def test_parquet_has_the_same_records(
    run: Run, filled: Store, engine: Engine, tmp_path: Path
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs requirements-extra.txt")
    path = tmp_path / "a.parquet"
    for arguments, versions in (([], False), (["--versions"], True)):
        assert run("export", "-o", str(path), *arguments).exit_code == 0
        rows = parquet.read_table(path).to_pylist()
        for row, record in zip(rows, records(engine, versions=versions), strict=True):
            for key, value in row.items():
                if isinstance(value, datetime):
                    value = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
                elif isinstance(value, date):
                    value = value.isoformat()
                assert value == record[key], key


def test_parquet_asks_for_what_it_needs(
    run: Run, filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = run("export", "-o", str(tmp_path / "a.parquet"))
    assert done.exit_code == 2
    assert "Parquet needs pyarrow: pip install -r requirements-extra.txt." in done.output
    assert [path.name for path in tmp_path.iterdir() if "parquet" in path.name] == []


def test_every_wording(run: Run, filled: Store) -> None:
    wordings = _lines(run("export", "--versions").output)
    assert [(record["version"], record["versions"]) for record in wordings].count((1, 2)) == 1
    assert len(wordings) == 4
    assert all(record[SEEN_AT] for record in wordings)


def test_the_state_remembers_where_to_go_on(
    run: Run, store: Store, engine: Engine, tmp_path: Path
) -> None:
    state = tmp_path / "mirror.seq"
    store.store(release(1), None)
    store.store(release(2, body="Lain."), None)
    assert len(_lines(run("export", "--state", str(state)).output)) == 2
    assert state.read_text() == "2\n"
    assert run("export", "--state", str(state)).output == ""
    store.store(release(2, body="Baru.", fetched_at=MORNING + DAY), None)
    [changed] = _lines(run("export", "--state", str(state)).output)
    assert (changed["body"], changed["seq"], state.read_text()) == ("Baru.", 3, "3\n")
    # What the filters leave out is passed by for good, and the next export is as short as can be.
    state.unlink()
    run("export", "--state", str(state), "--source", "kpu-contoh")
    assert state.read_text() == "3\n"


def test_a_state_that_cannot_be_right_stops_the_export(
    run: Run, filled: Store, tmp_path: Path
) -> None:
    state, out = tmp_path / "mirror.seq", tmp_path / "out.jsonl"
    for content, sentence in (
        ("99\n", "The archive is at seq 4, which is before 99"),
        ("kemarin", "holds no seq"),
        ("", "holds no seq"),
    ):
        state.write_text(content)
        done = run("export", "--state", str(state), "-o", str(out))
        assert (done.exit_code, sentence in " ".join(done.output.split())) == (2, True), done.output
        assert state.read_text() == content
        assert not out.exists()
    assert "give one of them" in run("export", "--state", str(state), "--after-seq", "1").output
    done = run("export", "--after-seq", "99")
    assert (done.exit_code, "is it another archive?" in done.output) == (0, True)


def test_the_manifest_says_what_the_files_are(run: Run, filled: Store, tmp_path: Path) -> None:
    run("export", "-o", str(tmp_path / "all.jsonl.gz"))
    run(
        "export", "-o", str(tmp_path / "kpu.csv"), "--kind", "kpu", "--election", "--after-seq", "1"
    )
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    assert (manifest["program"], manifest["version"]) == ("arsip-pilkada", __version__)
    everything, some = manifest["files"]["all.jsonl.gz"], manifest["files"]["kpu.csv"]
    content = (tmp_path / "all.jsonl.gz").read_bytes()
    assert everything["sha256"] == hashlib.sha256(content).hexdigest()
    assert (everything["bytes"], everything["records"]) == (len(content), 3)
    assert (everything["filters"], everything["since"], everything["last_seq"]) == ({}, 0, 4)
    assert some["filters"] == {"kind": ["kpu"], "election": True}
    assert (some["format"], some["since"], some["records"]) == ("csv", 1, 1)


def test_another_programs_manifest_stays_as_it_is(run: Run, filled: Store, tmp_path: Path) -> None:
    foreign, out = tmp_path / "manifest.json", tmp_path / "out.jsonl"
    for content in ('{"name": "app"}', "[]", "{"):
        foreign.write_text(content)
        done = run("export", "-o", str(out))
        assert (done.exit_code, "is of some other program" in done.output) == (2, True)
        assert (foreign.read_text(), out.exists()) == (content, False)
    assert run("export", "-o", str(out), "--no-manifest").exit_code == 0
    assert foreign.read_text() == "{"
    done = run("export", "-o", str(foreign))
    assert (done.exit_code, "choose another name" in done.output) == (2, True)


def test_a_mirror_follows_what_is_new_changed_and_copied(
    run: Run, store: Store, engine: Engine, tmp_path: Path
) -> None:
    state, out = tmp_path / "mirror.seq", tmp_path / "changes.jsonl"
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    for day, changed in enumerate(
        (
            [release(1), release(2, body="Lain."), release(3, source="kpu-contoh")],
            [release(2, body="Lain, diperbarui."), release(4, body="Empat.")],
            [],
            # A page from before, which makes release 4 the first with its text.
            [
                release(5, body=BODY + " Tambahan."),
                release(1, body="Kabar.", fetched_at=MORNING - DAY),
            ],
        )
    ):
        for item in changed:
            store.store(item, None)
        run("export", "--state", str(state), "-o", str(out))
        with out.open(encoding="utf-8") as file:
            mirror(connection, file)
        mirrored = connection.execute("SELECT * FROM releases ORDER BY seq").fetchall()
        for row, record in zip(mirrored, records(engine), strict=True):
            assert {key: _plain(record[key]) for key in KEYS} == dict(row), day


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from("abc"), st.integers(-3, 3), st.booleans()),
        max_size=12,
    )
)
def test_a_mirror_follows_whatever_happens(
    store: Store, engine: Engine, looks: list[tuple[int, str, int, bool]]
) -> None:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    seq = 0
    for number, words, day, look in looks:
        at = MORNING + timedelta(days=day)
        store.store(release(number, body=f"{words} {BODY}", fetched_at=at), None)
        if look:
            increment = list(records(engine, since=seq))
            seq = max([seq, *(record["seq"] for record in increment)])
            mirror(connection, map(json.dumps, increment))
    mirror(connection, map(json.dumps, records(engine, since=seq)))
    for record in records(engine):
        query = "SELECT * FROM releases WHERE id = ?"
        row = connection.execute(query, [record["id"]]).fetchone()
        for key in set(KEYS) - {"last_seen_at"}:  # which alone changes without a new seq
            assert row[key] == _plain(record[key])


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path, link = tmp_path / "out.jsonl", tmp_path / "link.jsonl"
    path.write_text("as it was\n")
    link.symlink_to(path)
    with pytest.raises(OSError, match="no more"):
        _stop_half_way(link)
    assert path.read_text() == "as it was\n"
    with whole_file(link) as file:
        file.write(b"whole\n")
        assert path.read_text() == "as it was\n"
    assert (path.read_text(), link.is_symlink()) == ("whole\n", True)
    assert sorted(tmp_path.iterdir()) == [link, path]


def _stop_half_way(path: Path) -> None:
    with whole_file(path) as file:
        file.write(b"half")
        raise OSError("no more")


def test_the_mirror_is_a_program(run: Run, filled: Store, tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"
    run("export", "-o", str(out))
    script = Path(__file__).parents[3] / "docs" / "mirror.py"
    command = [sys.executable, str(script), str(tmp_path / "mirror.db"), str(out), str(out)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"(\d) records from", shown) == ["3", "3"]
    with sqlite3.connect(tmp_path / "mirror.db") as connection:
        assert connection.execute("SELECT count(*) FROM releases").fetchone() == (3,)
    connection.close()


def test_dates_choose_by_publication_and_seq_by_change(run: Run, store: Store) -> None:
    for number, day in ((1, 1), (2, 15), (3, 30)):
        store.store(release(number, published_on=date(2024, 9, day), published_at=None), None)

    def days(*options: str) -> list[int]:
        return [
            int(record["published_on"][-2:]) for record in _lines(run("export", *options).stdout)
        ]

    assert days("--since", "2024-09-15") == [15, 30]
    assert days("--since", "2024-09-02", "--until", "2024-09-15") == [15]
    assert days("--after-seq", "2") == days("--since", "2") == [30]
    assert days("--after-seq", "1", "--until", "2024-09-15") == [15]
    hint = "--since 2 is taken as --after-seq 2; a date is YYYY-MM-DD.\n"
    assert run("export", "--since", "2").stderr == hint
    assert run("export", "--after-seq", "2").stderr == ""
    assert run("export", "--since", "2", "--after-seq", "2").exit_code == 2
    assert run("export", "--since", "2024-9").exit_code == 2


def test_words_choose_as_in_search(run: Run, store: Store, tmp_path: Path) -> None:
    store.store(release(1, title="Wali Kota Menetapkan Jadwal"), None)
    store.store(release(2, title="Pasar Murah", body="Pasar dibuka."), None)
    store.store(
        release(2, title="Pasar Murah", body="Pasar ditutup.", fetched_at=MORNING + DAY), None
    )

    def titles(*words: str) -> list[str]:
        return [record["title"] for record in _lines(run("export", *words).stdout)]

    assert titles("ditetapkan") == ["Wali Kota Menetapkan Jadwal"]
    assert titles("pasar", "NOT", "jadwal") == ["Pasar Murah"]
    assert titles("pasar", "--election", "--source", "kpu-contoh") == []
    assert titles("--edited", "--weight", "wording") == ["Pasar Murah"]
    assert titles("--edited", "--weight", "quote") == []
    assert titles("dibuka", "--edited") == [], "only the current versions are searched"
    for wrong in (["pasar", "OR"], ["--weight", "quote"]):
        assert run("export", *wrong).exit_code == 2
    run("export", "pasar", "--edited", "--weight", "wording", "-o", str(tmp_path / "a.csv"))
    filters = json.loads((tmp_path / "manifest.json").read_text())["files"]["a.csv"]["filters"]
    assert filters == {"edited": True, "words": "pasar", "weight": "wording"}


def test_a_spreadsheet_has_the_same_records(
    run: Run, filled: Store, engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    assert "3 releases in" in run("export", "-o", str(path)).stderr
    header, *rows = load_workbook(path).active.values
    assert sorted(header) == sorted(KEYS)
    for row, record in zip(rows, records(engine), strict=True):
        for key, value in zip(header, row, strict=True):
            if isinstance(record[key], (bool, int, str)) and not key.endswith(("_on", "_at")):
                assert value == record[key], key
    assert run("export", "--format", "xlsx").stdout_bytes[:2] == b"PK"


def test_a_byte_order_mark_on_request(run: Run, filled: Store) -> None:
    plain = run("export", "--format", "csv").stdout_bytes
    assert run("export", "--format", "csv", "--bom").stdout_bytes == b"\xef\xbb\xbf" + plain
    assert run("export", "--bom").exit_code == 2


@pytest.mark.parametrize("name", ["a.xls", "a.json", "a.txt.gz", "a.2024", "a.xlsx.gz"])
def test_a_name_that_means_no_format_is_refused(
    run: Run, filled: Store, tmp_path: Path, name: str
) -> None:
    done = run("export", "-o", str(tmp_path / name))
    assert done.exit_code == 2
    assert re.search(r"no format has the ending|compresses by itself", done.stderr)
    assert not (tmp_path / name).exists()


def test_search_results_as_csv(run: Run, store: Store) -> None:
    store.store(release(1, title="=Posko Pengaduan"), None)
    hits = json.loads(run("search", "posko", "--json").output)
    [row] = csv.DictReader(StringIO(run("search", "posko", "--csv").stdout, newline=""))
    assert list(row) == list(hits[0])
    assert (row["title"], row["snippet"]) == ("'=Posko Pengaduan", hits[0]["snippet"])
    assert run("search", "tiada", "--csv").stdout.strip() == ",".join(row)
    assert run("search", "posko", "--csv", "--json").exit_code == 2


def test_an_empty_package_is_no_success(run: Run, filled: Store, tmp_path: Path) -> None:
    out = tmp_path / "a.wacz"
    done = run("package", "tiada", "-o", str(out), "--captures", str(tmp_path))
    assert (done.exit_code, out.exists()) == (1, False)
    assert "No release was chosen" in done.stderr
