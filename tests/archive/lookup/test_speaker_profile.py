"""Who is quoted, across the releases of a region."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert

from archive.database.connection import writing
from archive.database.models import MoveRow
from archive.fingerprint import release_id
from archive.ingest.store import Store
from archive.lookup import speaker_profile
from archive.lookup.speaker_profile import NotFound, speaker, speakers
from crawler.extraction.quotes import find_quotes
from tests.archive.conftest import Run
from tests.archive.samples import MORNING, release, source

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


def test_a_release_that_has_moved_counts_once(store: Store, engine: Engine) -> None:
    """But not whom only the page at the new address quotes."""
    name = "Prakoso Yudho"
    for number, body in ((1, CHAIR), (2, f"{CHAIR}\n\n{CAMAT.replace(name, 'Budi Santosa')}")):
        store.store(release(number, body=body, quotes=find_quotes(body)), None)
    old, new = (release_id("pemkot-contoh", release(number).url) for number in (1, 2))
    with writing(engine) as connection:
        move = {"old": old, "new": new, "origin": old, "at": MORNING, "how": "gone"}
        connection.execute(insert(MoveRow), move)
    found = {each.name: (each.quotes, each.releases) for each in speakers(engine)}
    assert found == {"Prakoso Yudho Lelono": (1, 1), "Budi Santosa": (1, 1)}


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
    before_id = shown.split("Newest\n")[1].split("pemkot-contoh:")[0]
    assert len(before_id.splitlines()) == 1, "a quote, and on the next line where it is"
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


def test_a_region_costs_what_its_own_releases_cost(quoted: Store, engine: Engine) -> None:
    """SQLite must not look at the people of all regions for each region."""
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    list(speakers(engine))
    statement, values = next(each for each in asked if "quoted_people" in each[0])
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        steps = [row[3] for row in plan]
    assert not any("SCAN quoted_people" in step for step in steps), steps


def test_one_name_is_looked_for_where_it_is_quoted(
    quoted: Store, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    quoted.register([source("kpu-jauh", region="11.01")])
    read: list[str] = []
    people = speaker_profile.People
    monkeypatch.setattr(
        speaker_profile, "People", lambda *given: (read.append(given[1]), people(*given))[1]
    )
    assert speaker(engine, "Lelono").speaker.name == "Prakoso Yudho Lelono"
    assert read == ["64.71"]
