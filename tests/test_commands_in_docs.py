"""What the pages tell people to type is there to be typed: commands, options, targets, files."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from scrapy.cmdline import _get_commands_dict
from scrapy.utils.project import get_project_settings

from archive.cli import main
from crawler.cli import CRAWLING

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.id.md", *sorted((ROOT / "docs").glob("*.md"))]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
_SEPARATORS = {"|", "||", "&&", ";", "&", ")", "(", ">", ">>", "<"}
_PLACES = ("deploy/", "docs/", "crawler/", "bench/", "tests/")


def typed(page: Path) -> Iterator[list[str]]:
    """The simple commands in a page's blocks for the shell, word by word, and those between
    backticks in its text."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    blocks += re.findall(
        r"`((?:\.venv/bin/|arsip |python -m archive|scrapy |make |deploy/)[^`\n]+)`", prose
    )
    for block in blocks:
        for line in block.replace("\\\n", " ").splitlines():
            try:
                words = shlex.shlex(line, posix=True, punctuation_chars=True)
                words.whitespace_split = True
                yield from _split(list(words))
            except ValueError:
                continue  # a quotation over several lines


def _split(words: list[str]) -> Iterator[list[str]]:
    command: list[str] = []
    for word in [*words, ";"]:
        if word not in _SEPARATORS:
            command.append(word)
        elif command:
            yield command
            command = []


def wrong(command: list[str]) -> str | None:
    while command and re.fullmatch(r"[A-Z_]+=.*", command[0]):
        command = command[1:]
    name, arguments = command[0].removeprefix(".venv/bin/"), command[1:]
    if name == "python" and arguments[:2] == ["-m", "archive"]:
        return _wrong_archive(arguments[2:])
    if name == "arsip" and arguments:
        crawls = arguments[0] in CRAWLING
        return _wrong_scrapy(arguments) if crawls else _wrong_archive(arguments)
    if name == "scrapy" and arguments:
        return _wrong_scrapy(arguments)
    if name == "make":
        named = [word for word in arguments if "=" not in word]
        return next((f"no target {word}" for word in named if word not in TARGETS), None)
    for word in command:
        ours = word.startswith(_PLACES) and not any(mark in word for mark in "*{<…")
        if ours and not (ROOT / word).exists():
            return f"no file {word}"
    return None


def _wrong_archive(arguments: list[str]) -> str | None:
    if not arguments or not re.fullmatch("[a-z][a-z-]*", arguments[0]):
        return None
    found = main.get_command(click.Context(main), arguments[0])
    if found is None:
        return f"no command {arguments[0]}"
    if isinstance(found, click.Group) and len(arguments) > 1:
        found = found.get_command(click.Context(found), arguments[1])
        if found is None:
            return f"no command {arguments[0]} {arguments[1]}"
    known = {option for parameter in found.params for option in parameter.opts}
    known |= {option for parameter in found.params for option in parameter.secondary_opts}
    return _unknown(arguments[1:], known | {"--help", "-h"})


def _wrong_scrapy(arguments: list[str]) -> str | None:
    settings = get_project_settings()
    found = _get_commands_dict(settings, inproject=True).get(arguments[0])
    if found is None:
        return f"no command {arguments[0]}"
    found.settings = settings
    parser = argparse.ArgumentParser()
    found.add_options(parser)
    return _unknown(arguments[1:], set(parser._option_string_actions))


def _unknown(arguments: list[str], known: set[str]) -> str | None:
    for word in arguments:
        option = word.partition("=")[0]
        if re.fullmatch(r"--[a-z][a-z-]*|-[a-z]", option) and option not in known:
            return f"no option {option}"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_to_be_typed_is_there(page: Path) -> None:
    for command in typed(page):
        said = wrong(command)
        assert said is None, f"{shlex.join(command)}: {said}"


def test_what_is_not_there_is_found() -> None:
    for line in (
        "python -m archive nope",
        ".venv/bin/python -m archive backup --nope x.db",
        "scrapy crawlall --nope",
        ".venv/bin/scrapy nope",
        "arsip nope",
        "arsip watch nope",
        "arsip watch run --nope",
        "arsip crawlall --nope",
        "make nope",
        "deploy/nope.sh",
    ):
        assert wrong(shlex.split(line)), line


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]+)", text):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_indonesian_page_is_found_from_the_other() -> None:
    assert "](README.id.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "](README.md)" in (ROOT / "README.id.md").read_text(encoding="utf-8")
