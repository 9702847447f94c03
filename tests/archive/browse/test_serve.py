"""The archive in a browser: read-only, on this machine alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from archive.ingest.store import Store
from tests.archive.conftest import Run

pytest.importorskip("datasette", reason="needs requirements-extra.txt")
CHROMIUM = shutil.which("chromium")


@pytest.fixture
def served(filled: Store, url: str) -> Iterator[str]:
    command = [sys.executable, "-m", "archive", "serve", "--port", "0"]
    environment = os.environ | {"ARCHIVE_URL": url, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[0]
        process.terminate()


def test_it_says_where_it_listens(served: str) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", served)
    with urlopen(served) as answer:
        assert b"Arsip Pilkada" in answer.read()


@pytest.mark.soak
@pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium")
def test_a_browser_shows_a_release(served: str) -> None:
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    page = f"{served}release/kpu-contoh"
    shown = subprocess.run(
        [str(CHROMIUM), *options, page], capture_output=True, text=True, timeout=120
    )
    assert '<h1 lang="id">Warga Diajak Memeriksa Daftar Pemilih</h1>' in shown.stdout


def test_it_asks_for_what_it_needs(
    run: Run, filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    done = run("serve")
    assert (done.exit_code, "pip install -r requirements-extra.txt" in done.output) == (2, True)
