"""The bench of doubt: what counts as lost, and what is noticed of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bench.crippled import LOSSES
from bench.doubt import Known, Noticed, measure
from crawler.items import Page
from crawler.registry.source import Select
from tests.crawler.extraction.sample_pages import TEXT, city, paragraphs, source


def known(select: Select | None = None) -> Known:
    page = Page(
        url="https://kota.example/berita/1",
        body=city(paragraphs()).encode(),
        captured_at=datetime(2024, 6, 1, tzinfo=UTC),
        content_type="text/html; charset=utf-8",
    )
    declared = source(select=select) if select else source()
    return Known(key="a", page=page, source=declared, text=" ".join(TEXT))


@pytest.fixture(scope="module")
def noticed() -> Noticed:
    return measure([known()])


def test_a_page_read_right_raises_no_alarm(noticed: Noticed) -> None:
    assert list(noticed.right) == ["a"]
    assert noticed.false_alarms == 0


@pytest.mark.parametrize("way", [way for way in LOSSES if way != "largest of several boxes"])
def test_a_loss_is_made_and_noticed(noticed: Noticed, way: str) -> None:
    assert noticed.lost[way].keys() <= {"a"}
    assert all(one.outcome != "unnoticed" for one in noticed.lost[way].values())


def test_most_ways_lose_a_text_and_all_in_one_box_is_no_loss(noticed: Noticed) -> None:
    lost = {way for way, judged in noticed.lost.items() if judged}
    assert {"ended early", "first paragraph", "story loaded by scripts"} <= lost
    assert "largest of several boxes" not in lost
    assert noticed.share == 1


def test_a_source_that_declares_its_body_is_left_out() -> None:
    assert not measure([known(Select(body="p"))]).right
