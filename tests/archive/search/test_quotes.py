"""Who said what, in the archive: kept as read, found by speaker, function, topic and words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from archive.captures import Capture
from archive.cli import main
from archive.database.connection import writing
from archive.export.increment import records
from archive.ingest.frontier import Fetch
from archive.ingest.reprocess import reading, reread
from archive.ingest.store import Store
from archive.lookup.selection import EVERYTHING, Selection
from archive.search.quotes import Wanted, find_quotes
from crawler.extraction.quotes import find_quotes as read_quotes
from tests.archive.samples import DAY, MORNING, release

BODY = (
    "“Netralitas itu kewajiban,” kata Ketua KPU Kota Contoh, Budi Santoso. Ia meminta warga datang"
    " ke TPS.\n\nWali Kota Contoh, Rahmad Mas’ud, menegaskan bahwa ASN harus netral."
)


def quoting(number: int = 1, body: str = BODY, **changed: Any) -> Any:
    return release(number, body=body, quotes=read_quotes(body), **changed)


def test_the_record_has_them_and_their_spans_are_their_texts(store: Store, engine: Engine) -> None:
    store.store(quoting(), None)
    (record,) = records(engine)
    assert [quote["person"] for quote in record["quotes"]] == [
        "Budi Santoso",
        "Budi Santoso",
        "Rahmad Mas’ud",
    ]
    for quote in record["quotes"]:
        assert record["body"][quote["start"] : quote["end"]] == quote["text"]


def test_a_quote_that_is_no_span_of_the_stored_text_is_left_out(
    store: Store, engine: Engine
) -> None:
    store.store(release(body="Teks lain sama sekali.", quotes=read_quotes(BODY)), None)
    assert next(records(engine))["quotes"] == []


def test_a_text_that_stays_keeps_its_quotes(store: Store, engine: Engine) -> None:
    """A system re-types quotation marks: the text first printed stays, and so do its spans."""
    store.store(quoting(), None)
    typed = BODY.replace("“", '"').replace("”", '"')
    store.store(quoting(body=typed, fetched_at=MORNING + DAY), None)
    (record,) = records(engine)
    assert (record["versions"], record["body"]) == (1, BODY)
    assert [each["text"] for each in record["quotes"]] == [each.text for each in read_quotes(BODY)]


def test_reading_a_capture_again_fills_them(store: Store, engine: Engine) -> None:
    """As `scrapy rebuild` does, in an archive that was made before quotes were looked for."""
    found = quoting()
    place = {"file": "a.warc.gz", "offset": 0, "record_id": "<urn:uuid:1>", "digest": ""}
    capture = Capture(**place, url=found.url, at=MORNING)
    fetch = Fetch(
        source=found.source, url=found.url, at=MORNING, outcome="release", capture=capture
    )
    before = store.store(found, None, fetch)
    with writing(engine) as connection:
        connection.execute(text("UPDATE versions SET quotes = NULL"))
    again = reading(found, fetch, is_new=False)
    assert store.within(reread, [again]) == "corrected"
    (record,) = records(engine)
    assert (len(record["quotes"]), record["version"]) == (3, 1)
    assert record["seq"] > before.seq
    assert store.within(reread, [again]) == "same"


def test_the_view_has_a_row_a_quote(store: Store, engine: Engine) -> None:
    store.store(quoting(), None)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT position, how, direct, role FROM quotes")).all()
    assert rows == [
        (1, "named", 1, "Ketua KPU Kota Contoh"),
        (2, "carried", 0, "Ketua KPU Kota Contoh"),
        (3, "named", 0, "Wali Kota Contoh"),
    ]


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        (Wanted(speaker="budi"), ["Netralitas itu kewajiban,", "warga datang ke TPS"]),
        (Wanted(speaker="mas'ud"), ["ASN harus netral"]),
        (Wanted(role="wali kota"), ["ASN harus netral"]),
        (Wanted("netral*"), ["Netralitas itu kewajiban,", "ASN harus netral"]),
        (Wanted("netralitas OR TPS"), ["Netralitas itu kewajiban,", "warga datang ke TPS"]),
        (Wanted("netralitas warga"), []),
        (Wanted("menegaskan"), []),
    ],
)
def test_found_by(store: Store, engine: Engine, wanted: Wanted, texts: list[str]) -> None:
    store.store(quoting(), None)
    assert [said.text for said in find_quotes(engine, wanted, EVERYTHING, 20)] == texts


def test_found_by_what_releases_are_chosen_by(store: Store, engine: Engine) -> None:
    store.store(quoting(topics=["netralitas"]), None)
    store.store(quoting(2, topics=["coklit"]), None)
    found = find_quotes(engine, Wanted(), Selection(topic=("coklit",)), 20)
    assert len(found) == 3
    assert {said.url for said in found} == {"https://pemkot-contoh.example/berita/2"}


def test_the_command(store: Store, url: str) -> None:
    store.store(quoting(), None)

    def run(*words: str) -> Any:
        return CliRunner().invoke(main, ["--archive", url, "quotes", *words])

    shown = run("netralitas")
    assert shown.exit_code == 0
    assert "Budi Santoso, Ketua KPU Kota Contoh" in shown.output
    assert "“[Netralitas] itu kewajiban,”" in shown.output
    assert "(carried)" in run("--speaker", "Budi").output
    assert [each["position"] for each in json.loads(run("--json").output)] == [1, 2, 3]
    assert run("tidak-ada-kata-ini").output.strip() == "Nothing found."
    assert run("(").exit_code == 2


def test_show_prints_them(store: Store, url: str) -> None:
    stored = store.store(quoting(), None)
    shown = CliRunner().invoke(main, ["--archive", url, "show", stored.id]).output
    assert "Who said what" in shown
    assert "Rahmad Mas’ud, Wali Kota Contoh" in shown
