"""What was taken down is on no page and in no query of the site; what was corrected says so."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from archive.curation.shown_rows import as_read
from archive.curation.takedown import Wanted, suppress
from archive.database.connection import open_archive, writing
from archive.fingerprint import release_id
from archive.ingest.store import Store
from tests.archive.samples import BODY, DAY, MORNING, release, source

pytest.importorskip("datasette", reason="needs requirements-extra.txt")

DOWN, EDITED, MASKED, CORRECTED = (
    release_id("pemkot-contoh", release(number).url) for number in (1, 2, 3, 4)
)
SECRET = BODY.replace("lima kecamatan", "Jalan Rahasia Nomor Sembilan")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from archive.browse.site import site as made

    folder = tmp_path_factory.mktemp("web")
    engine = open_archive(str(folder / "archive.db"), create=True)
    store = Store(engine)
    store.register([source("pemkot-contoh")])
    for number in (1, 2, 3):
        store.store(release(number, title=f"Rilis {number}", body=SECRET), None)
    store.store(release(2, title="Rilis 2", fetched_at=MORNING + DAY), None)
    store.store(release(4, title="Rilis Empat"), None)
    for wanted in (
        Wanted(DOWN),
        Wanted(EDITED, version=1),
        Wanted(MASKED, passage="Jalan Rahasia Nomor Sembilan"),
    ):
        suppress(engine, wanted, "A private address", "Sari", MORNING)
    with writing(engine) as connection, as_read(connection, CORRECTED, changing=True):
        row = {"release": CORRECTED, "value": '"Rilis Kelima"'}
        connection.execute(
            text(
                "INSERT INTO corrections VALUES"
                " (:release, 'title', :value, 'mistyped', 'Sari', '2024-10-01')"
            ),
            row,
        )
    engine.dispose()
    return made(folder / "archive.db", Path(folder))


@pytest.fixture
def get(site: Any) -> Any:
    return lambda path: asyncio.run(site.client.get(path, follow_redirects=True))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=panitia",
        f"/release/{DOWN}",
        f"/release/{DOWN}/changes",
        f"/release/{DOWN}/captured",
        f"/capture/{DOWN}/1",
        f"/release/{EDITED}/changes",
        f"/release/{EDITED}/captured?version=1",
        f"/capture/{EDITED}/1",
        f"/release/{MASKED}",
        f"/release/{MASKED}/captured",
        "/archive/releases.json?_shape=array",
        "/archive/versions.json?_shape=array",
        "/archive/as_read.json?_shape=array",
        "/archive/search_texts.json?_shape=array",
        "/archive.json?sql=select+columns+from+as_read&_shape=array",
        "/archive.json?sql=select+hex(columns)+from+as_read&_shape=array",
        "/archive.json?sql=with+releases+as+(select+columns+from+as_read)select+*+from+releases",
        "/archive.json?sql=select+max(columns)+from+main.as_read+where+columns+like+'%25Raha%25'",
    ],
)
def test_what_was_taken_down_is_nowhere(get: Any, path: str) -> None:
    answer = get(path)
    assert answer.status_code in (200, 404, 410), answer.text
    assert "Rahasia" not in answer.text
    assert "52616861736961" not in answer.text, "Rahasia in hexadecimal"


def test_words_that_the_index_has_not_dropped_yet_are_not_read(get: Any) -> None:
    query = "select+count(*)+as+all_,+count(nullif(block,''))+as+read+from+search_index_data"
    [blocks] = get(f"/archive.json?sql={query}&_shape=array").json()
    assert blocks["all_"] > 0
    assert blocks["read"] == 0
    assert CORRECTED in get("/search?q=kelima").text, "the index itself reads them"


def test_a_page_that_was_taken_down_says_so(get: Any) -> None:
    answer = get(f"/release/{DOWN}")
    assert answer.status_code == 410
    assert "was taken down on 2024-09-01: A private address." in answer.text


def test_a_version_that_was_taken_down_says_so(get: Any) -> None:
    page = get(f"/release/{EDITED}/changes").text
    assert "This version was taken down on" in page
    assert "<small>taken down</small>" in page


def test_a_passage_that_was_taken_down_says_so(get: Any) -> None:
    page = get(f"/release/{MASKED}").text
    assert "berada di █████ dan melayani" in page
    assert "A passage was taken down on" in page


def test_a_corrected_release_says_what_was_read(get: Any) -> None:
    page = get(f"/release/{CORRECTED}").text
    assert '<h1 lang="id">Rilis Kelima</h1>' in page
    assert "read: Rilis Empat" in page
