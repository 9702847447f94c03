"""A large archive of made-up releases: the words are Indonesian, the sentences mean nothing."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from archive.database.connection import open_archive, writing
from archive.fingerprint import release_id
from archive.search import index

SOURCES = 200
WRITERS = 1_000
_FIRST_DAY = date(2020, 1, 1)
_DAYS = 1_800
_VOCABULARY = 15_000
_AFFIXES = ("{}", "{}", "{}", "me{}", "di{}", "ber{}", "{}kan", "{}an", "{}nya", "pe{}an", "ter{}")
_BATCH = 5_000
_RECORD = (
    "INSERT INTO release_records (id, source, url, seq, version, first_seen_at, last_seen_at)"
    " VALUES (?, ?, ?, ?, 1, '2024-12-01T22:15:00Z', '2024-12-01T22:15:00Z')"
)
_VERSION = (
    "INSERT INTO versions (release, version, seen_at, title, published_on, published_at,"
    " published_by, dateline, place, body, byline, author_tags, credits, election, topics,"
    " topic_words, language, flags, sha256, text_hash, claim_on, claim_at, claim_seen_at)"
    " VALUES (?1, 1, '2024-12-01T22:15:00Z', ?2, ?3, ?4, 'page', 'KOTA CONTOH - ', 'Kota Contoh',"
    " ?5, ?6, ?7, '[]', ?8, '[\"kampanye\"]', '{}', 'id', '[]', ?9, ?9, ?3, ?4,"
    " '2024-12-01T22:15:00Z')"
)


def vocabulary() -> list[str]:
    """Words in the order of how often they occur; the first ones very often, as in any language."""
    roots = [word for word in StemmerFactory().get_words() if word.isalpha()]
    chance = random.Random(3)
    chance.shuffle(roots)
    return [chance.choice(_AFFIXES).format(word) for word in roots[:_VOCABULARY]]


def build(path: Path, releases: int, words: int, *, first: int = 0, copied: int = 0) -> None:
    """Writes an archive of so many releases of so many words each, straight into the tables: the
    store is measured by crawls. The same arguments make the same archive. `first`: number of the
    first release; two archives share those of the same number. `copied`: every so many a release
    has the text of the one before it and two more words; 0: none."""
    engine = open_archive(f"sqlite:///{path}", create=True)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    sources = [
        (_source(n), f"Kantor {n}", f"https://{_source(n)}.example/") for n in range(SOURCES)
    ]
    connection.executemany(
        "INSERT INTO sources VALUES (?, 'pemkot', ?, '64.71', ?, 'Asia/Makassar')", sources
    )
    rows = islice(_releases(first, releases, words, copied), first, None)
    while batch := list(islice(rows, _BATCH)):
        connection.executemany(_RECORD, [record for record, _ in batch])
        connection.executemany(_VERSION, [version for _, version in batch])
    connection.commit()
    connection.close()
    with writing(engine) as filling:
        index.fill(filling)
        index.fill_signatures(filling)
    engine.dispose()


def _releases(
    first: int, number: int, words: int, copied: int
) -> Iterator[tuple[Sequence[Any], Sequence[Any]]]:
    known = vocabulary()
    often = list(accumulate(1 / (place + 3) for place in range(len(known))))  # after Zipf
    chance = random.Random(4)
    text: list[str] = []
    for n in range(first + number):
        drawn = chance.choices(known, cum_weights=often, k=words + 8)
        is_copy = copied and n % copied == copied - 1
        title = " ".join(drawn[:8]).title()
        text = [*text, *drawn[8:10]] if is_copy else drawn[8:]
        body = "\n\n".join(
            " ".join(text[start : start + 50]).capitalize() + "."
            for start in range(0, len(text), 50)
        )
        url, tags = (
            f"https://{_source(n)}.example/berita/{n}",
            ["diskominfo", f"penulis{n % WRITERS}"],
        )
        id_ = release_id(_source(n), url)
        day = (_FIRST_DAY + timedelta(n % _DAYS)).isoformat()
        record = (id_, _source(n), url, n - first + 1)
        version = (
            id_,
            title,
            day,
            f"{day}T16:05:00+08:00",
            body,
            f"({'/'.join(tags)})",
            json.dumps(tags),
            n % 3 == 0,
            f"{n:064x}",
        )
        yield record, version


def _source(number: int) -> str:
    return f"pemkot-kota{number % SOURCES}"
