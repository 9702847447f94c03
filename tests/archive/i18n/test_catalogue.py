"""Every message has its Indonesian."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from archive.i18n import gettext, ngettext, speaking

ROOT = Path(__file__).parents[3]
COLLECT = "run `make messages` and translate what is empty in archive/i18n/id.po"


@cache
def indonesian() -> dict[str, Message]:
    with (ROOT / "archive" / "i18n" / "id.po").open("rb") as file:
        catalog: Catalog = read_po(file, locale="id")
    return {key(message.id): message for message in catalog if message.id}


def key(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


@cache
def said() -> set[str]:
    """What code, templates and questions say, as `make messages` collects it."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: set[str] = set()
    for folder in ("archive", "crawler", "docs"):
        patterns = [(p.removeprefix(f"{folder}/"), m) for p, m in methods if p.startswith(folder)]
        inner = {p.removeprefix(f"{folder}/"): o for p, o in options.items()}
        collected = extract_from_dir(ROOT / folder, patterns, inner)
        found |= {key(message) for _, _, message, _, _ in collected}
    return found


def test_every_message_is_translated() -> None:
    untranslated = [
        name for name, message in indonesian().items() if not all(strings(message)) or message.fuzzy
    ]
    assert not untranslated + sorted(said() - indonesian().keys()), COLLECT


def test_nothing_is_translated_that_is_not_said() -> None:
    assert not indonesian().keys() - said(), COLLECT


def strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_translations_keep_what_is_filled_in() -> None:
    for name, message in indonesian().items():
        for string in strings(message):
            assert fields(string) == fields(name), name


def fields(text: str) -> Counter[str]:
    named = [name for _, name, _, _ in Formatter().parse(text) if name]
    return Counter([*named, *(part.partition(")")[0] for part in text.split("%(")[1:])])


@pytest.mark.parametrize(("code", "title"), [("en", "What vanished?"), ("id", "Apa yang hilang?")])
def test_a_message_is_in_the_language_that_is_spoken(code: str, title: str) -> None:
    with speaking(code):
        assert gettext("What vanished?") == title
        assert ngettext("one", "many", 2) == "many"  # not a message: said as it is
