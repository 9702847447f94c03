"""Groups names in the releases of one region that belong to one person, with the evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from archive.i18n import N_
from archive.lookup.person_names import Keys, folded, is_public, name_words, without_acting

FULL = 3
"""Words of a name that two people of one region do not share."""


@dataclass(slots=True)
class Form:
    """One name with one function, as the releases of a region print them."""

    words: Keys
    function: Keys
    """Comparable words (`archive.lookup.person_names.function_words`); empty where no function is
    printed."""
    names: dict[str, int] = field(default_factory=dict)
    """Each name as printed, and in how many releases."""
    roles: dict[str, int] = field(default_factory=dict)
    """Each function as printed, and in how many releases."""
    releases: list[str] = field(default_factory=list)
    evidence: str = ""
    """By what it was joined to the others, in English; "" for the form they were joined to."""


@dataclass(eq=False, slots=True)
class Group:
    """The forms that are one person's."""

    forms: list[Form]

    @property
    def name(self) -> str:
        """The fullest name; of equal ones the commonest, then the first in the alphabet."""
        counted: dict[str, int] = defaultdict(int)
        for form in self.forms:
            for name, number in form.names.items():
                counted[name] += number
        return max(sorted(counted), key=lambda name: (len(name_words(name)), counted[name]))

    @property
    def is_public(self) -> bool:
        """Whether a public function is printed with one of the names."""
        return any(is_public(form.function) for form in self.forms)

    def functions(self) -> set[Keys]:
        return {form.function for form in self.forms if form.function}


MayJoin = Callable[[Form, Form], bool]


def group(forms: Iterable[Form], may_join: MayJoin) -> list[Group]:
    """The persons of one region. Names are joined only on evidence:

    - variant spellings of a name, with the same function and office;
    - the same name of three words or more;
    - the same name, with a function that the other holds for now, or names more shortly;
    - a shorter form, with the same function and office, of the only name that has it;
    - a name of two words or more without a function, if only one person of the region has it.

    `may_join` refuses a joining."""
    ordered = sorted(forms, key=lambda form: (-len(form.words), form.words, form.function))
    groups: dict[int, Group] = {}
    known = _Known()
    for step in (_same_name, _shorter_form, _without_function):
        for form in ordered:
            if id(form) in groups or bool(form.function) is (step is _without_function):
                continue
            found = step(known, form)
            if found is not None and all(may_join(form, other) for other in found[0].forms):
                form.evidence = found[1]
                found[0].forms.append(form)
                groups[id(form)] = found[0]
                known.add(found[0], form)
            elif step is not _same_name or not known.is_shorter(form):
                groups[id(form)] = known.begin(form)
    return known.groups


class _Known:
    """The groups so far, to be found by the words of their names."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self._by_name: dict[Keys, list[Group]] = defaultdict(list)
        self._by_word: dict[str, list[tuple[frozenset[str], Group]]] = defaultdict(list)

    def begin(self, form: Form) -> Group:
        found = Group([form])
        self.groups.append(found)
        self.add(found, form)
        return found

    def add(self, group: Group, form: Form) -> None:
        keys = folded(form.words)
        if group not in self._by_name[keys]:
            self._by_name[keys].append(group)
            for word in set(keys):
                self._by_word[word].append((frozenset(keys), group))

    def same(self, words: Keys) -> Sequence[Group]:
        return self._by_name.get(folded(words), ())

    def longer(self, words: Keys) -> Iterator[Group]:
        """The groups whose name has all of these words; each once."""
        wanted = frozenset(folded(words))
        rarest = min((self._by_word.get(word, []) for word in wanted), key=len, default=[])
        yield from {id(group): group for keys, group in rarest if wanted <= keys}.values()

    def is_shorter(self, form: Form) -> bool:
        """Whether somebody with the same function has a longer name with these words."""
        return any(form.function in group.functions() for group in self.longer(form.words))


def _same_name(known: _Known, form: Form) -> tuple[Group, str] | None:
    for group in known.same(form.words):
        for other in group.forms:
            if folded(other.words) != folded(form.words):
                continue
            if other.function == form.function:
                return group, N_("variant spelling, same function and office")
            public = is_public(form.function) and is_public(other.function)
            if public and len(form.words) >= FULL and other.words == form.words:
                return group, N_("same name of three words or more")
            if _agree(other.function, form.function):
                return group, N_("same name, functions agree")
    return None


def _shorter_form(known: _Known, form: Form) -> tuple[Group, str] | None:
    same = [group for group in known.longer(form.words) if form.function in group.functions()]
    if len(same) != 1:
        return None
    return same[0], N_("shorter form of the only such name with this function and office")


def _without_function(known: _Known, form: Form) -> tuple[Group, str] | None:
    if len(form.words) < 2:
        return None
    having = list(known.longer(form.words))
    if len(having) != 1:
        return None
    return having[0], N_("no function printed; the only such name in the region")


def _agree(one: Keys, other: Keys) -> bool:
    """Whether two functions may be one: `plt sekretaris daerah` and `sekretaris daerah`, `asisten
    tata pemerintahan` and `asisten tata pemerintahan setdakot`."""
    short, long = sorted((without_acting(one), without_acting(other)), key=len)
    return short == long or (len(short) > 1 and long[: len(short)] == short)
