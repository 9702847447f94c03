"""What an edit weighs."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from archive.cli import main
from archive.ingest.store import Store
from archive.lookup.change_weight import weigh_field, weigh_quotes
from archive.lookup.release_history import changed_words, history
from archive.lookup.selection import Selection
from archive.search.fulltext import search
from crawler.extraction.quotes import find_quotes
from tests.archive.samples import DAY, MORNING, release

BODY = (
    "Sebanyak 102 anggota PPS dilantik di Hotel Jatra oleh Zulkipli.\n\n“Netralitas adalah kewajiban"
    " bagi kita semua,” kata Ketua KPU, Budi Santoso.\n\nAcara berlangsung lancar sampai selesai."
)


@pytest.mark.parametrize(
    ("old", "new", "weights"),
    [
        ("anggota", "angota", ["spelling"]),
        ("lancar", "meriah sekali", ["wording"]),
        ("102", "105", ["number"]),
        ("Jatra", "Gajah Mada", ["name"]),
        ("kewajiban bagi", "kewajiban untuk", ["quote", "wording"]),
        ("Budi Santoso", "Tono Wijaya", ["quote", "name"]),
        ("\n\nAcara berlangsung lancar sampai selesai.", "", ["statement"]),
        (
            "\n\n“Netralitas adalah kewajiban bagi kita semua,” kata Ketua KPU, Budi Santoso.",
            "",
            ["statement"],
        ),
    ],
)
def test_an_edit_of_the_text(
    store: Store, engine: Engine, old: str, new: str, weights: list[str]
) -> None:
    edition = history(engine, _stored(store, old, new)).versions[1]
    assert edition.weights == weights


@pytest.mark.parametrize(
    ("before", "after", "weights"),
    [
        (
            "“Ada 102 TPS di kota kita,” kata Lurah, Siti Aminah.",
            "“Ada 120 TPS di kota kita,” kata Lurah, Siti Aminah.",
            ["quote", "number"],
        ),
        (
            "Acara berlangsung lancar sampai sore.\n\n“Ayo,” kata Lurah, Siti Aminah.\n\nTamu hadir.",
            "“Ayo,” kata Lurah, Siti Aminah.\n\nAcara berlangsung lancar sampai sore.\n\nTamu hadir.",
            ["wording"],
        ),
    ],
    ids=["a number within a quote", "a paragraph moved"],
)
def test_edits_that_mislead(
    store: Store, engine: Engine, before: str, after: str, weights: list[str]
) -> None:
    for body, at in ((before, MORNING), (after, MORNING + DAY)):
        stored = store.store(release(body=body, quotes=find_quotes(body), fetched_at=at), None)
    assert history(engine, stored.id).versions[1].weights == weights


def test_an_apostrophe_in_the_speaker_s_name_changes_no_quote() -> None:
    old, new = ([{"text": "Ayo", "person": name}] for name in ("Rahmad Mas'ud", "Rahmad Mas’ud"))
    assert weigh_quotes(old, new) == []


def test_a_date_is_a_number() -> None:
    assert weigh_field("published_on", changed_words("2024-05-26", "2024-05-27")) == ["number"]


def test_search_and_history_say_it(store: Store, engine: Engine, url: str) -> None:
    quoted = _stored(store, "kewajiban bagi", "kewajiban untuk")
    _stored(store, "102", "105", number=2)
    edited = Selection(edited=True)
    assert [hit.id for hit in search(engine, "pps", edited, weight="quote")] == [quoted]
    assert len(search(engine, "pps", edited)) == 2
    run = CliRunner().invoke
    assert "changed (quote, wording)" in run(main, ["--archive", url, "history", quoted]).output
    found = run(main, ["--archive", url, "search", "--edited", "--weight", "quote"])
    assert quoted in found.output
    alone = run(main, ["--archive", url, "search", "pps", "--weight", "quote"])
    assert (alone.exit_code, "--edited" in alone.output) == (2, True)


def _stored(store: Store, old: str, new: str, number: int = 1) -> str:
    """A release edited so; its id."""
    after = BODY.replace(old, new)
    assert after != BODY
    wordings: list[dict[str, Any]] = [
        {"body": body, "quotes": find_quotes(body), "fetched_at": at}
        for body, at in ((BODY, MORNING), (after, MORNING + DAY))
    ]
    return [store.store(release(number, **wording), None).id for wording in wordings][-1]
