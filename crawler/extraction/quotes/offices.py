"""Bounds of a function with its office and place: `Ketua KPU Kota Balikpapan`."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extraction.quotes.names import INSTITUTION, NameReader, is_verb
from crawler.extraction.quotes.sentences import WORD, Token

LONGEST = 24
"""Tokens of a function with its office and name; longer ones are not read."""


class OfficeReader(NameReader):
    """Reads functions and offices in the tokens of one text. `places` are the names of places (as
    words in lower case) that this text names as such."""

    def __init__(self, places: frozenset[tuple[str, ...]]) -> None:
        super().__init__()
        self.places = places
        self._offices: dict[tuple[int, int], int] = {}
        """How many tokens offices have, by where they begin: each is read more than once."""

    def _function_end(self, tokens: Sequence[Token], at: int) -> int:
        """The end of the longest function that begins here; `at` if none does."""
        sizes = self.words.function_sizes.get(tokens[at].low) if at < len(tokens) else None
        if sizes is None or self._begins_name(tokens, at):
            return at
        if sizes[0] == 1:
            end = at + 1
        else:
            words: list[str] = []
            ends: list[int] = []
            for number in range(at, min(len(tokens), at + 2 * sizes[0])):
                if tokens[number].text != ".":  # Plt. Wali Kota
                    words.append(tokens[number].low)
                    ends.append(number + 1)
            fits = (
                size
                for size in sizes
                if size <= len(ends) and tuple(words[:size]) in self.words.functions
            )
            end = next((ends[size - 1] for size in fits), at)
        if tokens[at].low in self.words.honorifics and self._is_name_word(tokens, at + 1):
            return at
        return end

    def _is_public(self, tokens: Sequence[Token], at: int) -> bool:
        end = self._function_end(tokens, at)
        return tuple(each.low for each in tokens[at:end] if each.text != ".") in self.words.public

    def _office_end(self, tokens: Sequence[Token], at: int) -> int:
        """Where a function with its office ends; a name may be glued to it."""
        key = (tokens[at].start, len(tokens) - at)
        size = self._offices.get(key)
        if size is None:
            size = self._offices[key] = self._read_office(tokens, at) - at
        return at + size

    def _read_office(self, tokens: Sequence[Token], at: int) -> int:
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
            if token.text[0].isdigit() and number == end and number > at:
                end = number = self._past_number(tokens, number)  # Kodim 0912/Tanjung Kemuning
                continue
            if token.low == "dari" and (last := self._origin_end(tokens, number)):
                end = last if last > number + 1 else end
                number = last
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
        return end

    def _past_number(self, tokens: Sequence[Token], at: int) -> int:
        """Past the number of a unit and, after a slash, its place."""
        at += 1
        if at + 1 < len(tokens) and tokens[at].text == "/" and tokens[at + 1].capital:
            return max(self._place_end(tokens, at + 1), at + 2)
        return at

    def _last_office_word(self, tokens: Sequence[Token], at: int) -> int:
        """The next word of an office in the run of capitalised words that begins here: what stands
        before it is no name. `at` if there is none."""
        for number in range(at, min(len(tokens), at + 6)):
            token = tokens[number]
            if self._is_title(tokens, number) and token.low not in self.words.within:
                return number  # Ketua Tim Pemeriksa dr. Paulus
            if token.kind != WORD or not token.capital:
                return at
            if number > at and self._is_office_word(token) and token.low not in self.words.degrees:
                return number
        return at

    def _origin_end(self, tokens: Sequence[Token], at: int) -> int:
        """Past `dari` before a body, `pelatih dari Satpol PP`, or past all that a comma ends:
        `narasumber dari Masyarakat Anti Fitnah, X`; 0 if neither follows."""
        if at + 1 >= len(tokens) or not tokens[at + 1].capital:
            return 0
        if tokens[at + 1].low in self.words.bodies:
            return at + 1
        end = at + 1
        while end < len(tokens) and tokens[end].kind == WORD and tokens[end].capital:
            end += 1
        return end if end < len(tokens) and tokens[end].text == "," and end < at + 8 else 0

    def _office_goes_on(self, tokens: Sequence[Token], at: int) -> bool:
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if following is not None and tokens[at].text == "," and following.low == "dan":
            return self._office_goes_on(tokens, at + 1)
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
        if token.low in self.words.offices or INSTITUTION.fullmatch(token.low):
            return token.capital or token.low not in self.words.stops
        letters = token.text.replace(".", "")
        return len(letters) > 1 and letters.isupper() and token.low not in self.words.before

    def _place_end(self, tokens: Sequence[Token], at: int) -> int:
        """The end of a place's name that begins here; `at` if none does."""
        if not tokens[at].capital:
            return at
        named = tuple([each.low for each in tokens[at : at + 4]])
        while named:
            if named in self.places or named in self.words.places:
                return at + len(named)
            named = named[:-1]
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
            and not self._is_title(tokens, at)
        ):
            at += 1
        return at

    def _is_verb(self, token: Token) -> bool:
        return is_verb(token, self.words)
