"""The pages of the people who are quoted."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import quote

from archive.database.connection import open_archive
from archive.fingerprint import release_id
from archive.ingest.store import Store
from crawler.extraction.quotes import find_quotes
from tests.archive.browse.conftest import BAD, Get
from tests.archive.samples import release, source

BODY = f"Ketua KPU Kota Contoh, Ani Lestari, menegaskan bahwa {BAD} sudah lengkap di gudang."
OTHER = "“Saya juga siap,” kata Camat Utara, Ani Wijaya."


def test_a_speaker_and_all_of_them(tmp_path: Path) -> None:
    from archive.browse.site import site

    engine = open_archive(str(tmp_path / "archive.db"), create=True)
    store = Store(engine)
    store.register([source("pemkot-contoh")])
    store.store(release(1, body=BODY, quotes=find_quotes(BODY)), None)
    store.store(release(2, body=OTHER, quotes=find_quotes(OTHER)), None)
    engine.dispose()
    client = site(tmp_path / "archive.db", tmp_path / "captures").client
    pages = [
        asyncio.run(client.get(address)).text
        for address in (
            "/speakers",
            f"/speaker?name={quote('Ani Lestari')}",
            f"/release/{release_id('pemkot-contoh', release(1).url)}",
            "/speaker?name=Ani",
        )
    ]
    assert '<a href="/speaker?name=Ani%20Lestari&amp;region=' in pages[0]
    for part in ("<h1>Ani Lestari</h1>", "Ketua KPU Kota Contoh", "sudah lengkap"):
        assert part in pages[1]
    assert BAD not in pages[1]
    assert '<a href="/speaker?name=Ani%20Lestari&amp;region=' in pages[2]
    assert "2 people fit &#39;Ani&#39;." in pages[3], "and they are linked"
    assert '<a href="/speaker?name=Ani+Wijaya&amp;region=' in pages[3]


def test_nobody_of_that_name(get: Get) -> None:
    answer = get("/speaker?name=Zzz")
    assert answer.status_code == 404
    assert "No release quotes anybody of public function" in answer.text
    assert get("/speakers").status_code == 200
