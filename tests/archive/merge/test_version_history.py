"""What two archives have seen of a release, as one history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from archive.merge.version_history import History, Wording, merged_gone_at, merged_wordings
from tests.archive.samples import MORNING


def _at(hour: int) -> datetime:
    return MORNING + timedelta(hours=hour)


def _history(*seen: tuple[int, str], last: int | None = None, gone: int | None = None) -> History:
    """Texts by the hour at which each was first seen."""
    wordings = [
        Wording(_at(hour), text, {"capture_file": f"{hour}", "via": None}, is_own=True)
        for hour, text in seen
    ]
    until = seen[-1][0] if last is None else last
    return History(wordings, _at(until), None if gone is None else _at(gone))


def _shown(wordings: Sequence[Wording]) -> list[tuple[int, str]]:
    return [((one.seen_at - MORNING) // timedelta(hours=1), one.sha256) for one in wordings]


def test_an_edit_that_only_one_has_seen() -> None:
    one, other = _history((1, "a"), last=2), _history((4, "b"))
    assert _shown(merged_wordings(one, other)) == [(1, "a"), (4, "b")]


def test_a_text_that_both_have_seen_counts_from_the_earlier_one() -> None:
    one, other = _history((3, "a"), (5, "b")), _history((1, "a"), last=4)
    assert _shown(merged_wordings(one, other)) == [(1, "a"), (5, "b")]


def test_between_two_sights_of_a_text_the_other_has_seen_another() -> None:
    one, other = _history((1, "a"), last=9), _history((4, "b"))
    assert _shown(merged_wordings(one, other)) == [(1, "a"), (4, "b"), (9, "a")]


def test_what_only_a_web_archive_had_seen_a_crawl_has_seen_too() -> None:
    [wording] = _history((1, "a")).wordings
    wording.columns["via"] = {"archive": "web.archive.example", "url": "…"}
    [merged] = merged_wordings(History([wording], _at(1), None), _history((2, "a")))
    assert (merged.seen_at, merged.columns["via"]) == (_at(1), None)


def test_withdrawn_unless_one_has_seen_it_later() -> None:
    gone, later = _history((1, "a"), gone=5), _history((1, "a"), last=6)
    assert merged_gone_at(gone, later) is merged_gone_at(later, gone) is None
    both = merged_gone_at(gone, _history((1, "a"), last=3, gone=4))
    assert both == _at(4)
    assert merged_gone_at(gone, _history((1, "a"), last=4, gone=8)) == _at(5)


@st.composite
def _histories(draw: st.DrawFn) -> tuple[History, History]:
    """What one site showed, and when each of two archives looked."""
    hours = draw(st.lists(st.integers(0, 40), min_size=2, max_size=12, unique=True))
    texts, looks = {}, ([], [])
    for hour in sorted(hours):
        texts[hour] = draw(st.sampled_from("abc"))
        looks[draw(st.integers(0, 1))].append(hour)
    for hour in draw(st.lists(st.sampled_from(sorted(hours)), max_size=3)):
        for one in looks:
            one.append(hour)
    one, other = ([(hour, texts[hour]) for hour in sorted({*some, *hours[:1]})] for some in looks)
    return _archived(one), _archived(other)


def _archived(sights: Sequence[tuple[int, str]]) -> History:
    kept = [
        sight
        for number, sight in enumerate(sights)
        if number == 0 or sights[number - 1][1] != sight[1]
    ]
    return _history(*kept, last=sights[-1][0])


@given(_histories())
def test_either_may_come_first_and_twice_is_as_once(both: tuple[History, History]) -> None:
    one, other = both
    merged = merged_wordings(one, other)
    assert _shown(merged) == _shown(merged_wordings(other, one))
    assert all(a.sha256 != b.sha256 for a, b in pairwise(merged))
    again = History(merged, max(one.last_seen_at, other.last_seen_at), None)
    assert _shown(merged_wordings(again, other)) == _shown(merged)
    assert _shown(merged_wordings(again, one)) == _shown(merged)


@given(_histories())
def test_every_version_of_either_is_there(both: tuple[History, History]) -> None:
    merged = merged_wordings(*both)
    for history in both:
        for wording in history.wordings:
            then = [one for one in merged if one.seen_at <= wording.seen_at]
            assert then[-1].sha256 == wording.sha256
