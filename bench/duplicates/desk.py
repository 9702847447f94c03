"""The first generator of pairs: copies whole releases, paragraph by paragraph.

The rule was tuned on these pairs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from bench.duplicates.pairs import Pair, day, material, retyped


def pairs(seed: int, number: int) -> Iterator[Pair]:
    """So many of each kind."""
    dice = random.Random(seed)
    for _ in range(number):
        for kind, make in _KINDS.items():
            yield Pair(kind, *make(dice))


def series_pair(dice: random.Random) -> tuple[str, str]:
    """One template, filled for two places."""
    template = dice.choice(material("desk")["series"])["text"].strip()
    names = material("names")
    (place, other_place), (person, other) = (
        dice.sample(names[kind], 2) for kind in ("places", "people")
    )
    return _filled(template, place, person, dice), _filled(template, other_place, other, dice)


def _filled(template: str, place: str, person: str, dice: random.Random) -> str:
    counts = {"a": dice.randint(40, 3000), "b": dice.randint(3, 39)}
    return str(template.format(place=place, person=person, day=day(dice), **counts))


def _release(dice: random.Random) -> list[str]:
    paragraphs: list[str] = dice.choice(material("desk")["release"])["paragraphs"]
    return list(paragraphs)


def _joined(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs)


def _repost(dice: random.Random) -> tuple[str, str]:
    """Up to a third of the paragraphs dropped or replaced; then names, marks, order, dateline."""
    original = _release(dice)
    copy = list(original)
    for place in dice.sample(range(len(copy)), dice.randint(0, len(copy) // 3)):
        copy[place] = dice.choice(["", dice.choice(_other_than(original, dice))])
    copy = [paragraph for paragraph in copy if paragraph]
    if dice.random() < 0.3:
        copy.insert(dice.randrange(len(copy) + 1), dice.choice(_other_than(original, dice)))
    if dice.random() < 0.3:
        moved = copy.pop(dice.randrange(len(copy)))
        copy.insert(dice.randrange(len(copy) + 1), moved)
    text = retyped(_respelled(_joined(copy), dice), dice)
    if dice.random() < 0.3:  # where extraction did not tell them apart
        names = material("names")
        text = dice.choice(names["datelines"]) + text + dice.choice(names["bylines"])
    return _joined(original), text


def _other_than(release: list[str], dice: random.Random) -> list[str]:
    while (other := _release(dice)) == release:
        pass
    return other


def _respelled(text: str, dice: random.Random) -> str:
    for name, spellings in material("names")["spellings"].items():
        if dice.random() < 0.5:
            text = text.replace(name, dice.choice(spellings))
    return text


def _contained(dice: random.Random) -> tuple[str, str]:
    """The beginning of a release as a short notice, or a release within a digest of several."""
    release = _release(dice)
    if dice.random() < 0.5:
        return _joined(release), retyped(_joined(release[: dice.randint(1, 2)]), dice)
    digest = [_release(dice) for _ in range(dice.randint(1, 4))]
    digest.insert(dice.randrange(len(digest) + 1), release)
    return _joined(release), _joined([paragraph for part in digest for paragraph in part])


def _quotes_shared(dice: random.Random) -> tuple[str, str]:
    """Two stories with the same quotes: what was said on one occasion, told twice."""
    one = _release(dice)
    other = _other_than(one, dice)
    quotes = [paragraph for paragraph in one if paragraph.startswith("“")]
    told = [paragraph for paragraph in other if not paragraph.startswith("“")]
    told = told[: dice.randint(2, len(told))]
    for quote in quotes:
        told.insert(dice.randint(1, len(told)), quote)
    return _joined(one), retyped(_joined(told), dice)


def _translation(dice: random.Random) -> tuple[str, str]:
    release = dice.choice([r for r in material("desk")["release"] if "english" in r])
    return _joined(release["paragraphs"]), release["english"]


def _unrelated(dice: random.Random) -> tuple[str, str]:
    one = _release(dice)
    return _joined(one), _joined(_other_than(one, dice))


_KINDS = {
    "repost": _repost,
    "contained": _contained,
    "series": series_pair,
    "quotes": _quotes_shared,
    "translation": _translation,
    "unrelated": _unrelated,
}
