"""Moves follow from what was seen where and when."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text

from archive.curation import corrections
from archive.curation.overlay import Correction
from archive.curation.takedown import Wanted, lift, suppress
from archive.export.increment import records
from archive.ingest import frontier
from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from archive.lookup.release_detail import show
from archive.moves.links import Move, settle, suspects
from tests.archive.conftest import Run
from tests.archive.copies import MARKET, WHOLE, body
from tests.archive.curation.test_shown_rows import wrong
from tests.archive.samples import DAY, MORNING, release

OLD, NEW = (f"https://pemkot-contoh.example/{path}" for path in ("berita/1", "informasi/posko"))
FORMER = "https://lama.pemkot-contoh.example/berita/1"


def put(store: Store, url: str, at: datetime, **changed: Any) -> str:
    values: dict[str, Any] = {"url": url, "fetched_at": at, "body": WHOLE}
    return store.store(release(**values | changed), None, fetch(url, at, "release")).id


def fetch(url: str, at: datetime, outcome: str = "http-404") -> Fetch:
    return Fetch(source="pemkot-contoh", url=url, at=at, outcome=outcome)


def miss(store: Store, url: str, at: datetime) -> None:
    store.within(frontier.note_missing, fetch(url, at))


def settled(store: Store) -> dict[str, Move]:
    return store.within(settle, "pemkot-contoh")


def test_a_text_that_left_its_address_has_moved(store: Store, engine: Engine) -> None:
    old = put(store, OLD, MORNING)
    new = put(store, NEW, MORNING + DAY, published_on=None, published_at=None)
    assert settled(store) == {}, "its old address was not looked at"
    miss(store, OLD, MORNING + DAY)
    [move] = settled(store).values()
    assert move == Move(old, new, old, MORNING + DAY, "gone")
    by_id = {one["id"]: one for one in records(engine)}
    assert (by_id[old]["moved_to"], by_id[new]["moved_from"]) == (new, old)
    assert by_id[new]["duplicate_of"] is None
    assert by_id[old]["seq"] < by_id[new]["seq"] or by_id[old]["seq"] > 2
    assert show(engine, new).copies == []
    before = [one["seq"] for one in records(engine)]
    assert settled(store) == {old: move}
    assert [one["seq"] for one in records(engine)] == before


def test_show_and_search_say_that_a_release_has_moved(store: Store, run: Run) -> None:
    old, new = put(store, OLD, MORNING), put(store, NEW, MORNING + DAY)
    miss(store, OLD, MORNING + DAY)
    settled(store)
    assert f"on 2024-09-02T22:15:00Z to {NEW} ({new})" in run("show", old, width=200).output
    assert f"on 2024-09-02T22:15:00Z from {OLD} ({old})" in run("show", new, width=200).output
    lines = run("search", "posko", width=200).output.splitlines()
    assert sum("· moved" in line for line in lines) == 2
    assert len(json.loads(run("search", "posko", "--unique", "--json").output)) == 1
    assert json.loads(run("search", "--gone", "--json").output) == []
    assert "1 moved by their sites" in run("stats").output


def test_what_was_seen_at_both_addresses_at_once_is_a_repost(store: Store) -> None:
    put(store, OLD, MORNING)
    put(store, NEW, MORNING + DAY)
    store.seen(fetch(OLD, MORNING + 2 * DAY, "unchanged"), 1)
    miss(store, OLD, MORNING + 3 * DAY)
    assert settled(store) == {}


def test_a_redirect_counts_even_then_and_until_the_old_page_is_back(store: Store) -> None:
    old = put(store, OLD, MORNING)
    new = put(store, NEW, MORNING + DAY)
    store.seen(fetch(OLD, MORNING + 2 * DAY, "unchanged"), 1)
    alias = ("pemkot-contoh", OLD, NEW, "redirect", MORNING + 3 * DAY)
    store.within(frontier.note_alias, *alias)
    assert {(move.new, move.how) for move in settled(store).values()} == {(new, "redirect")}
    store.seen(fetch(OLD, MORNING + 4 * DAY, "unchanged"), 1)
    assert settled(store) == {}
    assert old not in settled(store)


def test_a_redirect_to_another_text_is_no_move(store: Store) -> None:
    put(store, OLD, MORNING)
    put(store, NEW, MORNING + DAY, body=body(*MARKET), title="Pasar Murah")
    alias = ("pemkot-contoh", OLD, NEW, "redirect", MORNING + 3 * DAY)
    store.within(frontier.note_alias, *alias)
    assert settled(store) == {}


def test_a_host_that_the_source_has_left_needs_no_answer(store: Store) -> None:
    old, new = put(store, FORMER, MORNING), put(store, NEW, MORNING + DAY)
    assert settled(store) == {old: Move(old, new, old, MORNING + DAY, "host")}
    store.seen(fetch(FORMER, MORNING + 2 * DAY, "unchanged"), 1)
    assert settled(store) == {}, "it is still there: a copy"
    other = put(store, FORMER + "0", MORNING + 3 * DAY, body=body(*MARKET), title="Pasar Murah")
    miss(store, FORMER, MORNING + 3 * DAY + DAY / 24)
    assert settled(store) == {}, "the host is still there, and the copy was deleted"
    miss(store, FORMER, MORNING + 4 * DAY)
    assert settled(store) == {}, f"it was missing before the host was left, with {other}"


def test_a_host_that_was_up_beside_the_new_one_is_left_when_it_is_switched_off(
    store: Store,
) -> None:
    old, new = put(store, FORMER, MORNING), put(store, NEW, MORNING + DAY)
    store.seen(fetch(FORMER, MORNING + 2 * DAY, "unchanged"), 1)
    miss(store, FORMER, MORNING + 3 * DAY)
    assert settled(store) == {old: Move(old, new, old, MORNING + 2 * DAY, "host")}


def test_two_moves_are_one_release(store: Store, engine: Engine) -> None:
    urls = (OLD, NEW, NEW + "-2")
    ids = [put(store, url, MORNING + day * DAY) for day, url in enumerate(urls)]
    for url in urls[:2]:
        miss(store, url, MORNING + 3 * DAY)
    moves = settled(store)
    assert [(move.old, move.new, move.origin) for move in moves.values()] == [
        (ids[0], ids[1], ids[0]),
        (ids[1], ids[2], ids[0]),
    ]
    assert [one["duplicate_of"] for one in records(engine)] == [None] * 3
    assert [(move["old"], move["new"]) for move in show(engine, ids[1]).moves] == [
        (ids[0], ids[1]),
        (ids[1], ids[2]),
    ]


def test_each_has_one_new_address_the_likeliest(store: Store) -> None:
    """Two releases with one text, brought along both, and one that has the text besides."""
    one, two = put(store, OLD, MORNING, title="Satu"), put(store, OLD + "2", MORNING, title="Dua")
    there = {
        title: put(store, NEW + title, MORNING + DAY, title=title)
        for title in ("Dua", "Satu", "Lain")
    }
    for url in (OLD, OLD + "2"):
        miss(store, url, MORNING + DAY)
    moves = settled(store)
    assert {move.old: move.new for move in moves.values()} == {
        one: there["Satu"],
        two: there["Dua"],
    }


def test_an_earlier_date_at_the_new_address_does_not_make_it_the_first(
    store: Store, engine: Engine
) -> None:
    """Else a city that printed the text between these dates would lose its priority to it."""
    old = put(store, OLD, MORNING)
    early = MORNING - 300 * DAY
    new = put(store, NEW, MORNING + DAY, published_on=early.date(), published_at=early)
    assert show(engine, new).record["duplicate_of"] is None
    miss(store, OLD, MORNING + DAY)
    settled(store)
    assert [show(engine, id_).record["duplicate_of"] for id_ in (old, new)] == [None, None]
    with engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT id, duplicate_of FROM release_records").all()
    assert dict(map(tuple, stored)) == {old: None, new: old}
    store.seen(fetch(OLD, MORNING + 2 * DAY, "unchanged"), 1)
    settled(store)
    assert show(engine, old).record["duplicate_of"] == new, "its own date again"


def test_the_order_in_which_rows_came_in_does_not_matter(store: Store) -> None:
    """As when archives are merged: the newer address first."""
    new = put(store, NEW, MORNING + DAY)
    old = put(store, OLD, MORNING)
    miss(store, OLD, MORNING + DAY)
    assert settled(store) == {old: Move(old, new, old, MORNING + DAY, "gone")}
    assert store.within(settle, "pemkot-contoh", anew=True) == settled(store)


@pytest.mark.parametrize("text", [WHOLE, "Selamat Idulfitri."])
def test_new_releases_with_a_known_text_are_suspects(text: str, store: Store) -> None:
    put(store, OLD, MORNING, body=text)
    put(store, OLD + "2", MORNING, body=body(*MARKET), title="Pasar Murah")
    assert store.look_up(suspects, "pemkot-contoh", MORNING + DAY) == []
    put(store, NEW, MORNING + DAY, body=text)
    assert store.look_up(suspects, "pemkot-contoh", MORNING + DAY) == [OLD]


def moved(store: Store, **changed: Any) -> tuple[str, str]:
    """A release and the one it became."""
    old, new = put(store, OLD, MORNING, **changed), put(store, NEW, MORNING + DAY, **changed)
    miss(store, OLD, MORNING + DAY)
    assert settled(store).keys() == {old}
    return old, new


@pytest.mark.parametrize("down", ["old", "new"])
def test_what_is_taken_down_is_in_no_move_until_it_is_shown_again(
    store: Store, engine: Engine, down: str
) -> None:
    """Else the other one would be counted under an address that nobody sees."""
    old, new = moved(store)
    before = {one["id"]: one for one in records(engine)}
    gone, left = (old, new) if down == "old" else (new, old)
    taken = suppress(engine, Wanted(gone), "a private address", "Sari", MORNING)
    for _ in range(2):
        [record] = records(engine)
        assert (record["id"], record["moved_to"], record["moved_from"]) == (left, None, None)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT sum(releases) FROM daily")).scalar() == 1
        assert settled(store) == {}
    lift(engine, taken.id, "a mistake", "Sari", MORNING)
    after = {one["id"]: one for one in records(engine)}
    assert {id_: {**one, "seq": 0} for id_, one in after.items()} == {
        id_: {**one, "seq": 0} for id_, one in before.items()
    }
    assert wrong(engine) == []


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("field", ["published_on", "title", "body"])
def test_what_people_correct_at_one_address_does_not_part_the_two(
    store: Store, engine: Engine, field: str, number: int
) -> None:
    """Else a move would become a withdrawal and a new release, which nobody saw."""
    ids = moved(store, body="Pasar dibuka besok.")
    value = {"published_on": "2024-08-30", "title": "Pasar", "body": "Kantor tutup."}[field]
    corrected = Correction(ids[number], field, value, "mistyped", "Sari", date(2026, 1, 1))
    corrections.apply(engine, [corrected])
    assert store.within(settle, "pemkot-contoh", anew=True).keys() == {ids[0]}
    assert wrong(engine) == []


def test_what_is_taken_down_leaves_its_place_to_no_other(store: Store, engine: Engine) -> None:
    ids = [put(store, OLD + title, MORNING, title=title) for title in ("Satu", "Dua")]
    there = [put(store, NEW + title, MORNING + DAY, title=title) for title in ("Satu", "Dua")]
    for title in ("Satu", "Dua"):
        miss(store, OLD + title, MORNING + DAY)
    assert {move.old: move.new for move in settled(store).values()} == dict(
        zip(ids, there, strict=True)
    )
    for one in (ids[0], there[1]):
        suppress(engine, Wanted(one), "a private address", "Sari", MORNING)
    assert settled(store) == {}, "the second one did not become the first one"


def test_a_date_corrected_at_the_old_address_counts_at_the_new_one(
    store: Store, engine: Engine
) -> None:
    day: dict[str, Any] = {"published_on": date(2024, 9, 1), "published_at": None}
    other = store.store(release(source="kpu-contoh", body=WHOLE, **day), None).id
    imported = day | {"published_on": date(2024, 1, 1)}
    old, new = put(store, OLD, MORNING), put(store, NEW, MORNING + DAY, **imported)
    miss(store, OLD, MORNING + DAY)
    settled(store)
    later = Correction(old, "published_on", "2024-09-02", "mistyped", "Sari", date(2026, 1, 1))
    for corrected, first in (([later], other), ([], None)):
        corrections.apply(engine, corrected)
        assert [show(engine, id_).record["duplicate_of"] for id_ in (old, new)] == [first, first]
        assert wrong(engine) == []
