"""A package proves its releases to somebody who has only OpenSSL and Python."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Engine
from wacz.main import main as wacz

from archive.ingest.store import Store
from tests.archive.conftest import Run
from tests.archive.proof.stamp_service import Service
from tests.archive.proof.test_stamps import captures, stamp  # noqa: F401 - a fixture
from tests.archive.samples import release


@pytest.fixture
def unpacked(
    run: Run,
    engine: Engine,
    store: Store,
    captures: Path,  # noqa: F811
    service: Service,
    root: Path,
    tmp_path: Path,
) -> Path:
    """A package of one of three releases, stamped twice, as its receiver has it."""
    stamp(run, captures, service.url)
    store.store(release(3, title="Rahasia orang lain"), None)
    stamp(run, captures, service.url, "--now")
    output = tmp_path / "one.wacz"
    done = run(
        "package", "-o", str(output), "--captures", str(captures), "--tag", "cha", "--unique"
    )
    assert done.exit_code == 0, done.output
    assert wacz(["validate", "-f", str(output)]) == 0
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(output) as package:
        package.extractall(folder)
    shutil.copy(root, folder / "roots.pem")
    return folder


def blocks(folder: Path, language: str) -> list[str]:
    text = (folder / "proof" / "readme.md").read_text()
    found = re.findall(rf"^   ```{language}\n(.*?)^   ```$", text, re.M | re.S)
    return [re.sub(r"^   ", "", one, flags=re.M) for one in found]


def as_typed(folder: Path, kind: str, code: str) -> subprocess.CompletedProcess[str]:
    program = ["sh", "-c", code] if kind == "sh" else [sys.executable, "-c", code]
    return subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)


def test_the_proof_is_checked_as_its_page_says(unpacked: Path) -> None:
    [stamps], [log, versions] = blocks(unpacked, "sh"), blocks(unpacked, "python")
    checked = as_typed(unpacked, "sh", stamps)
    assert checked.stdout.count("Time stamp:") == 2, checked
    assert checked.stderr.count("Verification: OK") + checked.stdout.count("Verification: OK") == 2
    assert as_typed(unpacked, "python", log).stdout.count("is stamped") == 2
    assert as_typed(unpacked, "python", versions).stdout.count("is in the log") == 1


def test_nothing_of_other_releases_is_in_it(unpacked: Path) -> None:
    lines = (unpacked / "proof" / "events-1.txt").read_text().splitlines()
    assert [line[0] == "{" for line in lines] == [False, True, False, False, False]
    proof = b"".join(path.read_bytes() for path in (unpacked / "proof").rglob("*.*"))
    assert b"orang lain" not in proof


@pytest.mark.parametrize("what", ["event", "version", "statement"])
def test_a_forged_package_is_found_out(unpacked: Path, what: str) -> None:
    [stamps], [log, versions] = blocks(unpacked, "sh"), blocks(unpacked, "python")
    events, texts = unpacked / "proof/events-1.txt", unpacked / "proof/versions.jsonl"
    if what == "event":
        events.write_text(events.read_text().replace('"by":"crawl"', '"by":"merge"'))
        assert as_typed(unpacked, "python", log).returncode == 1
    elif what == "version":
        texts.write_text(texts.read_text().replace("Warga", "Wakil"))
        assert "IS NOT IN THE LOG" in as_typed(unpacked, "python", versions).stdout
    else:
        for path in (unpacked / "proof").glob("stamp-*.txt"):
            path.write_text(path.read_text().replace("event", "Event"))
        checked = as_typed(unpacked, "sh", stamps)
        assert "OK" not in checked.stdout + checked.stderr


def test_without_a_stamp_there_is_no_proof(run: Run, captures: Path, tmp_path: Path) -> None:  # noqa: F811
    output = tmp_path / "one.wacz"
    run("package", "-o", str(output), "--captures", str(captures))
    with zipfile.ZipFile(output) as package:
        assert not any(name.startswith("proof/") for name in package.namelist())
