"""Finds the clause that a verb of saying reports: `X mengatakan bahwa …`, `X meminta camat …`."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extraction.quotes.names import is_verb
from crawler.extraction.quotes.sentences import MARK, WORD, Token
from crawler.extraction.quotes.vocabulary import vocabulary

SHORTEST = 3
"""Words of a clause that nothing joins to its verb."""

ADDRESSEE = 8
"""Tokens that may stand between the verb and `bahwa` or `agar`: whom it was said to."""

_AND = frozenset(("dan", "serta", "sambil", "seraya", "sembari"))
_WHILE = frozenset(("sedangkan", "sementara", "adapun"))
_WEEKDAYS = frozenset(
    ("senin", "selasa", "rabu", "kamis", "jumat", "jum'at", "jum’at", "sabtu", "minggu", "ahad")
)


def reported_clause(tokens: Sequence[Token], verb: int) -> tuple[int, int] | None:
    """The first token of the clause and the index after its last; None if the verb reports none."""
    words = vocabulary()
    start = _past_date(tokens, verb + 1)
    if start >= len(tokens):
        return None
    end = clause_end(tokens, start)
    join = next(
        (
            at
            for at in range(start, min(end, start + ADDRESSEE))
            if tokens[at].low in words.strong_joins
        ),
        None,
    )
    form = tokens[verb].low
    if join is not None and not any(_is_predicate(tokens, at) for at in range(start, join)):
        return _clause(tokens, join + 1, end)
    if tokens[start].low == "untuk" and form in words.saying:
        return _clause(tokens, start + 1, end)
    if tokens[start].text in (",", ":"):
        return _clause(tokens, start + 1, end)
    if form in words.requests:
        nearby = range(start, min(end, start + ADDRESSEE))
        towards = next((at for at in nearby if tokens[at].low == "untuk"), None)
        if towards and not any(_is_predicate(tokens, at) for at in range(start, towards)):
            return _clause(tokens, towards + 1, end)
    if (
        form not in words.plain
        or tokens[start].kind != WORD
        or (tokens[start].low in words.no_clause and not _is_subject(tokens, start, form))
    ):
        return None
    asked = words.asked if form in words.requests else frozenset()
    if form in words.two_faced:
        # Menyampaikan apresiasi kepada …: what a preposition follows is a noun
        end_of_subject = next(
            (at for at in range(start, end) if tokens[at].low in words.stops_subject), end
        )
    else:
        end_of_subject = end
    first = next(
        (
            at
            for at in range(start, end_of_subject)
            if _is_predicate(tokens, at) or tokens[at].low in asked
        ),
        None,
    )
    if first is None or (first == start + 2 and tokens[first - 1].low in ("dan", "serta")):
        return None  # mengatakan keberatan dan menolak tanda tangan
    return _clause(tokens, start, end, SHORTEST)


def clause_end(tokens: Sequence[Token], start: int) -> int:
    """Where a clause ends: before the full stop, before the day it was said on, before
    `dan menambahkan`."""
    words = vocabulary()
    end = len(tokens)
    while end > start and tokens[end - 1].kind == MARK and tokens[end - 1].text in ".!?…,;":
        end -= 1
    for at in range(start + 1, end - 1):
        if tokens[at].low in _AND and tokens[at + 1].low in words.saying:
            end = at
            break
        if tokens[at].text == "," and tokens[at + 1].low in _WHILE:
            following = tokens[at + 2 : min(end, at + 2 + ADDRESSEE)]
            if any(each.low in words.saying for each in following):
                end = at  # …, sedangkan Y mengatakan …
                break
    for at in range(max(start, end - 16), end - 1):
        if tokens[at].text == "," and tokens[at + 1].low in _WEEKDAYS and tokens[at + 1].capital:
            rest = [each.text for each in tokens[at + 2 : end]]
            if not rest or rest[0] == "(":
                end = at
                break
    while end > start and tokens[end - 1].kind == MARK and tokens[end - 1].text in ",;:–—-":
        end -= 1
    return end


def _clause(
    tokens: Sequence[Token], start: int, end: int, least: int = 2
) -> tuple[int, int] | None:
    words = vocabulary()
    while start < end and (tokens[start].text in (",", ":") or tokens[start].low in words.joins):
        start += 1
    if sum(each.kind == WORD for each in tokens[start:end]) < least:
        return None
    return start, end


def _is_subject(tokens: Sequence[Token], at: int, form: str) -> bool:
    """Whether a predicate follows a noun that is more often all that was said: `mengatakan
    penghargaan akan diberikan`; not `menyampaikan apresiasi akan …`."""
    return (
        form not in vocabulary().two_faced
        and at + 2 < len(tokens)
        and _is_predicate(tokens, at + 1)
        and _is_predicate(tokens, at + 2)
    )


def _is_predicate(tokens: Sequence[Token], at: int) -> bool:
    """A verb or another predicate that is not in a relative clause."""
    words = vocabulary()
    token = tokens[at]
    if token.kind != WORD or token.capital or _is_in_relative_clause(tokens, at):
        return False
    return token.low in words.predicates or is_verb(token, words)


def _is_in_relative_clause(tokens: Sequence[Token], at: int) -> bool:
    """Whether it belongs to a `yang` shortly before: only the first verb after that does."""
    words = vocabulary()
    for number in range(at - 1, max(-1, at - 4), -1):
        if tokens[number].low == "yang":
            return True
        if is_verb(tokens[number], words):
            return False
    return False


def _past_date(tokens: Sequence[Token], at: int) -> int:
    """Past `, Senin (26/5/2024),` between verb and clause."""
    if at + 1 < len(tokens) and tokens[at].text == "," and tokens[at + 1].low in _WEEKDAYS:
        for end in range(at + 2, min(len(tokens), at + 14)):
            if tokens[end].text == "," or tokens[end].low in vocabulary().strong_joins:
                return end
    return at
