"""Made-up releases for the proving ground: as many as asked for, always the same ones for a seed."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from demo.releases import DemoRelease
from demo.shapes import stamps

_PHRASES: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "phrases.toml").read_text("utf-8")
)
_TOPICS = {
    True: [topic for topic in _PHRASES["topic"] if topic.get("election")],
    False: [topic for topic in _PHRASES["topic"] if not topic.get("election")],
}
_FEWEST, _MOST = 80, 300
"""Words of a release."""
_LONGEST_SLUG = 70
NEWEST = date(2024, 12, 3)
"""When the newest of a site's releases was published, unless another day is asked for."""


def made_up(
    count: int, *, site: str, city: str, newest: date = NEWEST, first_number: int = 1000
) -> list[DemoRelease]:
    """`count` releases of one site, newest first; every third is about the election.

    They reach back from `newest` in steps of one to six days. Numbers grow with the date, with
    gaps. Each call with the same arguments gives the same releases; those of `count` 25 are the 25
    newest of `count` 120.
    """
    return list(_made_up(count, site, city, newest, first_number))


@cache
def _made_up(
    count: int, site: str, city: str, newest: date, first_number: int
) -> Sequence[DemoRelease]:
    chance = random.Random(f"{site}/{city}")
    taken: set[str] = set()
    found: list[DemoRelease] = []
    day = newest
    for place in range(count):
        clock = time(chance.randint(7, 20), chance.randint(0, 59), chance.randint(0, 59))
        release = _write(chance, site, city, datetime.combine(day, clock), election=place % 3 == 0)
        slug = _free(release.slug, taken)
        found.append(replace(release, slug=slug, number=first_number + 7 * (10_000 - place)))
        day -= timedelta(days=chance.randint(1, 6))
    return found


def further(
    count: int, after: DemoRelease, *, site: str, city: str, seed: str = "further"
) -> list[DemoRelease]:
    """`count` more releases, each a day newer than the one before, the first a day after `after`."""
    chance = random.Random(f"{site}/{seed}")
    taken: set[str] = set()
    found = []
    for place in range(1, count + 1):
        published = after.published + timedelta(days=place, minutes=chance.randint(1, 59))
        release = _write(chance, site, city, published, election=place % 3 == 1)
        slug = _free(f"{release.slug}-susulan", taken)
        title = f"{release.title} (Susulan)"
        found.append(replace(release, slug=slug, title=title, number=after.number + 7 * place))
    return found


def edited(release: DemoRelease) -> DemoRelease:
    """The release with a sentence more in its last paragraph but one."""
    paragraphs = release.printed
    paragraphs[-2] += (
        " Keterangan ini diperbarui setelah panitia memeriksa kembali catatan kehadiran."
    )
    return replace(release, text="\n\n".join(paragraphs))


def _write(
    chance: random.Random, site: str, city: str, published: datetime, *, election: bool
) -> DemoRelease:
    topic = chance.choice(_TOPICS[election])
    fill = _filler(chance, city, published)
    title = fill(topic["title"])
    dateline = f"{city.upper()} - "
    byline = f"({chance.choice(_PHRASES['units'])}/{chance.choice(_PHRASES['writers'])})"
    body = _body(chance, topic, fill)
    return DemoRelease(
        site=site,
        slug=_slug(title),
        number=0,
        title=title,
        published=published,
        text=f"{dateline}{body} {byline}",
        dateline=dateline,
        byline=byline,
        author_tags=tuple(byline.strip("()").split("/")),
        election=election,
        categories=(topic["category"],),
    )


def _body(chance: random.Random, topic: dict[str, Any], fill: Callable[[str], str]) -> str:
    """Lead, facts of the topic, quotes and general sentences, in paragraphs."""
    words = chance.randint(_FEWEST, _MOST - 40)
    paragraphs = [fill(topic["lead"])]
    more = _sentences(chance, topic)
    while sum(len(paragraph.split()) for paragraph in paragraphs) < words:
        sentence = next(more, None)
        if sentence is None:
            break
        if sentence in _PHRASES["quotes"] or len(paragraphs) == 1 or chance.random() < 0.5:
            paragraphs.append(fill(sentence))
        else:
            paragraphs[-1] += " " + fill(sentence)
    return "\n\n".join(paragraphs)


def _sentences(chance: random.Random, topic: dict[str, Any]) -> Iterator[str]:
    facts = chance.sample(topic["facts"], len(topic["facts"]))
    others = [*_PHRASES["general"], *_PHRASES["quotes"]]
    yield from facts[:2]
    yield from chance.sample([*facts[2:], *others], len(facts) - 2 + len(others))


def _filler(chance: random.Random, city: str, published: datetime) -> Callable[[str], str]:
    """Fills the holes of phrases; the place and the day stay the same in one release."""
    day = published.date()
    same = {
        "city": city,
        "desa": chance.choice(_PHRASES["kelurahan"]),
        "day": f"{stamps.full(day).partition(',')[0]} ({day.day}/{day.month}/{day.year})",
    }

    def fill(phrase: str) -> str:
        return phrase.format(
            **same,
            n=chance.randint(41, 980),
            m=chance.randint(3, 19),
            name=chance.choice(_PHRASES["names"]),
            post=chance.choice(_PHRASES["posts"]),
        )

    return fill


def _slug(title: str) -> str:
    """As these sites cut them: at a hyphen, after some seventy letters."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return slug if len(slug) <= _LONGEST_SLUG else slug[:_LONGEST_SLUG].rpartition("-")[0]


def _free(slug: str, taken: set[str]) -> str:
    """WordPress's way: `-2` for the second of a name."""
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    taken.add(free)
    return free
