"""Who a speaker is, as printed: a name, a function with its office, a body, or a pronoun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extraction.quotes.sentences import MARK, WORD, Token
from crawler.extraction.quotes.vocabulary import Vocabulary, vocabulary

NAME, OFFICE, BODY, PRONOUN, UNNAMED, JOINT = (
    "name",
    "office",
    "body",
    "pronoun",
    "unnamed",
    "joint",
)

LONGEST = 24
"""Tokens of a function with its office and name; longer ones are not read."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of somebody, as printed."""

    kind: str
    text: str
    """The name; for offices, bodies and unnamed speakers what is printed instead."""
    role: str | None = None
    start: int = 0
    end: int = 0
    sure: bool = False
    """A function, a title or an apposition beside it says that it is a person's name."""
    plural: bool = False


class Reader:
    """Reads mentions in the tokens of one text. `places` are the names of places (as words in
    lower case) that this text names as such, `common` the words it has in small letters."""

    def __init__(
        self, text: str, places: frozenset[tuple[str, ...]], common: frozenset[str]
    ) -> None:
        self.text, self.common = text, common
        self.words: Vocabulary = vocabulary()
        self.places = self.words.places | places

    def read(
        self, tokens: Sequence[Token], at: int, *, subject: bool = False, alone: bool = False
    ) -> tuple[Mention, int] | None:
        """The mention that begins at a token, and the index after it; None if none does.

        `subject`: it begins a sentence, so one capital proves nothing. `alone`: what is joined to
        it by `dan` is not read.
        """
        if at >= len(tokens) or tokens[at].kind != WORD:
            return None
        token = tokens[at]
        if token.low in self.words.pronouns:
            return self._mention(PRONOUN, tokens, at, at + 1), at + 1
        if token.low in self.words.many:
            end = self._phrase_end(tokens, at + 1)
            return self._mention(UNNAMED, tokens, at, max(end, at + 1), plural=True), max(
                end, at + 1
            )
        if token.low in self.words.one:
            return self._described(tokens, at)
        if self._function_end(tokens, at) > at:
            return self._official(tokens, at, alone)
        if (token.low in self.words.bodies and token.capital) or token.low in self.words.things:
            end = self._capitals_end(tokens, at + 1)
            kind = BODY if token.low in self.words.bodies and token.capital else UNNAMED
            return (self._mention(kind, tokens, at, end), end) if kind == BODY else None
        return self._named(tokens, at, subject, alone)

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

    def _official(
        self, tokens: Sequence[Token], at: int, alone: bool
    ) -> tuple[Mention, int] | None:
        office_end, name_at = self._office_end(tokens, at)
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
            return self._mention(kind, tokens, at, office_end), office_end
        end = self._past_degrees(tokens, name_end)
        mention = self._mention(NAME, tokens, name_at, end, role=role, sure=True)
        joint = None if alone else self._joint(tokens, name_at, end)
        return joint or (mention, self._past_age(tokens, end))

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

    def _function_end(self, tokens: Sequence[Token], at: int) -> int:
        """The end of the longest function that begins here; `at` if none does."""
        sizes = self.words.function_sizes.get(tokens[at].low) if at < len(tokens) else None
        if sizes is None:
            return at
        words: list[str] = []
        ends: list[int] = []
        for number in range(at, min(len(tokens), at + 2 * sizes[0])):
            if tokens[number].text != ".":  # Plt. Wali Kota
                words.append(tokens[number].low)
                ends.append(number + 1)
        for size in sizes:
            if tuple(words[:size]) in self.words.functions and size <= len(ends):
                if words[0] in self.words.honorifics and self._is_name_word(tokens, at + 1):
                    return at
                return ends[size - 1]
        return at

    def _is_public(self, tokens: Sequence[Token], at: int) -> bool:
        end = self._function_end(tokens, at)
        return tuple(each.low for each in tokens[at:end] if each.text != ".") in self.words.public

    def _office_end(self, tokens: Sequence[Token], at: int) -> tuple[int, int]:
        """Where a function with its office ends, and where a name glued to it begins."""
        end = self._function_end(tokens, at)
        number, limit = end, min(len(tokens), at + LONGEST)
        while number < limit:
            token = tokens[number]
            if token.text in (",", "dan", "&", "/") and self._office_goes_on(tokens, number):
                number += 1
                continue
            if token.text == "(" and [each.text for each in tokens[number + 2 : number + 3]] == [
                ")"
            ]:
                end = number = number + 3  # Sekretaris Daerah (Sekda) Kota Samarinda
                continue
            if token.kind != WORD or (number > end - 1 and self._is_title(tokens, number)):
                break
            if token.low == "dari" and self._comes_from_body(tokens, number):
                number += 1
                continue
            if number > at and (place := self._place_end(tokens, number)) > number:
                if place < limit and tokens[place].capital:
                    place += tokens[place].low in self.words.directions
                end = number = place
                continue
            further = self._function_end(tokens, number)
            if further > number:
                end = number = further
                continue
            if token.low in self.words.before_proper:
                end = number = self._capitals_end(tokens, number + 1)
                continue
            if self._is_office_word(token):
                end = number = number + 1
            elif (last := self._last_office_word(tokens, number)) > number:
                end = number = last  # Kepala Pelaksana BPBD
            elif not (
                token.capital
                or token.low in self.words.stops
                or token.low in self.words.predicates
                or self._is_verb(token)
            ):
                end = number = number + 1  # ketua kelompok nelayan
            else:
                break
        return end, end

    def _last_office_word(self, tokens: Sequence[Token], at: int) -> int:
        """The next word of an office in the run of capitalised words that begins here: what stands
        before it is no name. `at` if there is none."""
        for number in range(at, min(len(tokens), at + 6)):
            token = tokens[number]
            if self._is_title(tokens, number):
                return number  # Ketua Tim Pemeriksa dr. Paulus
            if token.kind != WORD or not token.capital:
                return at
            if number > at and self._is_office_word(token) and token.low not in self.words.degrees:
                return number
        return at

    def _comes_from_body(self, tokens: Sequence[Token], at: int) -> bool:
        """`pelatih dari Satpol PP`."""
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        return following is not None and following.capital and following.low in self.words.bodies

    def _office_goes_on(self, tokens: Sequence[Token], at: int) -> bool:
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if following is None or following.kind != WORD or not following.capital:
            return False
        if tokens[at].text == ",":
            # Ketua Divisi Keuangan, Umum, Logistik dan Rumah Tangga KPU Kota Batam
            return (
                following.low in self.words.offices and self._function_end(tokens, at + 1) == at + 1
            )
        return following.low in self.words.offices

    def _is_office_word(self, token: Token) -> bool:
        if token.low in self.words.no_name:
            return False
        if token.low in self.words.offices:
            return token.capital or token.low not in self.words.stops
        letters = token.text.replace(".", "")
        return len(letters) > 1 and letters.isupper() and token.low not in self.words.before

    def _place_end(self, tokens: Sequence[Token], at: int) -> int:
        """The end of a place's name that begins here; `at` if none does."""
        if not tokens[at].capital:
            return at
        for size in (4, 3, 2, 1):
            named = tuple(each.low for each in tokens[at : at + size])
            if named in self.places:
                return at + len(named)
        before = tokens[at - 1]
        if tokens[at].low in self.words.toponyms and self._may_precede_place(before):
            return at + 1 + self._is_name_word(tokens, at + 1)  # Kota Sungai Limau
        if tokens[at].low in self.words.offices:
            return at
        town = (
            before.low in self.words.before_place
            and tokens[at - 2 : at - 1]
            and tokens[at - 2].low != "wali"
        )
        return at + 1 if town or (before.low in self.words.before_place and at == 1) else at

    def _may_precede_place(self, token: Token) -> bool:
        """`Kota`, `KPU`, `Camat`: after these a place may be named."""
        low = token.low
        return (
            low in self.words.before_place
            or low in self.words.bodies
            or token.text.isupper()
            or ((low,) in self.words.functions)
        )

    # A name first: Rosita, salah seorang penguji

    def _named(
        self, tokens: Sequence[Token], at: int, subject: bool, alone: bool
    ) -> tuple[Mention, int] | None:
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
        sure = titled or role is not None or aged > end or not subject
        mention = self._mention(NAME, tokens, at, end, role=role, sure=sure)
        if role is None and not alone and (joint := self._joint(tokens, at, end)):
            return joint
        return mention, max(aged, role_end)

    def _apposition(self, tokens: Sequence[Token], end: int) -> tuple[int, int]:
        """The function after a name and a comma, `, warga Kelurahan Karya Bakti`, or after
        `mewakili` and `selaku`."""
        at = self._past_age(tokens, end)
        if at < len(tokens) and tokens[at].low in ("mewakili", "selaku"):
            start = at if tokens[at].low == "mewakili" else at + 1
            if self._function_end(tokens, at + 1) > at + 1:
                return start, self._office_end(tokens, at + 1)[0]
            return end, end
        if at >= len(tokens) or tokens[at].text not in (",", "("):
            return end, end
        closing = tokens[at].text == "("
        at += 1
        if at + 1 < len(tokens) and tokens[at].low in self.words.one:
            done = self._phrase_end(tokens, at + 1)
        elif self._function_end(tokens, at) > at:
            done = self._office_end(tokens, at)[0]
            if self._name_end(tokens, done) > done:  # "Ratna, Ketua KPU Hendro": another person
                return end, end
        else:
            return end, end
        if closing and done < len(tokens) and tokens[done].text == ")":
            return at, done
        return at, done

    def _described(self, tokens: Sequence[Token], at: int) -> tuple[Mention, int]:
        """`seorang peserta, Neneng Komala` and `salah satu saksi`."""
        end = max(self._phrase_end(tokens, at + 1), at + 1)
        comma = self._past_age(tokens, end)
        if later := self._after_comma(tokens, comma):
            role = self._span(tokens, at, end)
            mention = self._mention(NAME, tokens, comma + 1, later, role=role, sure=True)
            return mention, self._past_age(tokens, later)
        return self._mention(UNNAMED, tokens, at, end), end

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

    # Names

    def name_end(self, tokens: Sequence[Token], at: int) -> int:
        """The end of the name with a known word at `at`; at least one word."""
        return max(self._name_end(tokens, at), at + 1)

    def titles_begin(self, tokens: Sequence[Token], at: int) -> int:
        """Where the titles before a name begin; `at` if there are none."""
        while at > 0:
            before = at - 1
            if tokens[before].text == "." and before > 0:
                before -= 1
            if not self._is_title(tokens, before):
                break
            at = before
        return at

    def _name_end(self, tokens: Sequence[Token], at: int) -> int:
        """The end of the run of name words that begins here; `at` if none does."""
        start, limit = at, min(len(tokens), at + 10)
        names = 0
        while at < limit:
            if self._is_title(tokens, at):
                at += 1
                if at < limit and tokens[at].text == ".":
                    at += 1
                continue
            if not self._is_name_word(tokens, at):
                break
            names += 1
            at += 1
            short = tokens[at - 1]
            if (
                at < limit
                and tokens[at].text == "."
                and tokens[at].start == short.end
                and (len(short.text) == 1 or short.low in self.words.abbreviated)
                and at + 1 < len(tokens)
                and (tokens[at + 1].capital or tokens[at + 1].text == ",")
            ):
                at += 1
        return at if names else start

    def _is_title(self, tokens: Sequence[Token], at: int) -> bool:
        token = tokens[at]
        if token.kind != WORD:
            return False
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if following is None:
            return False
        if token.text in ("I", "Ni"):  # I Gede, Ni Luh
            return following.low in self.words.after_i
        dotted = following.text == "." and following.start == token.end
        if token.low in self.words.before and (dotted or token.capital):
            return dotted or following.capital
        return (
            token.low in self.words.honorifics
            and following.capital
            and (token.capital or token.low in ("dokter", "pak", "bu", "ustaz", "dr"))
        )

    def _is_name_word(self, tokens: Sequence[Token], at: int) -> bool:
        if at >= len(tokens):
            return False
        token = tokens[at]
        if token.kind != WORD or not token.capital or token.low in self.words.no_name:
            return False
        if token.low in self.words.offices:
            return False
        words = self.words
        return not (
            token.low in words.stops or token.low in words.openers or token.low in words.bodies
        )

    def _past_degrees(self, tokens: Sequence[Token], end: int) -> int:
        """Past `, S.Sos., M.Si.`; they belong to the name as printed."""
        while (
            end + 1 < len(tokens)
            and tokens[end].text == ","
            and tokens[end + 1].low.rstrip(".") in self.words.degrees
        ):
            end += 2
            if end + 1 < len(tokens) and tokens[end].text == "." and not tokens[end + 1].capital:
                end += 1
        return end

    def _past_age(self, tokens: Sequence[Token], end: int) -> int:
        """Past ` (57)` or `, 52 tahun` after a name."""
        part = [each.text for each in tokens[end : end + 4]]
        if len(part) > 2 and part[0] == "(" and part[1].isdigit() and part[2] == ")":
            return end + 3
        if len(part) > 3 and part[0] == "(" and part[1].isdigit() and part[3] == ")":
            return end + 4
        if len(part) > 2 and part[0] == "berusia" and part[2] == "tahun":
            return end + 3
        if (
            len(part) > 2
            and part[0] == ","
            and part[1].isdigit()
            and part[2].lower() in ("tahun", "thn")
        ):
            return end + 3
        return end

    def _joint(self, tokens: Sequence[Token], at: int, end: int) -> tuple[Mention, int] | None:
        """`Fadhil dan Saiful`: two speakers of one statement."""
        if end >= len(tokens) or tokens[end].text not in ("dan", "serta"):
            return None
        other = self.read(tokens, end + 1, alone=True)
        if other is None or other[0].kind not in (NAME, OFFICE):
            return None
        return self._mention(JOINT, tokens, at, other[1], plural=True), other[1]

    def _capitals_end(self, tokens: Sequence[Token], at: int) -> int:
        limit = min(len(tokens), at + LONGEST)
        while (
            at < limit
            and tokens[at].kind == WORD
            and (
                tokens[at].capital
                or (
                    tokens[at].low == "dan"
                    and at + 1 < limit
                    and tokens[at + 1].low in self.words.offices
                    and tokens[at + 1].capital
                )
            )
            and tokens[at].low not in self.words.no_name
        ):
            at += 1
        return at

    def _is_verb(self, token: Token) -> bool:
        return is_verb(token, self.words)

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


def is_verb(token: Token, words: Vocabulary) -> bool:
    """Whether a word looks like a verb: `memantau`, `berharap`, `ditemui`."""
    low = token.low
    if token.capital or len(low) < 6 or low in words.offices:
        return False
    return (
        low.startswith(("me", "ber", "di", "ter"))
        and (low,) not in words.functions
        and low not in words.no_verbs
    )
