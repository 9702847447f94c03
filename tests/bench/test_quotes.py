"""What the quotes bench counts as right."""

from __future__ import annotations

import json

import pytest

from bench.quotes import BrokenGold, clock, measure, read_golds

BODY = "“Kami siap,” ujar Ketua KPU, Budi Santoso. Menurut dia, semua berjalan lancar."


def gold(text: str, **other: object) -> dict[str, object]:
    start = BODY.index(text)
    end = start + len(text)
    return {"text": text, "start": start, "end": end, "direct": True, "verb": None, **other}


NAMED = gold("Kami siap,", speaker="Budi Santoso", person="Budi Santoso", how="named")
CARRIED = gold(
    "semua berjalan lancar",
    direct=False,
    speaker="Budi Santoso",
    person="Budi Santoso",
    how="carried",
)


def figures(*quotes: dict[str, object]) -> dict[str, float]:
    return measure([{"id": "a", "body": BODY, "quotes": quotes}]).figures()


def test_all_right():
    assert set(figures(NAMED, CARRIED).values()) == {1.0}


def test_the_comma_at_the_end_does_not_count():
    assert (
        figures({**NAMED, "text": "Kami siap", "end": NAMED["end"] - 1}, CARRIED)["spans F1"] == 1
    )


def test_another_speaker_is_wrong():
    found = figures({**NAMED, "speaker": "Tono"}, {**CARRIED, "person": "Tono"})
    assert found["spans F1"] == 1
    assert found["named right"] == found["carried precision"] == 0


def test_what_the_gold_does_not_have():
    found = figures(NAMED)
    assert found["spans precision"] == 0.5
    assert found["indirect precision"] == found["carried precision"] == 0


def test_a_gold_whose_span_is_not_its_text(tmp_path):
    line = {"id": "a", "body": BODY, "quotes": [{**NAMED, "start": 0}]}
    (tmp_path / "gold.jsonl").write_text(json.dumps(line))
    with pytest.raises(BrokenGold, match="line 1: its span is not its text"):
        read_golds(tmp_path)


def test_reading_is_timed_at_the_side_of_counting_words():
    """A multiple that load does not change; 13 to 20 when this was written."""
    spent = clock(BODY * 20, rounds=10)
    assert spent.characters == len(BODY) * 20
    assert spent.milliseconds < 60 * spent.yardstick
