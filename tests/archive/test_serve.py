"""The archive in a browser: read-only, on this machine alone."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from archive.ingest.store import Store
from archive.lookup.questions import questions
from tests.archive.conftest import Run
from tests.archive.samples import DAY, MORNING, release

pytest.importorskip("datasette", reason="needs requirements-extra.txt")
CHROMIUM = shutil.which("chromium")


@pytest.fixture
def get(filled: Store, url: str) -> Any:
    """Asks the site for a page; its status and text."""
    from archive.browse.site import site

    archive = Path(url.removeprefix("sqlite:///"))
    served = site(archive, archive.with_name("captures"))

    def ask(path: str) -> tuple[int, str]:
        response = asyncio.run(served.client.get(path))
        return response.status_code, response.text

    return ask


def test_a_release_to_read(get: Any, run: Run) -> None:
    status, page = get("/release/https://pemkot-contoh.example/berita/2")
    assert status == 200
    for part in (
        '<h1 lang="id">Pasar Murah</h1>',
        "<p>KOTA CONTOH - Pasar ditutup.</p>",
    ):
        assert part in page
    status, page = get("/release/kpu-contoh")
    assert (status, "The same text elsewhere" in page, "(diskominfo/cha/arh)" in page) == (
        200,
        True,
        True,
    )
    first, *_ = re.findall(r'<a href="(/release/pemkot-contoh:[0-9a-f]{16})">', page)
    assert get(first)[0] == 200
    status, page = get("/release/nope")
    assert (status, "There is no release &#39;nope&#39; in the archive." in page) == (404, True)


def test_the_search_box_finds_all_forms(get: Any) -> None:
    for words, number in (
        ("penetapan", 2),
        ("posko+OR+pasar", 3),
        ('"menetapkan"', 0),
        ("(", 0),
        ("'", 0),
    ):
        status, page = get(f"/archive/releases.json?_search={words}&_shape=array")
        assert (status, page.count('"version_id"')) == (200, number), words


def test_the_releases_are_a_list_to_read_from(get: Any) -> None:
    status, page = get("/archive/releases?_search=pasar")
    assert status == 200
    assert re.search(r'<a href="/release/pemkot-contoh:[0-9a-f]{16}">Pasar Murah</a>', page)
    assert "edited" in page
    assert "Panitia di Kota Contoh" in get("/archive/releases")[1]


def test_markup_in_texts_is_shown_as_text(store: Store, get: Any) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    tags = [bad.lower()]
    evil = release(9, title=bad, body=bad, dateline=bad, byline=bad, author_tags=tags, flags=[bad])
    store.store(evil, None)
    store.store(replace(evil, title=bad + "!", fetched_at=MORNING + DAY), None)
    pages = ["release/https://pemkot-contoh.example/berita/9", "archive", "archive/releases"]
    pages += [
        "archive/versions",
        "archive/author_tags",
        "archive/releases?_search=alert&_facet=title",
    ]
    for path in pages:
        status, page = get(f"/{path}")
        assert status == 200
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


def test_what_turns_text_around_is_on_no_page(store: Store, get: Any) -> None:
    trick = "Rapat\u202egpj.exe\u200b"
    evil = release(9, title=trick, body=trick, byline=trick, author_tags=[trick], flags=[trick])
    store.store(evil, None)
    store.store(replace(evil, title=trick + "!", fetched_at=MORNING + DAY), None)
    for path in (
        "release/https://pemkot-contoh.example/berita/9",
        "archive/releases?_facet=title",
        "archive/versions",
        "archive/author_tags?_facet=tag",
    ):
        status, page = get(f"/{path}")
        assert status == 200
        assert "Rapatgpj.exe" in page, path
        assert "\u202e" not in page, path


@pytest.mark.parametrize("name", [question.name for question in questions()])
def test_every_question_can_be_clicked_on(get: Any, name: str) -> None:
    status, page = get(f"/archive/{name}")
    assert status == 200
    assert 'class="message-error"' not in page


def test_nothing_can_be_changed(get: Any) -> None:
    status, page = get("/archive.json?sql=delete+from+versions")
    assert (status, "must be a SELECT" in page) == (400, True)


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
