"""Which changes a watch tells of."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text

from archive.database import change_sequence
from archive.lookup.selection import Selection
from archive.watches import positions
from archive.watches.events import newest
from archive.watches.watch import Watch
from crawler.items import Quote
from tests.archive.samples import BODY
from tests.archive.watches.conftest import Days

QUOTE = Quote(
    text="Datanglah", start=BODY.index("Datanglah"), end=BODY.index("Datanglah") + 9, direct=True, verb="kata", speaker="Sari",
    person="Sari Melati", role="Ketua Panitia", how="named",
)  # fmt: skip


def what(days: Days, *watches: Watch) -> list[str]:
    return [one.event.what for one in days.told(*watches)]


def test_it_tells_of_all_that_happens_and_of_each_once(days: Days, begun: Any) -> None:
    days.publish(9)
    watch = begun()
    days.publish()
    days.publish(body="Panitia menunda semuanya.")
    days.withdraw()
    days.put_back()
    told = days.told(watch)
    assert [one.event.what for one in told] == ["new", "edited", "withdrawn", "returned"]
    assert len({one.event.id for one in told}) == 4
    assert days.told(watch) == []
    assert what(days, begun("dua", on=("withdrawn",))) == []


def test_only_of_what_it_asks_for(days: Days, begun: Any) -> None:
    watch = begun(on=("withdrawn", "returned"))
    days.publish()
    days.withdraw()
    assert what(days, watch) == ["withdrawn"]


def test_words_are_found_in_any_form(days: Days, begun: Any) -> None:
    watch = begun(words="menetapkan", on=("new",))
    days.publish(1, body="Daftar ditetapkan kemarin.")
    days.publish(2, body="Pasar dibuka kemarin.")
    assert [one.event.release for one in days.told(watch)] == [days.publish(1, body="x y z")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Netralitas ASN dijaga.", "Semua tertib dan dijaga."),
        ("Semua tertib dan dijaga.", "Netralitas ASN dijaga."),
    ],
    ids=["out", "in"],
)
def test_an_edit_that_takes_the_words_out_is_told_like_one_that_puts_them_in(
    days: Days, begun: Any, first: str, second: str
) -> None:
    days.publish(body=first)
    watch = begun(words="netralitas ASN", on=("edited",))
    phrase = begun("tiga", words='"netralitas ASN"', on=("edited",))
    other = begun("dua", words="pasar", on=("edited",))
    days.publish(body=second)
    days.publish(2, body="Netralitas ASN.")
    told = days.told(watch, other, phrase)
    assert [(one.event.what, [by.name for by in one.watches]) for one in told] == [
        ("edited", ["satu", "tiga"])
    ]
    assert [event.id for event in newest(days.engine, watch, 9)] == [told[0].event.id]


def test_a_release_that_was_edited_before_it_was_told_is_told_for_both_wordings(
    days: Days, begun: Any
) -> None:
    watch = begun(words="netralitas")
    days.publish(body="Netralitas ASN dijaga.")
    days.publish(body="Semua tertib dan dijaga.")
    days.publish(body="Semua tertib, semua dijaga.")
    assert what(days, watch) == ["new", "edited"]


def test_the_weight_is_that_of_this_edit(days: Days, begun: Any) -> None:
    watch = begun(weight=("number", "name"), on=("edited",))
    days.publish(body="Jumlah pemilih 1.200 orang di kota ini.")
    days.publish(body="Jumlah pemilih 1.300 orang di kota ini.")
    days.publish(body="Jumlah pemilih 1.300 warga di kota ini.")
    (told,) = days.told(watch)
    assert told.event.weights == ["number"]
    assert told.event.passages() == [("body", "1.200", "1.300")]


def test_a_speaker_by_part_of_the_name(days: Days, begun: Any) -> None:
    watch = begun(speaker="melati")
    days.publish(1, quotes=[QUOTE])
    days.publish(2, body="Pasar dibuka.")
    days.publish(1, quotes=[], body="Pasar ditutup sampai besok.")
    assert what(days, watch) == ["new", "edited"]


@pytest.mark.parametrize(
    ("conditions", "number"),
    [
        ({"source": ("kpu-contoh",)}, 1),
        ({"kind": ("pemkot",)}, 1),
        ({"region": ("64",)}, 2),
        ({"region": ("65",)}, 0),
        ({"topic": ("coklit",)}, 2),
        ({"topic": ("kampanye",)}, 0),
        ({"tag": ("CHA",)}, 2),
        ({"election": True}, 2),
        ({"unique": True}, 1),
    ],
)
def test_the_filters_of_a_search(
    days: Days, begun: Any, conditions: dict[str, Any], number: int
) -> None:
    watch = begun(selection=Selection(**conditions))
    days.publish(1)
    days.publish(1, source="kpu-contoh")
    assert len(days.told(watch)) == number


def test_an_archive_that_is_upgraded_tells_nothing_again(
    days: Days, begun: Any, engine: Engine
) -> None:
    """An upgrade gives every release a new `seq`."""
    watch = begun()
    days.publish()
    assert len(days.told(watch)) == 1
    with engine.begin() as connection:
        change_sequence.advance_source(connection, "pemkot-contoh")
    assert days.told(watch) == []


def test_an_edit_that_a_better_reading_shows_to_be_none_is_not_told(
    days: Days, begun: Any, engine: Engine
) -> None:
    watch = begun(on=("edited",))
    days.publish()
    days.publish(body="Panitia menunda semuanya.")
    with engine.begin() as connection:
        connection.execute(text("UPDATE release_records SET version = 1"))
        connection.execute(text("DELETE FROM search_roots WHERE id = 2"))
        connection.execute(text("DELETE FROM signatures WHERE version_id = 2"))
        connection.execute(text("DELETE FROM versions WHERE version = 2"))
    assert days.told(watch) == []


def test_the_newest_come_first_and_not_too_many(days: Days, begun: Any) -> None:
    for number in range(5):
        days.publish(number, body=f"Pasar nomor {number}.")
    found = newest(days.engine, begun(words="pasar"), 3)
    assert [event.url[-1] for event in found] == ["4", "3", "2"]


def test_a_skipped_watch_begins_again(days: Days, begun: Any, engine: Engine) -> None:
    watch = begun()
    days.publish()
    positions.skip(engine, watch.name)
    assert days.told(watch) == []
