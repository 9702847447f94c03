"""`python -m archive duplicates`, and where else copies are named."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import Engine, text

from archive.export.increment import records
from archive.ingest.store import Store
from archive.lookup.selection import Selection
from tests.archive.conftest import Run
from tests.archive.copies import MARKET, SENTENCES, WHOLE, body
from tests.archive.samples import DAY, MORNING, release


@pytest.fixture
def copied(store: Store) -> Store:
    """A release, a copy that drops, adds and changes a sentence, and one that stands alone."""
    retold = body(*SENTENCES[:6], MARKET[3]).replace("Zulkifli Mas'ud", "Zulkipli Masud")
    for number, source_id, text_ in (
        (1, "pemkot-contoh", WHOLE),
        (2, "kpu-contoh", retold),
        (3, "pemkot-misal", body(*MARKET[:3])),
    ):
        published = date(2024, 9, number)
        store.store(
            release(
                number, source=source_id, body=text_, published_on=published, published_at=None
            ),
            None,
        )
    return store


def _id(engine: Engine, number: int) -> str:
    return next(str(r["id"]) for r in records(engine) if r["url"].endswith(f"/{number}"))


@pytest.mark.parametrize("width", [80, 160])
def test_people_see_who_copied_what_and_what_became_of_it(
    run: Run, copied: Store, width: int
) -> None:
    shown = run("duplicates", width=width).output
    assert max(map(len, shown.splitlines())) <= width
    lines = " ".join(shown.split())
    assert "2024-09-01 · pemkot-contoh:" in lines
    assert "2024-09-02 · kpu-contoh:" in lines
    assert f"- {SENTENCES[6]}" in lines
    assert f"- {SENTENCES[7]}" in lines
    assert f"+ {MARKET[3]}" in lines
    assert "kata Kepala Dinas Zulkifli Mas'ud. → \"Jangan menunggu" in lines
    assert "pemkot-misal" not in lines
    assert "\x1b" not in shown


def test_programs_get_sentences(run: Run, copied: Store, engine: Engine) -> None:
    [cluster] = json.loads(run("duplicates", "--json").output)
    assert cluster["first"]["id"] == _id(engine, 1)
    [copy] = cluster["copies"]
    assert (copy["id"], copy["published_on"]) == (_id(engine, 2), "2024-09-02")
    assert 0.4 < copy["similarity"] < 1
    assert copy["differences"]["dropped"] == list(SENTENCES[6:])
    assert copy["differences"]["added"] == [MARKET[3]]
    [(before, after)] = copy["differences"]["changed"]
    assert ("Zulkifli Mas'ud" in before, "Zulkipli Masud" in after) == (True, True)


def test_one_release_or_one_source_can_be_asked_for(
    run: Run, copied: Store, engine: Engine
) -> None:
    for number in (1, 2):
        [cluster] = json.loads(run("duplicates", _id(engine, number), "--json").output)
        assert cluster["first"]["id"] == _id(engine, 1)
    assert run("duplicates", _id(engine, 3)).output == ("No two releases have the same text.\n")
    assert len(json.loads(run("duplicates", "--source", "kpu-contoh", "--json").output)) == 1
    assert json.loads(run("duplicates", "--source", "pemkot-misal", "--json").output) == []
    assert run("duplicates", "nope").exit_code == 1
    assert run("duplicates", "--source", "nope").exit_code == 2


def test_the_limit_is_said(run: Run, copied: Store) -> None:
    copied.store(release(4, source="kpu-contoh", body=body(*MARKET[:3]), title="Pasar"), None)
    assert "These are the first 1; --limit shows more." in run("duplicates", "--limit", "1").output


def test_rebuilding_changes_nothing_that_is_right_and_mends_what_is_not(
    run: Run, copied: Store, engine: Engine
) -> None:
    before = list(records(engine))
    assert run("duplicates", "--rebuild").output == "Rebuilt all clusters: 0 records changed.\n"
    assert list(records(engine)) == before
    with engine.begin() as connection:
        connection.execute(text("UPDATE release_records SET duplicate_of = NULL"))
    assert run("duplicates", "--rebuild").output == "Rebuilt all clusters: 1 records changed.\n"
    [mended] = list(records(engine, since=before[-1]["seq"]))
    assert mended["duplicate_of"] == before[0]["id"]


def test_no_archive_is_made_to_be_rebuilt(run: Run) -> None:
    result = run("duplicates", "--rebuild")
    assert result.exit_code == 3
    assert "There is no archive" in result.output


def test_show_names_the_copies(run: Run, copied: Store, engine: Engine) -> None:
    shown = run("show", _id(engine, 1)).output
    assert "The same text, or nearly" in shown
    assert _id(engine, 2)[:11] in shown
    [copy] = json.loads(run("show", _id(engine, 1), "--json").output)["copies"]
    assert (copy["id"], copy["first"]) == (_id(engine, 2), False)
    assert 0.4 < copy["similarity"] < 1


def test_one_record_a_cluster_is_exported(copied: Store, engine: Engine) -> None:
    unique = [record["id"] for record in records(engine, Selection(unique=True))]
    assert unique == [_id(engine, 1), _id(engine, 3)]


def test_the_view_has_a_row_for_each_release_of_a_cluster(copied: Store, engine: Engine) -> None:
    later = MORNING + DAY
    copied.store(release(3, source="pemkot-misal", body="Dihapus.", fetched_at=later), None)
    with engine.connect() as connection:
        query = text("SELECT source, is_first, first = release FROM clusters ORDER BY source")
        rows = connection.execute(query).all()
    assert [tuple(row) for row in rows] == [("kpu-contoh", 0, 0), ("pemkot-contoh", 1, 1)]
