"""The pages of an archive, asked for in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from archive.database.connection import open_archive
from archive.fingerprint import release_id
from archive.ingest import frontier
from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from archive.moves.links import settle
from tests.archive.captures.samples import exchange, writer
from tests.archive.conftest import fill
from tests.archive.copies import MARKET, body
from tests.archive.samples import DAY, MORNING, release, source

pytest.importorskip("datasette", reason="needs requirements-extra.txt")

Get = Callable[..., Any]
EVIL_URL = "https://pemkot-contoh.example/berita/9"
OLD_URL, NEW_URL = (f"https://pemkot-contoh.example/berita/{n}" for n in (20, 21))
CAPTURED = release_id("pemkot-contoh", EVIL_URL)
GONE = {"at": "2024-09-03T00:00:00Z"}
EVIL_PAGE = b"""<html><head><title>Rilis</title><base href="http://127.0.0.99/">
<meta http-equiv="refresh" content="0;url=http://127.0.0.99/away">
<link rel="stylesheet" href="http://127.0.0.99/style.css"><script>parent.document.title = 1</script>
<style>p { background: url(http://127.0.0.99/ground.png) }</style></head>
<body onload="alert(1)"><p>Pasar dibuka.</p><img src="http://127.0.0.99/x.png" onerror="alert(2)">
<a href="javascript:alert(3)" ping="http://127.0.0.99/ping">Selengkapnya</a>
<iframe src="http://127.0.0.99/frame"></iframe><svg onload="alert(4)"><use href="//127.0.0.99/"/></svg>
<form action="http://127.0.0.99/form"><button formaction="http://127.0.0.99/b">Kirim</button></form>
</body></html>"""


BAD = "<script>alert(1)</script><img src=x onerror=alert(2)>"
TRICK = "Rapat\u202egpj.exe\u200b"
"""Reads as another name, and has a character nobody sees."""


@pytest.fixture(scope="package")
def get(tmp_path_factory: pytest.TempPathFactory) -> Get:
    """Asks the site for a page, as a browser would: get("/search", {"Accept-Language": "id"}).
    All tests read one archive; making Datasette ready takes longer than a page."""
    from archive.browse.site import site

    folder = tmp_path_factory.mktemp("web")
    engine = open_archive(str(folder / "archive.db"), create=True)
    store = Store(engine)
    store.register([source("pemkot-contoh"), source("kpu-contoh"), source("pemkot-misal")])
    fill(store)
    _publish_further(store, folder / "captures")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE release_records SET gone_at = :at WHERE url LIKE '%/7'"), GONE
        )
    engine.dispose()
    (folder / "watches.toml").write_text('[[watch]]\nname = "pasar"\nwords = "pasar"\n')
    served = site(folder / "archive.db", folder / "captures", folder / "watches.toml")

    def ask(path: str, headers: dict[str, str] | None = None) -> Any:
        return asyncio.run(served.client.get(path, headers=headers or {}))

    return ask


def _publish_further(store: Store, captures: Path) -> None:
    """A release that was withdrawn, one whose page wants to run, fetch and send things, and two
    with texts that would do harm on a page."""
    store.store(release(7, title="Pasar Hilang", body="Pasar hilang."), None)
    moved = {"title": "Pasar Murah", "body": body(*MARKET), "published_on": None}
    store.store(release(20, **moved), None)
    store.store(release(21, **moved, fetched_at=MORNING + DAY), None)
    gone = Fetch(source="pemkot-contoh", url=OLD_URL, at=MORNING + DAY, outcome="http-404")
    store.within(frontier.note_missing, gone)
    store.within(settle, "pemkot-contoh")
    with writer(captures) as written:
        capture = written.write(exchange(9, EVIL_PAGE, url=EVIL_URL)).result()
    fetch = Fetch(
        source="pemkot-contoh", url=EVIL_URL, at=MORNING, outcome="release", capture=capture
    )
    store.store(release(9, title="Pasar Pagi", body="Pasar dibuka."), None, fetch)
    bad = {"title": BAD, "body": BAD, "dateline": BAD, "byline": BAD, "flags": [BAD]}
    evil = release(10, **bad, author_tags=[BAD.lower()])
    store.store(evil, None)
    store.store(replace(evil, title=BAD + "!", fetched_at=MORNING + DAY), None)
    tricks = {"title": TRICK, "body": TRICK, "byline": TRICK, "flags": [TRICK]}
    store.store(release(11, **tricks, author_tags=[TRICK]), None)
