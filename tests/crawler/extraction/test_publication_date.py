"""Which day of those on a page is the day of publication."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.dates.parser import parse_stamp
from crawler.extraction.structured_data import salvage
from crawler.items import Hint
from tests.crawler.extraction.sample_pages import TEXT, TITLE, paragraphs, release

CAPTURED = datetime(2024, 6, 20, 2, tzinfo=UTC)
PUBLISHED = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2024-05-09T07:20:00Z"}
DECLARED = f'<script type="application/ld+json">{json.dumps(PUBLISHED)}</script>'
UNDATED = paragraphs(TEXT[1:])


def site(stamp: str = "", *, above: str = "", head: str = DECLARED, body: str = UNDATED) -> str:
    return (
        f"<html><head><title>{TITLE}</title>{head}</head><body><main>{above}<h1>{TITLE}</h1>"
        f"{stamp}<div>{body}</div></main></body></html>"
    )


CHANGES = [
    "Diedit: 12 Juni 2024",
    "Di-edit 12 Juni 2024 10:22",
    "Diperbarui 12/06/2024",
    "Diperbaharui pada Rabu, 12 Juni 2024",
    "Diperbarui oleh Admin2 pada 12 Juni 2024",
    "Terakhir diubah 12 Juni 2024",
    "Terakhir Diedit Pada: 12 Juni 2024",
    "Tanggal Update: 12 Juni 2024",
    "Update terakhir: Rabu, 12 Juni 2024",
    "Update : 12-06-2024",
    "Revisi terakhir 12 Jun 2024",
    "Direvisi 12 Juni 2024",
    "Disunting 12 Juni 2024",
    "Perubahan terakhir: 12 Juni 2024",
    "Pembaruan terakhir | 12 Juni 2024",
    "Pemutakhiran terakhir 12 Juni 2024",
    "Dimutakhirkan 12 Juni 2024",
    "Last update 12 June 2024",
    "Last updated on Wednesday, 12 June 2024",
    "Last modified: June 12, 2024",
    "Last edited 12 June 2024",
    "Edited by Rina on June 12, 2024",
    "Revised 12 June 2024",
    "Updated at 10:22, 12 June 2024",
    "12 Juni 2024 (diedit)",
    "12 Juni 2024, diperbarui",
    "June 12, 2024 (last updated)",
]
APART = [
    "<div><span>{label}</span></div><div>{stamp}</div>",
    "<dl><dt>{label}</dt><dd>{stamp}</dd></dl>",
    "<p>{label}</p><time datetime='2024-06-12'>{stamp}</time>",
    "<ul><li>{label}</li><li>{stamp}</li></ul>",
    "<table><tr><td>{label}</td><td>{stamp}</td></tr></table>",
    "<div>{stamp}</div><div>{label}</div>",
]
LABELS = ["Diedit", "Terakhir diperbarui:", "Last update", "Revisi terakhir", "Updated on"]
STAMPS = [f"<p>{text}</p>" for text in CHANGES] + [
    shape.format(label=label, stamp="12 Juni 2024") for shape in APART for label in LABELS
]


@pytest.mark.parametrize("stamp", STAMPS)
def test_a_change_is_never_the_publication_while_a_machine_is_told_better(stamp: str) -> None:
    found = release(site(stamp), captured_at=CAPTURED)
    assert (found.published_on, found.published_by) == (date(2024, 5, 9), "schema")
    assert found.published_at == datetime(2024, 5, 9, 7, 20, tzinfo=UTC)
    assert "dates-disagree" not in found.flags


@pytest.mark.parametrize("published", ["Terbit 9 Mei 2024", "Dipublikasikan: 9 Mei 2024 15:20"])
@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("between", [" | ", "</p><p>", " ", " · "])
def test_both_stamps_in_any_order(published: str, order: int, between: str) -> None:
    stamps = [published, "Diedit: 12 Juni 2024"][::order]
    found = release(site(f"<p>{between.join(stamps)}</p>", head=""), captured_at=CAPTURED)
    assert (found.published_on, found.published_by) == (date(2024, 5, 9), "page")


@pytest.mark.parametrize(
    "stamp", ["Kategori: Update | 9 Mei 2024", "9 Mei 2024 | Update", "Terbit 9 Mei 2024 (update)"]
)
def test_a_category_is_no_label(stamp: str) -> None:
    found = release(site(f"<p>{stamp}</p>", head=""), captured_at=CAPTURED)
    assert (found.published_on, found.flags) == (date(2024, 5, 9), [])


def test_a_change_alone_is_taken_and_flagged() -> None:
    found = release(site("<p>Diedit: 12 Juni 2024</p>", head=""), captured_at=CAPTURED)
    assert (found.published_on, found.flags) == (date(2024, 6, 12), ["date-of-change"])


TICKERS = {
    "in one line": '<div><a href="/3">Pasar Induk Buka Lebih Pagi</a> <span>{}</span></div>',
    "in lines of their own": '<div><a href="/3">Pasar Induk Buka Lebih Pagi</a><p>{}</p></div>',
    "before its link": '<div><p>{}</p><a href="/3">Pasar Induk Buka Lebih Pagi</a></div>',
    "in a list": '<ul><li><a href="/3">Pasar Induk Buka Lebih Pagi</a></li><li>{}</li></ul>',
}


@pytest.mark.parametrize("ticker", TICKERS.values(), ids=TICKERS.keys())
@pytest.mark.parametrize("stamp", ["2 jam yang lalu", "3 hours ago", "kemarin", "19 Juni 2024"])
def test_a_ticker_tells_nothing_of_this_page(ticker: str, stamp: str) -> None:
    above = ticker.format(stamp)
    found = release(site(above=above), captured_at=CAPTURED)
    assert (found.published_on, found.published_by) == (date(2024, 5, 9), "schema")
    silent = release(site(above=above, head=""), captured_at=CAPTURED)
    assert silent.published_on is None


@pytest.mark.parametrize("clock", ["Kamis, 20 Juni 2024", "20/06/2024 10:00 WITA", "hari ini"])
def test_the_pages_own_clock_is_no_evidence_against_what_machines_are_told(clock: str) -> None:
    found = release(site(above=f"<div>{clock}</div>"), captured_at=CAPTURED)
    assert (found.published_on, found.published_by) == (date(2024, 5, 9), "schema")


def test_how_long_ago_stands_back_behind_a_date() -> None:
    found = release(site("<p>2 jam yang lalu</p>"), captured_at=CAPTURED)
    assert (found.published_on, found.published_by) == (date(2024, 5, 9), "schema")
    alone = release(site("<p>2 jam yang lalu</p>", head=""), captured_at=CAPTURED)
    assert (alone.published_on, alone.flags) == (date(2024, 6, 20), ["relative-date"])


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        ("5/9/2024 3:20 PM", "2024-05-09T15:20:00+08:00"),
        ("05/09/2024", "2024-05-09T07:20:00+00:00"),
        ("5-9-2024", "2024-05-09T07:20:00+00:00"),
        ("Thursday, 5/9/2024 3:20 PM", "2024-05-09T15:20:00+08:00"),
        ("9/5/2024 3:20 PM", "2024-05-09T15:20:00+08:00"),
    ],
)
def test_a_numeric_date_is_read_as_the_other_evidence_says(stamp: str, at: str) -> None:
    found = release(site(f"<p>{stamp}</p>"), captured_at=CAPTURED + timedelta(days=200))
    assert (found.published_on, found.flags) == (date(2024, 5, 9), [])
    assert found.published_at == datetime.fromisoformat(at)


@pytest.mark.parametrize(
    "other",
    [
        {"hint": Hint(evidence="feed", title=TITLE, published="Thu, 09 May 2024 07:20:00 GMT")},
        {"url": "https://tanjungbaru.example/2024/05/09/gudang/"},
    ],
)
def test_feed_and_address_say_it_too(other: dict[str, str]) -> None:
    html = site("<p>5/9/2024</p>", head="")
    assert release(html, captured_at=CAPTURED, **other).published_on == date(2024, 5, 9)


def test_without_other_evidence_the_day_comes_first() -> None:
    found = release(site("<p>5/6/2024 3:20 PM</p>", head=""), captured_at=CAPTURED)
    assert found.published_on == date(2024, 6, 5)


def test_a_weekday_tells_which_number_is_the_month() -> None:
    later = CAPTURED + timedelta(days=200)
    stamp = parse_stamp("Wednesday, 10/9/2024", "Asia/Makassar", later)
    assert stamp is not None
    assert (stamp.on, stamp.flags) == (date(2024, 10, 9), ())


BROKEN = {
    "a quote that is not escaped": '{"headline": "Kata "siap" dan", "datePublished": "2024-05-09"}',
    "a comma too many": '{"headline": "Siap", "datePublished": "2024-05-09",}',
    "a comma too few": '{"headline": "Siap"\n"datePublished": "2024-05-09"\n"x": 1}',
    "quotes as entities": "{&quot;datePublished&quot;: &quot;2024-05-09&quot;,}",
    "single quotes": "{'headline': 'Siap', 'datePublished': '2024-05-09'}",
    "comment marks": '//<![CDATA[\n{"datePublished": "2024-05-09"}\n//]]>',
    "cut off": '{"datePublished": "2024-05-09", "articleBody": "Wali Kota',
    "several": '{"datePublished": "2024-05-09"}, {"datePublished": "2024-06-01"}',
}


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN.keys())
def test_json_ld_that_is_no_json_still_tells_the_day(script: str) -> None:
    head = f'<script type="application/ld+json">{script}</script>'
    found = release(site(head=head), captured_at=CAPTURED)
    assert (found.published_on, found.published_by) == (date(2024, 5, 9), "schema")


@pytest.mark.parametrize(
    "script", ["", "{}", '{"headline": 5', '"datePublished": "' + "x" * 10_000]
)
def test_nothing_is_made_of_a_script_that_tells_nothing(script: str) -> None:
    assert salvage(script) is None


@pytest.mark.parametrize("name", ["article:modified_time", "og:updated_time", "last-modified"])
def test_a_change_in_the_head_is_no_publication(name: str) -> None:
    head = f'<meta property="{name}" name="{name}" content="2024-06-12T07:20:00+00:00">'
    assert release(site(head=head), captured_at=CAPTURED).published_on is None
