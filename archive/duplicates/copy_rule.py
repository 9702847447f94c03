"""Whether one text is a copy of another. The rule, with its reasons: docs/duplicates.md."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from archive.duplicates.sentences import Sentence, Text
from archive.duplicates.spelling import alike, is_number, one_name
from archive.fingerprint import LEAST_WORDS

RELATED = 0.3
"""Share of the shorter text's shingles that the other must have to be compared further."""
COVERED = 0.5
"""Share of the shorter text's words that the other must have, sentence by sentence."""
TOLD = 0.25
"""The same outside of quotes, if that is long enough."""
SAME_TO_A_FACT = 6
"""Matching sentences that outweigh one exchanged number; three times as many for a word of a name:
newsrooms correct numbers, not names."""

_TEMPLATE = 0.6
"""Share of the words, facts left out, that two sentences of one template have in common."""
_COUNTERPART = 0.5
"""Share of the shorter sentence's words that a changed sentence must have."""


@dataclass(slots=True)
class Changed:
    """A sentence, and the changed sentence in the other text."""

    here: Sentence
    there: Sentence
    common: int
    """Number of its words that are unchanged, or changed in spelling only."""
    exchanged: list[tuple[tuple[str, ...], tuple[str, ...]]]
    """Facts of a template that other facts replace."""
    respelled: bool
    """Whether only spellings differ."""


@dataclass(slots=True)
class Comparison:
    """What the shorter of two texts and the other have in common, sentence by sentence."""

    same: list[tuple[Sentence, Sentence]] = field(default_factory=list)
    """Pairs of matching sentences; spellings may differ."""
    changed: list[Changed] = field(default_factory=list)
    missing: list[Sentence] = field(default_factory=list)
    """Sentences of the shorter text that the other does not have."""
    added: list[Sentence] = field(default_factory=list)
    """Sentences of the other text that the shorter does not have."""

    def is_copy(self) -> bool:
        """The rule: enough words are the same, not in quotes alone, and sentences of one template
        have the same facts."""
        covered = _share(self._covered(), self._length())
        unquoted = _share(self._covered(quoted=False), self._length(quoted=False))
        if self._covered() < LEAST_WORDS or covered < COVERED or unquoted < TOLD:
            return False
        return not self.contradicts()

    def contradicts(self, open_: int = 0) -> bool:
        """Whether too many facts differ for the sentences that agree, even if all that are still
        `open_` were to agree: with each exchange this only becomes more certain."""
        agreeing = len(self.same) + sum(not change.exchanged for change in self.changed)
        return self.exchanged() * SAME_TO_A_FACT > agreeing + open_

    def exchanged(self) -> int:
        """Number of facts that differ, each counted once, the words of names three times. Names
        that may be the same (`Hasan`, `Husin`) count only next to facts that certainly differ."""
        exchanges = {pair for change in self.changed for pair in change.exchanged}
        certain = [pair for pair in exchanges if not alike(*pair)]
        return sum(map(_weight, exchanges)) if certain else 0

    def _covered(self, quoted: bool | None = None) -> int:
        whole = sum(len(s.words) for s, _ in self.same if quoted is None or s.quoted is quoted)
        return whole + sum(
            change.common for change in self.changed if quoted in (None, change.here.quoted)
        )

    def _length(self, quoted: bool | None = None) -> int:
        same, changed = (s for s, _ in self.same), (change.here for change in self.changed)
        sentences = (*same, *changed, *self.missing)
        return sum(len(s.words) for s in sentences if quoted is None or s.quoted is quoted)


def resemblance(one: Text, other: Text) -> float:
    """The share of all their shingles that both have, 0 to 1 (Jaccard); 1 for the same words."""
    both = len(one.shingle_set & other.shingle_set)
    return round(both / (len(one.shingle_set) + len(other.shingle_set) - both), 4)


def is_copy(one: Text, other: Text) -> bool:
    """Whether two texts are copies: reposted, or the shorter contained in the other."""
    short, long = in_order(one, other)
    both = len(short.shingle_set & long.shingle_set)
    if both < RELATED * len(short.shingle_set):
        return False
    return compare(short, long, until_contradicted=True).is_copy()


def in_order(one: Text, other: Text) -> tuple[Text, Text]:
    """The shorter text first; the order of texts of equal length is fixed."""
    short, long = sorted((one, other), key=lambda text: (len(text.words), text.words))
    return short, long


def compare(here: Text, there: Text, *, until_contradicted: bool = False) -> Comparison:
    """Matches each sentence of `here` with one of `there`, wherever it is. `until_contradicted`:
    stop when they can be no copies any more. Most releases of a series differ in the first facts,
    and matching takes most of the time."""
    comparison = Comparison()
    counterparts = defaultdict(list)
    for sentence in reversed(there.sentences):
        counterparts[sentence.words].append(sentence)
    rest = []
    for sentence in here.sentences:
        if sentence.words in counterparts and (found := counterparts[sentence.words]):
            comparison.same.append((sentence, found.pop()))
        else:
            rest.append(sentence)
    left = {id(sentence) for found in counterparts.values() for sentence in found}
    others = [sentence for sentence in there.sentences if id(sentence) in left]
    _pair(comparison, rest, others, until_contradicted=until_contradicted)
    return comparison


def _pair(
    comparison: Comparison,
    rest: list[Sentence],
    others: list[Sentence],
    *,
    until_contradicted: bool,
) -> None:
    places = defaultdict(list)
    for number, sentence in enumerate(others):
        for pair in _neighbours(sentence):
            places[pair].append(number)
    free = set(range(len(others)))
    for number, sentence in enumerate(rest, start=1):
        votes = Counter(n for pair in _neighbours(sentence) for n in places[pair] if n in free)
        change = None
        if votes:
            best = max(votes, key=lambda place: (votes[place], -place))
            change = _change(sentence, others[best])
        if change is None:
            comparison.missing.append(sentence)
            continue
        free.remove(best)
        if change.respelled:
            comparison.same.append((sentence, others[best]))
            continue
        comparison.changed.append(change)
        if until_contradicted and comparison.contradicts(len(rest) - number):
            return
    comparison.added.extend(others[number] for number in sorted(free))


def _neighbours(sentence: Sentence) -> set[tuple[str, str]]:
    return set(zip(sentence.words, sentence.words[1:], strict=False))


def _change(here: Sentence, there: Sentence) -> Changed | None:
    """`there` as a changed `here`; None if they have too little in common."""
    blocks = SequenceMatcher(None, here.words, there.words, autojunk=False).get_opcodes()
    common, respelled = 0, True
    exchanged = []
    for kind, start, end, other_start, other_end in blocks:
        one, other = here.words[start:end], there.words[other_start:other_end]
        if kind == "equal" or (kind == "replace" and one_name(one, other)):
            common += end - start
            continue
        respelled = False
        facts = _exchange(here, there, slice(start, end), slice(other_start, other_end))
        if facts and not one_name(*facts):
            exchanged.append(facts)
    shorter = min(len(here.words), len(there.words))
    template = exchanged and _one_template(here, there)
    if not template and common < _COUNTERPART * shorter:
        return None
    return Changed(here, there, common, exchanged if template else [], respelled)


def _exchange(
    here: Sentence, there: Sentence, one: slice, other: slice
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The facts on both sides of a gap; None if one side has none: an omission or addition
    contradicts nothing."""
    left, right = _facts(here, one), _facts(there, other)
    return (left, right) if left and right and left != right else None


def _facts(sentence: Sentence, part: slice) -> tuple[str, ...]:
    marked = zip(sentence.words[part], sentence.facts[part], strict=True)
    return tuple(word for word, fact in marked if fact)


def _one_template(here: Sentence, there: Sentence) -> bool:
    left, right = here.frame, there.frame
    size = min if here.shouted or there.shouted else max
    return len(left & right) >= _TEMPLATE * size(len(left), len(right))


def _weight(exchange: tuple[tuple[str, ...], tuple[str, ...]]) -> int:
    return max(sum(1 if is_number(word) else 3 for word in side) for side in exchange)


def _share(part: int, of: int) -> float:
    """The share; 1 if the whole is next to nothing (a text of quotes only)."""
    return part / of if of >= LEAST_WORDS else 1.0
