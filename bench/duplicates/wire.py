"""The second generator of pairs: a news agency writes reports sentence by sentence, and papers
cut them.

The rule was not tuned on these pairs; they are a test.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from bench.duplicates.pairs import Pair, day, material, retyped

Facts = dict[str, Any]
_OFFICES = ("KPU", "Komisi Pemilihan Umum", "Badan Pengawas Pemilihan Umum")
CITIES = ("Teluk Mutiara", "Kuala Ratu", "Pulau Cermin", "Danau Sari", "Bandar Jati")
_HALLS = ("Balai Cendana", "Gedung Wanita", "Hotel Nusa", "Lapangan Kerucut", "Aula Bahari")
# Letters that desks exchange in names they only heard.
_HEARD = (("f", "p"), ("z", "s"), ("dd", "d"), ("ss", "s"), ("y", "i"), ("u", "oe"), ("c", "tj"))


def pairs(seed: int, number: int) -> Iterator[Pair]:
    """So many of each kind."""
    dice = random.Random(seed)
    for _ in range(number):
        for kind, make in _KINDS.items():
            yield Pair(kind, *make(dice))


def _event(dice: random.Random) -> dict[str, Any]:
    event: dict[str, Any] = dice.choice(material("wire")["event"])
    return event


def _facts(dice: random.Random) -> Facts:
    names = material("names")
    person, other = dice.sample(names["people"], 2)
    return {
        "city": dice.choice(CITIES),
        "place": dice.choice(names["places"]),
        "hall": dice.choice(_HALLS),
        "office": dice.choice(_OFFICES),
        "person": person,
        "other": other,
        "a": dice.randint(100, 4000),
        "b": dice.randint(3, 90),
        "day": day(dice),
    }


def _report(dice: random.Random, event: dict[str, Any], facts: Facts) -> list[str]:
    """A lead, then details and quotes, then context: a sentence each."""
    middle = dice.sample(event["detail"], dice.randint(4, 6))
    middle += dice.sample(event["quote"], dice.randint(1, 3))
    dice.shuffle(middle)
    sentences = [dice.choice(event["lead"]), *middle]
    sentences += dice.sample(material("wire")["context"], dice.randint(0, 2))
    return [sentence.format(**facts) for sentence in sentences]


def _set(sentences: list[str], dice: random.Random) -> str:
    """Sentences as paragraphs of one to three."""
    paragraphs = []
    while sentences:
        size = dice.randint(1, 3)
        paragraphs.append(" ".join(sentences[:size]))
        sentences = sentences[size:]
    return dice.choice(["\n\n", "\n"]).join(paragraphs)


def _repost(dice: random.Random) -> tuple[str, str]:
    """Cut from the end, with sentences of the paper's own, re-set and misheard."""
    facts, event = _facts(dice), _event(dice)
    report = _report(dice, event, facts)
    most = len(report) // 3
    cut = dice.randint(0, most)
    kept = report[: len(report) - cut]
    for _ in range(dice.randint(0, min(2, most - cut))):
        kept[dice.randrange(len(kept))] = _own_sentence(dice, facts)
    if dice.random() < 0.4:
        kept.append(_own_sentence(dice, facts))
    if dice.random() < 0.4:
        first, second = dice.sample(range(len(kept)), 2)
        kept[first], kept[second] = kept[second], kept[first]
    heard = {facts[name]: _heard(facts[name], dice) for name in ("person", "other")}
    text = _set(kept, dice)
    for name, spelled in heard.items():
        text = text.replace(name, spelled)
    if dice.random() < 0.2:
        text = f"{facts['city'].upper()}, {facts['office']} – {text}"
    return _set(report, dice), retyped(text, dice)


def _own_sentence(dice: random.Random, facts: Facts) -> str:
    source = dice.choice([material("wire")["context"], _event(dice)["detail"]])
    return str(dice.choice(source)).format(**(facts | {"a": dice.randint(5, 99)}))


def _heard(name: str, dice: random.Random) -> str:
    """A letter or two as another desk would write them; sometimes with a form of address."""
    for spelled, other in dice.sample(_HEARD, 2):
        name = re.sub(spelled, other, name, count=1)
    return dice.choice(["", "", "Bapak ", "H. "]) + name


def _contained(dice: random.Random) -> tuple[str, str]:
    """A brief of two or three sentences, or a report within a page of them."""
    report = _report(dice, _event(dice), _facts(dice))
    if dice.random() < 0.5:
        return _set(report, dice), _set(report[: dice.randint(2, 3)], dice)
    page = [_set(_report(dice, _event(dice), _facts(dice)), dice) for _ in range(3)]
    page.insert(dice.randrange(4), _set(report, dice))
    return _set(report, dice), "\n\n".join(page)


def series_pair(dice: random.Random) -> tuple[str, str]:
    """The same sentences in the same order about another city, day and number."""
    seed, event = dice.random(), _event(dice)
    one, other = _facts(dice), _facts(dice)
    while not _apart(one, other):
        other = _facts(dice)
    return (
        _set(_report(random.Random(seed), event, one), dice),
        _set(_report(random.Random(seed), event, other), dice),
    )


def _apart(one: Facts, other: Facts) -> bool:
    return all(one[name] != other[name] for name in ("city", "place", "person", "day", "a"))


def _quotes_shared(dice: random.Random) -> tuple[str, str]:
    """What was said on one occasion, in two reports that tell nothing else in common."""
    facts, event, other = _facts(dice), _event(dice), _event(dice)
    while other is event:
        other = _event(dice)
    report = _report(dice, event, facts)
    said = [sentence for sentence in report if sentence.startswith("“")]
    told = [s for s in _report(dice, other, _facts(dice)) if not s.startswith("“")]
    for quote in said:
        told.insert(dice.randint(1, len(told)), quote)
    return _set(report, dice), retyped(_set(told, dice), dice)


def _translation(dice: random.Random) -> tuple[str, str]:
    facts, event = _facts(dice), _event(dice)
    english = f"{event['english']} {material('wire')['context_english']}".format(**facts)
    return _set(_report(dice, event, facts), dice), english


def _same_occasion(dice: random.Random) -> tuple[str, str]:
    """Two reporters at one event: the facts in common, and by chance a sentence of context."""
    facts, event = _facts(dice), _event(dice)
    details = dice.sample(event["detail"], len(event["detail"]))
    half = len(details) // 2
    reports = []
    for lead, own in zip(event["lead"], (details[:half], details[half:]), strict=True):
        context = dice.sample(material("wire")["context"], 2)
        reports.append(_set([s.format(**facts) for s in (lead, *own, *context)], dice))
    return reports[0], reports[1]


_KINDS: dict[str, Callable[[random.Random], tuple[str, str]]] = {
    "repost": _repost,
    "contained": _contained,
    "series": series_pair,
    "quotes": _quotes_shared,
    "translation": _translation,
    "same occasion": _same_occasion,
}
