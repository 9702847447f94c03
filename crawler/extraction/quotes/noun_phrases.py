"""Reads noun phrases that may be speakers: a name, a function with its office, a body, or a
pronoun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from crawler.extraction.quotes.mention import BODY, JOINT, NAME, OFFICE, PRONOUN, UNNAMED, Mention
from crawler.extraction.quotes.offices import LONGEST, OfficeReader
from crawler.extraction.quotes.sentences import MARK, WORD, Token


class _Read(NamedTuple):
    """A mention as it is at the beginning of a sentence."""

    mention: Mention
    size: int
    """Tokens, from where it begins to what follows it."""
    name: tuple[int, int] | None = None
    """Its name by itself, if another one may be joined to it by `dan`: from and to which token."""


_UNREAD = _Read(Mention(UNNAMED, ""), 0)


class Reader(OfficeReader):
    """Reads mentions in the tokens of one text. `places` are the names of places (as words in
    lower case) that this text names as such, `common` the words it has in small letters."""

    def __init__(
        self, text: str, places: frozenset[tuple[str, ...]], common: frozenset[str]
    ) -> None:
        super().__init__(places)
        self.text, self.common = text, common
        self._read: dict[tuple[int, int], _Read | None] = {}
        """What has been read, by where: every sentence is looked at more than once."""

    def read(
        self, tokens: Sequence[Token], at: int, *, subject: bool = False, alone: bool = False
    ) -> tuple[Mention, int] | None:
        """The mention that begins at a token, and the index after it; None if none does.

        `subject`: it begins a sentence, so one capital proves nothing. `alone`: what is joined to
        it by `dan` is not read.
        """
        if at >= len(tokens) or tokens[at].kind != WORD:
            return None
        key = (tokens[at].start, len(tokens) - at)
        known = self._read.get(key, _UNREAD)
        if known is _UNREAD:
            known = self._read[key] = self._read_mention(tokens, at)
        if known is None:
            return None
        mention = known.mention
        if known.name and not alone:
            first, last = known.name
            if joint := self._joint(tokens, at + first, at + last):
                return joint
        if not (subject or mention.sure) and mention.kind == NAME:
            mention = replace(mention, sure=True)
        return mention, at + known.size

    def _read_mention(self, tokens: Sequence[Token], at: int) -> _Read | None:
        token = tokens[at]
        if token.low in self.words.pronouns:
            return _Read(self._mention(PRONOUN, tokens, at, at + 1), 1)
        if token.low in self.words.many:
            end = max(self._phrase_end(tokens, at + 1), at + 1)
            return _Read(self._mention(UNNAMED, tokens, at, end, plural=True), end - at)
        if token.low in self.words.one:
            return self._described(tokens, at)
        if self._function_end(tokens, at) > at:
            return self._official(tokens, at)
        if token.low in self.words.bodies and token.capital:
            end = self._capitals_end(tokens, at + 1)
            return _Read(self._mention(BODY, tokens, at, end), end - at)
        return None if token.low in self.words.things else self._named(tokens, at)

    def begins_person(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a function or a title begins here."""
        token = tokens[at]
        return (
            (token.low in self.words.function_sizes and self._function_end(tokens, at) > at)
            or token.low in self.words.one
            or self._is_title(tokens, at)
        )

    def phrase_end(self, tokens: Sequence[Token], at: int) -> int:
        """The end of a description in small letters: `ayah dua anak`."""
        return self._phrase_end(tokens, at)

    def unnamed(self, tokens: Sequence[Token], at: int, end: int) -> Mention:
        """Somebody described, without a name."""
        return self._mention(UNNAMED, tokens, at, end)

    # A function first: Ketua KPU Kota Balikpapan, Prakoso Yudho Lelono

    def _official(self, tokens: Sequence[Token], at: int) -> _Read:
        office_end = name_at = self._office_end(tokens, at)
        name_end = self._name_end(tokens, name_at) if name_at < len(tokens) else name_at
        glued = name_at == office_end
        if glued and name_end > name_at and (later := self._after_comma(tokens, name_end)):
            # Wali Kota Tanjung Ruai, Hendrik Sarwoko: what stood before the comma is the place
            office_end, name_at = name_end, name_end + 1
            name_end, glued = later, False
        if name_end <= name_at and (later := self._after_comma(tokens, office_end)):
            name_at, name_end = office_end + 1, later
        if glued and name_end > name_at and self._is_of_place(tokens, at, name_at, name_end):
            office_end = name_at = name_end
        role = self._span(tokens, at, office_end)
        if name_end <= name_at:
            kind = OFFICE if self._is_public(tokens, at) else UNNAMED
            return _Read(self._mention(kind, tokens, at, office_end), office_end - at)
        end = self._past_degrees(tokens, name_end)
        mention = self._mention(NAME, tokens, name_at, end, role=role, sure=True)
        return _Read(mention, self._past_age(tokens, end) - at, (name_at - at, end - at))

    def _is_of_place(self, tokens: Sequence[Token], at: int, name_at: int, name_end: int) -> bool:
        """Whether what is glued to a function names its place or body: `Camat Wiyung`."""
        if self._is_title(tokens, name_at) or self._function_end(tokens, at) != name_at:
            return False
        head = tuple(each.low for each in tokens[at:name_at] if each.text != ".")
        return head in self.words.of_place or (
            head in self.words.of_body and name_end - name_at == 1
        )

    def _after_comma(self, tokens: Sequence[Token], comma: int) -> int:
        """The end of a name after this comma; 0 if there is no comma or no name."""
        if comma + 1 >= len(tokens) or tokens[comma].text != ",":
            return 0
        if tokens[comma + 1].low in self.words.degrees:
            return 0
        end = self._name_end(tokens, comma + 1)
        if end <= comma + 1 or any(
            each.low in self.words.offices for each in tokens[comma + 1 : end] if each.kind == WORD
        ):
            return 0
        if (
            self._function_end(tokens, comma + 1) > comma + 1
            and tokens[comma + 1].low not in self.words.honorifics
        ):
            return 0
        following = tokens[end] if end < len(tokens) else None
        return end if following is None or following.kind == MARK or not following.capital else 0

    # A name first: Rosita, salah seorang penguji

    def _named(self, tokens: Sequence[Token], at: int) -> _Read | None:
        end = self._name_end(tokens, at)
        if end <= at:
            return None
        titled = self._is_title(tokens, at)
        if end - at == 1 and titled:
            return None
        end = self._past_degrees(tokens, end)
        role_at, role_end = self._apposition(tokens, end)
        aged = self._past_age(tokens, end)
        role = self._span(tokens, role_at, role_end) if role_end > role_at else None
        sure = titled or role is not None or aged > end
        mention = self._mention(NAME, tokens, at, end, role=role, sure=sure)
        return _Read(mention, max(aged, role_end) - at, (0, end - at) if role is None else None)

    def _apposition(self, tokens: Sequence[Token], end: int) -> tuple[int, int]:
        """The function after a name and a comma, `, warga Kelurahan Karya Bakti`, or after
        `mewakili` and `selaku`."""
        at = self._past_age(tokens, end)
        if at < len(tokens) and tokens[at].low in ("mewakili", "selaku"):
            start = at if tokens[at].low == "mewakili" else at + 1
            if self._function_end(tokens, at + 1) > at + 1:
                return start, self._office_end(tokens, at + 1)
            return end, end
        if at >= len(tokens) or tokens[at].text not in (",", "("):
            return end, end
        closing = tokens[at].text == "("
        at += 1
        if at + 1 < len(tokens) and tokens[at].low in self.words.one:
            done = self._phrase_end(tokens, at + 1)
        elif self._function_end(tokens, at) > at:
            done = self._office_end(tokens, at)
            if self._name_end(tokens, done) > done:  # "Ratna, Ketua KPU Hendro": another person
                return end, end
        else:
            return end, end
        if closing and done < len(tokens) and tokens[done].text == ")":
            return at, done
        return at, done

    def _described(self, tokens: Sequence[Token], at: int) -> _Read:
        """`seorang peserta, Neneng Komala` and `salah satu saksi`."""
        end = max(self._phrase_end(tokens, at + 1), at + 1)
        comma = self._past_age(tokens, end)
        if later := self._after_comma(tokens, comma):
            role = self._span(tokens, at, end)
            mention = self._mention(NAME, tokens, comma + 1, later, role=role, sure=True)
            return _Read(mention, self._past_age(tokens, later) - at)
        return _Read(self._mention(UNNAMED, tokens, at, end), end - at)

    def _phrase_end(self, tokens: Sequence[Token], at: int) -> int:
        limit = min(len(tokens), at + LONGEST)
        while at < limit:
            token = tokens[at]
            if token.kind != WORD or (self._is_verb(token) and token.low not in self.words.offices):
                break
            if token.low in ("dari", "asal") and at + 1 < limit and tokens[at + 1].capital:
                at = self._capitals_end(tokens, at + 1)
                continue
            if token.low in self.words.stops:
                break
            at += 1
        return at

    def _joint(self, tokens: Sequence[Token], at: int, end: int) -> tuple[Mention, int] | None:
        """`Fadhil dan Saiful`: two speakers of one statement."""
        if end >= len(tokens) or tokens[end].text not in ("dan", "serta"):
            return None
        other = self.read(tokens, end + 1, alone=True)
        if other is None or other[0].kind not in (NAME, OFFICE):
            return None
        return self._mention(JOINT, tokens, at, other[1], plural=True), other[1]

    def _mention(
        self,
        kind: str,
        tokens: Sequence[Token],
        at: int,
        end: int,
        *,
        role: str | None = None,
        sure: bool = False,
        plural: bool = False,
    ) -> Mention:
        start, stop = tokens[at].start, tokens[max(end, at + 1) - 1].end
        return Mention(kind, self.text[start:stop], role, start, stop, sure, plural)

    def _span(self, tokens: Sequence[Token], at: int, end: int) -> str:
        return self.text[tokens[at].start : tokens[end - 1].end]
