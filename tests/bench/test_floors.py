"""Floors rise by themselves and fall only with a reason."""

from __future__ import annotations

from bench.floors import Floors, fallen, raised, unexplained

FLOORS = Floors(
    floors={"title": 1.0, "place": 0.95, "kpu: body min": 0.98}, reasons={"place": "two islands"}
)


def test_what_falls_is_named_with_its_floor() -> None:
    values = {"title": 0.999, "place": 0.96, "kpu: body min": 0.98}
    assert fallen(FLOORS, values) == ["title: 0.9990, the floor is 1.0"]


def test_what_has_no_floor_is_held_to_the_house_target() -> None:
    values = FLOORS.floors | {"byline": 0.98, "city: body mean": 0.9949, "city: body min": 0.97}
    assert [fault.partition(", ")[0] for fault in fallen(FLOORS, values)] == [
        "byline: 0.9800",
        "city: body mean: 0.9949",
    ]


def test_a_family_does_not_vanish_unseen() -> None:
    assert fallen(FLOORS, {"title": 1.0, "place": 0.95}) == ["kpu: body min: no longer measured"]


def test_a_low_floor_wants_a_reason_that_says_something() -> None:
    assert unexplained(FLOORS) == []
    assert len(unexplained(Floors(floors=FLOORS.floors, reasons={"place": " "}))) == 1


def test_pinning_raises_and_never_lowers() -> None:
    pinned = raised(FLOORS, {"title": 0.9, "place": 0.98765, "city: body mean": 0.99999})
    assert pinned.floors == {
        "title": 1.0,
        "place": 0.9876,
        "kpu: body min": 0.98,
        "city: body mean": 0.9999,
    }
    assert pinned.reasons == FLOORS.reasons


def test_a_reason_goes_when_its_floor_has_risen() -> None:
    assert raised(FLOORS, {"place": 1.0}).reasons == {}


def test_pinning_under_the_house_target_leaves_the_target_as_floor() -> None:
    assert raised(FLOORS, {"byline": 0.5}).floors["byline"] == 0.99
