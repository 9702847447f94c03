"""The places that a text names: words after `di`, `Kota` or `KPU` that are not a person's name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from crawler.extraction.quotes.mention import Mention
from crawler.extraction.quotes.sentences import WORD, Sentence, Token
from crawler.extraction.quotes.vocabulary import Vocabulary, vocabulary

Words = tuple[str, ...]

LONGEST = 3
"""Words of a place's name."""

_IN = frozenset(("di", "ke", "dari"))


def named_places(sentences: Sequence[Sentence]) -> frozenset[Words]:
    """The names of places, as words in lower case: `di Tanjung Ruai`, `KPU Kota Anggrek Bulan
    menetapkan`, and what the names after `Kota` have in common."""
    words = vocabulary()
    found: set[Words] = set()
    following: dict[Words, set[str]] = {}
    after_mayor: dict[Words, set[str]] = {}
    for sentence in sentences:
        tokens = sentence.tokens
        for at, token in enumerate(tokens):
            if not token.capital:
                continue
            if token.low in words.things and (at == 0 or not tokens[at - 1].capital):
                name = tuple(each.low for each in takewhile(_is_capital, tokens[at : at + 6]))
                if 1 < len(name) < 5:
                    found.add(name)  # Festival Kopi Damar
            if at == 0:
                continue
            before = tokens[at - 1]
            of_mayor = _is_of_mayor(tokens, at - 1)
            is_town = before.low in words.before_place and not of_mayor
            if of_mayor:
                _note_beginnings(_run(words, tokens, at), after_mayor)
            if not (is_town or before.low in _IN or _is_of_office(words, before)):
                continue
            run = _run(words, tokens, at)
            if not run:
                continue
            if is_town:
                _note_beginnings(run, following)
            if len(run) <= LONGEST and (
                before.low in _IN or _is_of_body(words, tokens, at, at + len(run))
            ):
                found.add(tuple(each.low for each in run))
    shared = {
        beginning
        for beginning, nexts in following.items()
        if len(nexts | after_mayor.get(beginning, set())) > 1
        and not (len(beginning) == 1 and beginning[0] in words.toponyms)
        and not (len(beginning) == LONGEST and "" not in nexts)
    }
    shared = {
        each for each in shared if not any(each[:size] in shared for size in range(1, len(each)))
    }
    return frozenset(found | shared)


def glued_places(mentions: Sequence[Mention], text: str) -> frozenset[Words]:
    """Places that were taken for the beginning of a name: what stands after `Kota`, of somebody
    whom the text calls by another word afterwards: `Wali Kota Lembayung Aria Wiratama`, `Aria`."""
    words = vocabulary()
    short = {each.text.lower() for each in mentions if " " not in each.text}
    found: set[Words] = set()
    for mention in mentions:
        name = mention.text.lower().split()
        before = text[max(0, mention.start - 40) : mention.start].lower().split()
        if len(name) < 3 or not before or name[0] in short or not short & set(name[1:]):
            continue
        if before[-1] in words.toponyms:
            found.add((before[-1], name[0]))
        elif (
            before[-1] in words.before_place
            or before[-1] in words.bodies
            or "partai" in before[-2:]  # Ketua Partai Tani Makmur Saut Marbun, Saut
        ):
            place = tuple(takewhile(lambda word: word not in short, name[:LONGEST]))
            whole = (before[-1] == "kota" or "partai" in before[-2:]) and len(place) < LONGEST
            found.add(place if whole else place[:1])
    return frozenset(found)


def _run(words: Vocabulary, tokens: Sequence[Token], at: int) -> list[Token]:
    """The capitalised words from here on that are not an office's; none if the first is."""
    return list(
        takewhile(
            lambda each: (
                each.kind == WORD
                and each.capital
                and each.low not in words.no_name
                and not (each.low in words.offices and each.low not in words.directions)
                and each.low not in words.bodies
            ),
            tokens[at : at + 6],
        )
    )


def _note_beginnings(run: Sequence[Token], following: dict[Words, set[str]]) -> None:
    """Notes by which word each beginning of a run is followed; "" where the run ends."""
    names = [each.low for each in run]
    for size in range(1, min(LONGEST, len(names)) + 1):
        after = names[size] if size < len(names) else ""
        following.setdefault(tuple(names[:size]), set()).add(after)


def _is_of_mayor(tokens: Sequence[Token], at: int) -> bool:
    """`Wali Kota Ratna`: a name may follow as well as a place."""
    return at > 0 and tokens[at].low == "kota" and tokens[at - 1].low == "wali"


def _is_of_body(words: Vocabulary, tokens: Sequence[Token], at: int, end: int) -> bool:
    """Whether the run is the rest of a body's name, with no function before it: `KPU Kota Anggrek
    Bulan menetapkan`; or of an office that a name follows after a comma."""
    seen_body = False
    for number in range(at - 1, max(-1, at - 10), -1):
        token = tokens[number]
        if token.kind != WORD:
            break
        if (token.low,) in words.functions or token.low == "wali":
            return _is_before_name(words, tokens, end)
        if not token.capital:
            if token.low == "dan" and number and tokens[number - 1].capital:
                continue  # Ketua Divisi Hukum dan Pengawasan KPU …
            break
        seen_body = seen_body or token.low in words.bodies
    return seen_body


def _is_of_office(words: Vocabulary, token: Token) -> bool:
    return token.capital and (
        token.low in words.bodies or token.low in words.offices or token.text.isupper()
    )


def _is_before_name(words: Vocabulary, tokens: Sequence[Token], comma: int) -> bool:
    """`Ketua KPU Kota Anggrek Bulan, Rahman Wijaya`."""
    names = list(takewhile(_is_capital, tokens[comma + 1 : comma + 3]))
    titled = comma + 1 < len(tokens) and tokens[comma + 1].low in words.before
    return (
        comma < len(tokens)
        and tokens[comma].text == ","
        and (len(names) == 2 or titled)
        and not any(
            each.low in words.offices
            or each.low in words.no_name
            or (each.low,) in words.functions
            or each.low in words.degrees
            or each.low in words.bodies
            for each in names
        )
    )


def _is_capital(token: Token) -> bool:
    return token.kind == WORD and token.capital
