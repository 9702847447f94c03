"""Made-up items of a crawl as plain values, so that any version of the code can store them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from bench.duplicates.corpus import documents

Item = dict[str, Any]
SOURCES = 4
_A_LIST = 20
"""Releases that a list names at once."""
_BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
_TAGS = ("cha", "arh", "dew", "nur")


def items(number: int, seed: int = 7) -> Iterator[Item]:
    """So many releases, each a dict with its `step`, and between them what else a crawl writes:
    `found` (addresses a list names), `edit`, `same` (read again, nothing changed), `seen` (the
    answer had not changed) and `reject`. Copies are as frequent as in `documents`."""
    dice = random.Random(seed)
    corpus = documents(seed)
    stored: list[Item] = []
    for n in range(number):
        if n % _A_LIST == 0:
            yield {"step": "found", "at": _at(n), "named": [_place(m) for m in _next(n, number)]}
        release = _release(n, next(corpus).body)
        stored.append(release)
        yield release
        again = dice.choice(stored)
        chance = dice.random()
        if chance < 0.05:
            edited = again | {"step": "edit", "at": _at(n + number)}
            edited["body"] += f"\n\nDiperbarui: jumlah peserta menjadi {n} orang di lapangan."
            stored[stored.index(again)] = edited
            yield edited
        elif chance < 0.1:
            yield again | {"step": "same", "at": _at(n + number)}
        elif chance < 0.2:
            yield again | {"step": "seen", "at": _at(n + number)}
        elif chance < 0.25:
            yield {"step": "reject", "at": _at(n), **_place(1_000_000 + n)}


def _next(n: int, number: int) -> range:
    return range(n, min(n + _A_LIST, number))


def _place(n: int) -> dict[str, str]:
    source = f"pemkot-{n // _A_LIST % SOURCES}"
    return {"source": source, "url": f"https://{source}.example/berita/{n}/kabar-kota"}


def _at(n: int) -> str:
    return (_BEGAN + timedelta(seconds=10 * n)).isoformat()


def _release(n: int, body: str) -> Item:
    tags = ["diskominfo", _TAGS[n % len(_TAGS)]]
    first = body.find(" ", 40)
    return {
        "step": "release",
        "at": _at(n),
        **_place(n),
        "title": f"Kabar {n} dari Kota Contoh: " + body[:50].strip(),
        "body": body,
        "published_on": (_BEGAN + timedelta(hours=n)).date().isoformat(),
        "published_at": (_BEGAN + timedelta(hours=n)).isoformat(),
        "dateline": "KOTA CONTOH - ",
        "byline": f"({'/'.join(tags)})",
        "author_tags": tags,
        "quote": [body[:first], 0, first],
        "payload": sha256(body.encode()).hexdigest(),
        "offset": 4096 * n,
    }
