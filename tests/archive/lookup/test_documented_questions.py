"""Every question of docs/questions.md, asked of a small archive whose answers are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from archive.database.connection import open_archive, writing
from archive.ingest.store import Store
from archive.lookup.documented_questions import questions
from crawler.items import Quote, Release
from tests.archive.samples import BODY, rejected, release, source

QUESTIONS = {question.title: question for question in questions()}
KPU = "Sosialisasi pemilihan oleh penyelenggara di kelurahan, dengan warga dan ketua lingkungan. "


def day(month: int, number: int) -> date:
    return date(2024, month, number)


def made(number: int, on: date, title: str, body: str, **changed: Any) -> Release:
    """A release published in the morning and seen in the same evening."""
    morning = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    fields: dict[str, Any] = {
        "published_on": on,
        "published_at": morning,
        "fetched_at": morning + timedelta(hours=12),
        "title": title,
        "body": body,
        "topics": [],
        "topic_words": {},
        "election": False,
        "author_tags": ["diskominfo", "cha"],
    }
    return release(number, **fields | changed)


def said(body: str, person: str | None = "Rahmad Hadi") -> list[Quote]:
    """The whole text as one quote."""
    speaker = {"speaker": person, "person": person, "role": person and "Wali Kota Contoh"}
    how = "named" if person else "none"
    whole = {"text": body, "start": 0, "end": len(body), "direct": True, "verb": None}
    return [Quote(**whole, **speaker, how=how)]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Filled once: questions change nothing."""
    engine = open_archive(f"sqlite:///{tmp_path_factory.mktemp('asked')}/archive.db", create=True)
    _fill(Store(engine), engine)
    yield engine
    engine.dispose()


def _fill(store: Store, engine: Engine) -> None:
    store.register([source("pemkot-contoh"), source("kpu-contoh"), source("pemkot-misal")])
    crawl = store.begin_crawl("pemkot-contoh", datetime(2024, 11, 24, 22, tzinfo=UTC))
    vote = {"election": True, "topics": ["netralitas"]}
    for item in (
        made(1, day(11, 4), "Apel Netralitas ASN", BODY, quotes=said(BODY), **vote),
        made(
            2,
            day(11, 5),
            "Apel Netralitas ASN",
            BODY,
            source="kpu-contoh",
            **vote,
            author_tags=["humas", "cha"],
        ),
        made(
            3,
            day(11, 25),
            "Kampanye di Pasar",
            "Satu.",
            election=True,
            topics=["kampanye"],
            quotes=said("Satu.", None),
        ),
        made(
            4,
            day(9, 2),
            "Pasar Murah",
            "Dua.",
            author_tags=["diskominfo", "arh"],
            flags=["weekday-mismatch"],
        ),
        made(5, day(9, 24), "Pasar Lama", "Tiga.", author_tags=[], place="Kota Lama"),
        made(
            6,
            day(1, 1),
            "Arsip Lama",
            KPU * 2,
            source="kpu-contoh",
            author_tags=[],
            fetched_at=datetime(2024, 11, 20, tzinfo=UTC),
        ),
    ):
        store.store(item, crawl)
    store.store(
        made(
            3,
            day(11, 25),
            "Debat di Pasar",
            "Satu, diperbarui.",
            election=True,
            topics=["kampanye"],
            quotes=said("Satu, diperbarui.", None),
            fetched_at=datetime(2024, 11, 26, 14, tzinfo=UTC),
        ),
        crawl,
    )
    store.reject(rejected(9), crawl)
    store.end_crawl(
        crawl, "partial", "One page had no title.", {}, datetime(2024, 11, 26, 15, tzinfo=UTC)
    )
    with writing(engine) as connection:
        gone = "UPDATE release_records SET gone_at = '2024-09-12T14:00:00Z' WHERE url LIKE '%/4'"
        connection.execute(text(gone))


ANSWERS: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "Who signs most for Diskominfo, and since when?": (
        "writer releases since until",
        [("cha", 2, "2024-11-04", "2024-11-25"), ("arh", 1, "2024-09-02", "2024-09-02")],
    ),
    "Who signs at more than one source?": (
        "tag sources releases",
        [("cha", 2, 3)],
    ),
    "Whose releases are signed, and whose are not?": (
        "source releases unsigned percent",
        [("kpu-contoh", 2, 1, 50.0), ("pemkot-contoh", 4, 1, 25.0)],
    ),
    "What was changed after publication?": (
        "title version hours_later title_changed text_changed characters_more",
        [("Debat di Pasar", 2, 24.0, 1, 1, 12)],
    ),
    "Which headlines were rewritten?": (
        "before after",
        [("Kampanye di Pasar", "Debat di Pasar")],
    ),
    "Which election news was changed in the quiet days or on the day of the vote?": (
        "source version seen_at",
        [("pemkot-contoh", 2, "2024-11-26T14:00:00Z")],
    ),
    "What vanished?": (
        "source title days",
        [("pemkot-contoh", "Pasar Murah", 10)],
    ),
    "Whose releases vanish most?": (
        "source releases vanished percent",
        [("pemkot-contoh", 4, 1, 25.0)],
    ),
    "Which releases do KPU and Pemkot share?": (
        "first then_at similarity title",
        [("pemkot-contoh", "kpu-contoh", 1.0, "Apel Netralitas ASN")],
    ),
    "Who repeats whom, and how fast?": (
        "first_source source times days_later",
        [("pemkot-contoh", "kpu-contoh", 1, 1.0)],
    ),
    "What was said about the neutrality of civil servants in the month before the vote?": (
        "published_on publisher",
        [("2024-11-04", "Kantor pemkot-contoh")],
    ),
    "Which releases have these words, the best first?": (
        "published_on",
        [("2024-11-05",), ("2024-11-04",)],
    ),
    "In which weeks was a source silent?": (
        "source monday",
        [("kpu-contoh", str(date(2024, 1, 8) + timedelta(weeks=week))) for week in range(43)]
        + [
            ("pemkot-contoh", f"2024-{monday}")
            for monday in (
                "09-09",
                "09-16",
                "09-30",
                "10-07",
                "10-14",
                "10-21",
                "10-28",
                "11-11",
                "11-18",
            )
        ],
    ),
    "How much is published in a month, and how much of it about the election?": (
        "month releases election percent",
        [("2024-01", 1, 0, 0.0), ("2024-09", 2, 0, 0.0), ("2024-11", 3, 3, 100.0)],
    ),
    "Which topics when?": (
        "month topic releases",
        [("2024-11", "kampanye", 1), ("2024-11", "netralitas", 1)],
    ),
    "Who campaigned in the quiet days?": (
        "published_on title",
        [("2024-11-25", "Debat di Pasar")],
    ),
    "What was found only long after it was published?": (
        "title days_later",
        [("Arsip Lama", 324)],
    ),
    "Which dates look wrong?": (
        "what title",
        [("weekday-mismatch", "Pasar Murah")],
    ),
    "Which places do datelines name?": (
        "place releases sources",
        [("Kota Contoh", 5, 2), ("Kota Lama", 1, 1)],
    ),
    "Which pages gave no release, and why?": (
        "source stage reason pages for_example",
        [("pemkot-contoh", "validation", "no-title", 1, "The page has no title.")],
    ),
    "How did the last visits go?": (
        "source outcome releases_new releases_changed rejected",
        [
            ("kpu-contoh", "never", None, None, None),
            ("pemkot-misal", "never", None, None, None),
            ("pemkot-contoh", "partial", 6, 1, 1),
        ],
    ),
    "Who is quoted most?": (
        "source person role quotes releases",
        [("pemkot-contoh", "Rahmad Hadi", "Wali Kota Contoh", 1, 1)],
    ),
    "What did mayors say about neutrality before the vote?": (
        "published_on speaker how text",
        [("2024-11-04", "Rahmad Hadi", "named", BODY)],
    ),
    "Who speaks about which topic, and when?": (
        "topic speaker quotes since until",
        [("netralitas", "Rahmad Hadi", 1, "2024-11-04", "2024-11-04")],
    ),
    "Which quotes were removed or changed after publication?": (
        "version speaker text",
        [(2, None, "Satu.")],
    ),
    "How often is the speaker of a quote uncertain?": (
        "source quotes uncertain percent",
        [("pemkot-contoh", 2, 1, 50.0)],
    ),
}


def test_every_question_has_a_known_answer() -> None:
    assert list(QUESTIONS) == list(ANSWERS)
    assert len({question.name for question in QUESTIONS.values()}) == len(QUESTIONS) >= 20


@pytest.mark.parametrize("title", ANSWERS)
def test_the_answer_is_right(engine: Engine, title: str) -> None:
    columns, answer = ANSWERS[title]
    with engine.connect() as connection:
        rows = connection.execute(text(QUESTIONS[title].sql)).mappings()
        assert [tuple(row[column] for column in columns.split()) for row in rows] == answer
