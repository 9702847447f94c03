"""Who is quoted, across the releases of a region."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from archive.ingest.store import Store
from archive.lookup.speaker_profile import NotFound, speaker, speakers
from crawler.extraction.quotes import find_quotes
from tests.archive.conftest import Run
from tests.archive.samples import release

CHAIR = "Ketua KPU Kota Contoh, Prakoso Yudho Lelono, menegaskan bahwa logistik sudah lengkap."
SHORT = "“Kami siap,” kata Ketua KPU Contoh, Yudho. “Semua lancar,” ujarnya."
BARE = "“Datanglah ke TPS,” pesan Prakoso Yudho Lelono."
CAMAT = "“Saya juga siap,” kata Camat Utara, Prakoso Yudho."
RESIDENT = "“Saya senang,” kata Siti Aminah, warga Kelurahan Hulu."


@pytest.fixture
def quoted(store: Store) -> Store:
    for number, body in enumerate((CHAIR, SHORT, BARE, CAMAT, RESIDENT), 1):
        store.store(release(number, body=body, quotes=find_quotes(body)), None)
    return store


def test_people_of_public_function_only(quoted: Store, engine: Engine) -> None:
    found = [(each.name, each.quotes, each.releases) for each in speakers(engine)]
    assert found == [("Prakoso Yudho Lelono", 4, 3), ("Prakoso Yudho", 1, 1)]


def test_each_spelling_has_its_evidence(quoted: Store, engine: Engine) -> None:
    found = speaker(engine, "prakoso yudho lelono")
    joined = {row["name"]: row["joined_by"] for row in found.speaker.spellings}
    assert set(joined) == {"Prakoso Yudho Lelono", "Yudho"}
    assert joined["Yudho"] == "shorter form of the only such name with this function and office"
    assert len(found.latest) == 4
    assert {row["source"] for row in found.sources} == {"pemkot-contoh"}


def test_several_people_of_one_name(quoted: Store, engine: Engine) -> None:
    with pytest.raises(NotFound, match="2 people fit 'Prakoso'; say --region, --role"):
        speaker(engine, "Prakoso")
    assert speaker(engine, "Prakoso", role="camat").speaker.name == "Prakoso Yudho"


def test_who_has_no_public_function_has_no_profile(quoted: Store, engine: Engine) -> None:
    with pytest.raises(NotFound, match="No release quotes anybody of public function"):
        speaker(engine, "Siti Aminah")


def test_commands(quoted: Store, run: Run, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = run("speaker", "Lelono").output
    for part in ("Prakoso Yudho Lelono", "4 quotes in 3 releases", "Ketua KPU Kota Contoh", "Kami"):
        assert part in shown
    assert "Camat Utara" in run("speakers").output
    record = json.loads(run("speaker", "Lelono", "--json").output)
    assert record["functions"][0] == {"role": "Ketua KPU Contoh", "releases": 1}
    assert [each["name"] for each in json.loads(run("speakers", "--json").output)] == [
        "Prakoso Yudho Lelono",
        "Prakoso Yudho",
    ]
    assert run("speaker", "Siti").exit_code == 1
    file = tmp_path / "apart.toml"
    monkeypatch.setenv("SPEAKERS", str(file))
    region = record["region"]
    names = '["Yudho", "Prakoso Yudho Lelono"]'
    file.write_text(f'[[apart]]\nregion = "{region}"\nnames = {names}\nreason = "two people"\n')
    apart = json.loads(run("speaker", "Lelono", "--json").output)
    assert apart["quotes"] == 2
    assert apart["apart"][0]["reason"] == "two people"
    file.write_text("[[same]]")
    assert run("speakers").exit_code == 2
