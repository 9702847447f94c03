"""The level of a source's region: the same in the registry, the record and the filters."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Engine, text

from archive.export.increment import records
from archive.ingest.store import Store
from archive.lookup.selection import LEVELS, Selection, UnknownName
from archive.search.fulltext import search
from crawler import regions
from tests.archive.samples import release, source


def test_levels_are_filters_of_search_and_export(store: Store, engine: Engine) -> None:
    places = {"pemkot-kota": "64.71", "pemkot-kab": "64.02", "pemkot-prov": "64", "kpu-ri": "00"}
    store.register(source(id, region=code) for id, code in places.items())
    for number, id in enumerate(places):
        store.store(release(number, source=id), None)
    found = {record["source"]: record["level"] for record in records(engine)}
    assert found == dict(zip(places, LEVELS, strict=True))
    [hit] = search(engine, "pemilih", Selection(level=("provinsi",)))
    assert hit.source == "pemkot-prov"
    with pytest.raises(UnknownName, match="no level desa"):
        Selection(level=("desa",)).check(engine)


def test_the_archive_reads_every_level_off_the_code_as_the_registry_does(
    store: Store, engine: Engine
) -> None:
    everywhere = regions.all_regions()
    store.register(source(f"pemkot-{n}", region=each.code) for n, each in enumerate(everywhere))
    store.store(release(1, source="pemkot-0"), None)

    def level(connection: Connection, code: str) -> str | None:
        connection.execute(
            text("UPDATE sources SET region = :code WHERE id = 'pemkot-0'"), {"code": code}
        )
        return connection.scalar(text("SELECT level FROM releases"))

    with engine.begin() as connection:
        for each in everywhere:
            assert level(connection, each.code) == regions.LEVELS[each.level], each
