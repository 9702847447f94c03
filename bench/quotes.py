"""Measures how well quotes are found and attributed, against golds written by hand."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from crawler.extraction.quotes import find_quotes
from crawler.extraction.quotes.persons import name_keys

GOLDS = Path(__file__).parents[1] / "tests" / "crawler" / "extraction" / "quotes"
MODEL = Path(__file__).parents[2] / "shared" / "seed" / "balikpapan-pps-2024-05-26.txt"
"""The release that the rules were first made for; it lies beside the checkout."""
TRIMMED = " \n,.;:!?…"
"""Ends of spans are compared without these."""


class BrokenGold(Exception):
    """A gold file that cannot be used; the message is one sentence."""


@dataclass(slots=True)
class Score:
    """Counts over a set, and a description of each error."""

    texts: int = 0
    gold: int = 0
    found: int = 0
    matched: int = 0
    named: int = 0
    named_right: int = 0
    carried_gold: int = 0
    carried: int = 0
    carried_right: int = 0
    indirect_gold: int = 0
    indirect: int = 0
    indirect_right: int = 0
    wrong: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """The shares, by name; 1 where nothing was to be counted."""
        precision, recall = _share(self.matched, self.found), _share(self.matched, self.gold)
        return {
            "spans precision": precision,
            "spans recall": recall,
            "spans F1": 2 * precision * recall / (precision + recall or 1),
            "named right": _share(self.named_right, self.named),
            "carried precision": _share(self.carried_right, self.carried),
            "carried recall": _share(self.carried_right, self.carried_gold),
            "indirect precision": _share(self.indirect_right, self.indirect),
            "indirect recall": _share(self.indirect_right, self.indirect_gold),
        }


def read_golds(folder: Path) -> list[dict[str, Any]]:
    """The texts of all `*.jsonl` files of a folder; `set` names the file. Raises BrokenGold."""
    texts: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                text = json.loads(line)
                for quote in text["quotes"]:
                    if text["body"][quote["start"] : quote["end"]] != quote["text"]:
                        raise ValueError(f"its span is not its text: {quote['text'][:40]!r}")
            except (ValueError, KeyError, TypeError) as error:
                raise BrokenGold(f"{path}, line {number}: {error}") from error
            if not text.get("contested"):
                texts.append({**text, "set": path.stem})
    if not texts:
        raise BrokenGold(f"{folder}: no golds (*.jsonl) there")
    return texts


def measure(texts: Iterable[Mapping[str, Any]]) -> Score:
    """Counts over the texts."""
    score = Score()
    for text in texts:
        found = find_quotes(text["body"])
        score.texts += 1
        ours = {_span(text["body"], q.start, q.end, q.direct): q for q in found}
        golds = {_span(text["body"], q["start"], q["end"], q["direct"]): q for q in text["quotes"]}
        score.found += len(found)
        score.gold += len(text["quotes"])
        score.matched += len(ours.keys() & golds.keys())
        score.indirect += sum(not q.direct for q in found)
        score.indirect_gold += sum(not q["direct"] for q in text["quotes"])
        score.indirect_right += sum(not golds[span]["direct"] for span in ours.keys() & golds)
        score.carried_gold += sum(q["how"] == "carried" for q in text["quotes"])
        for span, quote in ours.items():
            gold = golds.get(span)
            if quote.how == "carried":
                right = gold is not None and _is_same_speaker(quote, gold)
                score.carried += 1
                score.carried_right += right
                if not right:
                    score.wrong.append(
                        f"{text['id']}: carried to {quote.speaker}: {quote.text[:60]}"
                    )
            if gold is None:
                score.wrong.append(
                    f"{text['id']}: no quote: {quote.text[:60]} … {quote.text[-20:]}"
                )
            elif gold["how"] == "named":
                right = quote.how == "named" and _is_same_speaker(quote, gold)
                score.named += 1
                score.named_right += right
                if not right:
                    score.wrong.append(
                        f"{text['id']}: {quote.how} {quote.speaker} ({quote.person}) for "
                        f"{gold['speaker']} ({gold['person']}): {quote.text[:40]}"
                    )
        for span in golds.keys() - ours:
            gold = golds[span]
            kind = "direct" if gold["direct"] else "indirect"
            score.wrong.append(
                f"{text['id']}: missed {kind}: {gold['text'][:60]} … {gold['text'][-20:]}"
            )
    return score


def run(console: Console, folder: Path, *, verbose: bool) -> None:
    """Prints the figures of each file of a folder, and the time it takes. Raises BrokenGold."""
    texts = read_golds(folder)
    scores = {
        name: measure(text for text in texts if text["set"] == name)
        for name in dict.fromkeys(text["set"] for text in texts)
    }
    table = Table(title=f"Quotes: {sum(each.gold for each in scores.values())}")
    table.add_column("measure")
    for name, score in scores.items():
        table.add_column(f"{name}\n{score.gold} in {score.texts} texts", justify="right")
    for measured in Score().figures():
        table.add_row(measured, *(f"{each.figures()[measured]:.3f}" for each in scores.values()))
    console.print(table)
    bodies = [text["body"] for text in texts]
    if MODEL.exists():
        console.print("the model release: " + str(clock(MODEL.read_text("utf-8"))))
    spent = sorted((clock(body, rounds=5) for body in bodies), key=lambda each: each.milliseconds)
    console.print(f"median of {len(spent)} texts: {spent[len(spent) // 2]}")
    console.print(f"slowest: {spent[-1]}")
    if verbose:
        for score in scores.values():
            for line in score.wrong:
                console.print(line, markup=False, highlight=False)


@dataclass(frozen=True, slots=True)
class Spent:
    """What reading one text takes, in processor time."""

    characters: int
    milliseconds: float
    yardstick: float
    """Milliseconds that counting the text's words takes."""

    def __str__(self) -> str:
        return (
            f"{self.milliseconds:.2f} ms for {self.characters:,} characters, "
            f"{self.milliseconds / self.yardstick:.0f} times as long as counting its words"
        )


def clock(body: str, rounds: int = 60) -> Spent:
    """The least of some rounds, each with the yardstick at its side, so that a busy machine slows
    down both."""
    find_quotes(body)
    pairs = [(_seconds(find_quotes, body), _seconds(_count_words, body)) for _ in range(rounds)]
    quotes, words = (1000 * min(each) for each in zip(*pairs, strict=True))
    return Spent(len(body), quotes, words)


def _count_words(body: str) -> Counter[str]:
    return Counter(word.lower() for word in re.findall(r"\w+", body))


def _seconds(read: Callable[[str], object], body: str) -> float:
    begun = time.process_time()
    read(body)
    return time.process_time() - begun


def _span(body: str, start: int, end: int, direct: bool) -> tuple[int, int, bool]:
    """A span without the punctuation at its ends."""
    while end > start and body[end - 1] in TRIMMED:
        end -= 1
    return start, end, direct


def _is_same_speaker(quote: Any, gold: Mapping[str, Any]) -> bool:
    return _name(quote.speaker) == _name(gold["speaker"]) and _name(quote.person) == _name(
        gold["person"]
    )


def _name(name: str | None) -> tuple[str, ...]:
    """A name without titles, degrees and the way its apostrophes are printed."""
    return name_keys(re.sub(r"\s+", " ", name)) if name else ()


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
