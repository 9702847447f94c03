"""`arsip`: all commands in one, from any folder.

Commands that crawl are Scrapy's (`crawler/commands/`), all others the archive's
(`archive/commands/`). This module only connects the two command lines. Scrapy is imported only
by a command that needs it, so that a search starts fast.
"""

from __future__ import annotations

import atexit
import gc
import os
import re
import sys
from copy import copy
from importlib import import_module
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from archive import __version__
from archive.cli import CONTEXT, archive_of_all
from archive.commands import Commands

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from scrapy.commands import ScrapyCommand
    from scrapy.settings import Settings

CRAWLING = {
    "crawl": "Crawl the sources of one kind, or some of them",
    "crawlall": "Crawl all sources of the registry",
    "sources": "List the registry with each source's last crawl",
    "probe": "Crawl a little of a new site and draft its TOML record",
    "doctor": "Check whether this machine can crawl and real sites are read correctly",
    "backfill": "Fetch what web archives have of sources, and read it",
    "rebuild": "Read captures again into the archive, offline",
    "gold": "Turn pages of a WACZ or WARC into gold pages with drafts of their records",
}
"""The commands of Scrapy with their short help; a test compares them with `short_desc`."""

_OTHER_NAMES = re.compile(rf"\bpython -m archive\b|\bscrapy(?= (?:{'|'.join(CRAWLING)})\b)")


_WHOLE = 1_000
"""Letters of a command's first sentence that the list shows: all of them, on as many lines."""


class Arsip(Commands):
    """The commands of both, in two lists."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names: first those that crawl, then the others."""
        return [*CRAWLING, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; its help shows `arsip` as the program's name."""
        if cmd_name in CRAWLING:
            return _crawling_command(cmd_name)
        command = super().get_command(ctx, cmd_name)
        if command is None:
            return None
        renamed = copy(command)
        renamed.help = say_arsip(command.help or "")
        return renamed

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the two lists."""
        asking = [name for name in self.list_commands(ctx) if name not in CRAWLING]
        names = {"Crawl": list(CRAWLING), "Ask the archive": asking}
        longest = max(len(name) for name in self.list_commands(ctx))
        for title, members in names.items():
            commands = [(name, self.get_command(ctx, name)) for name in members]
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (name.ljust(longest), command.get_short_help_str(_WHOLE).rstrip("."))
                        for name, command in commands
                        if command is not None
                    ]
                )


@click.group(cls=Arsip, context_settings=CONTEXT)
@archive_of_all
@click.version_option(__version__, prog_name="arsip")
def arsip() -> None:
    """Crawl press releases of Indonesian cities and election offices, and ask the archive of them.

    \b
    Examples:
      arsip crawlall --source pemkot-balikpapan
      arsip sources
      arsip search 'netralitas ASN' --since 2024-08-01
      arsip --archive ~/data/archive.db export -o releases.jsonl
      arsip show --help

    The archive is archive.db in this folder, unless --archive or ARCHIVE_URL names another one.
    """


def main(arguments: list[str] | None = None) -> None:
    """The console script. Ends the program with the command's exit code."""
    atexit.register(gc.freeze)  # else Python goes through all that was loaded once more
    arsip.main(arguments, prog_name="arsip")


def say_arsip(help: str) -> str:
    """Replaces the commands in a help text by those of `arsip`."""
    return _OTHER_NAMES.sub("arsip", help)


def run_scrapy(name: str, arguments: list[str], archive: str) -> None:
    """Runs a command of `crawler/commands/` as `scrapy NAME …` does, with the settings of this
    project whatever the folder. Ends the program with the command's exit code."""
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.exceptions import UsageError

    settings = settings_of_project()
    settings.set("ARCHIVE_URL", archive, priority="cmdline")
    command = _load(name, settings)
    parser = _parser(name, command)
    options, words = parser.parse_known_args(arguments)
    try:
        command.process_options(words, options)
        if command.requires_crawler_process:
            command.crawler_process = AsyncCrawlerProcess(settings)
        _run(command, words, options)
    except UsageError as error:
        if str(error):
            parser.error(str(error))
        parser.print_help()
        sys.exit(2)
    sys.exit(command.exitcode)


def settings_of_project() -> Settings:
    """The settings of `crawler/settings.py`, whatever project the working folder belongs to."""
    from scrapy.utils.project import ENVVAR, get_project_settings

    os.environ[ENVVAR] = "crawler.settings"
    return get_project_settings()


def _load(name: str, settings: Settings) -> ScrapyCommand:
    """The command, and the settings it changes."""
    command: ScrapyCommand = import_module(f"crawler.commands.{name}").Command()
    settings.setdict(command.default_settings, priority="command")
    command.settings = settings
    return command


def _run(command: ScrapyCommand, words: list[str], options: Namespace) -> None:
    """Runs it; with `--profile FILE` under the profiler, as Scrapy does."""
    if not options.profile:
        command.run(words, options)
        return
    from cProfile import Profile

    profile = Profile()
    profile.runcall(command.run, words, options)
    profile.dump_stats(options.profile)


def _parser(name: str, command: ScrapyCommand) -> ArgumentParser:
    """The parser for the command's options and its help."""
    from scrapy.cmdline import ScrapyArgumentParser
    from scrapy.commands import ScrapyHelpFormatter

    parser = ScrapyArgumentParser(
        prog=f"arsip {name}",
        formatter_class=ScrapyHelpFormatter,
        usage=f"arsip {name} {command.syntax()}",
        conflict_handler="resolve",
        description=say_arsip(command.long_desc()),
    )
    command.add_options(parser)
    return parser


class CrawlingCommand(click.Command):
    """A command of Scrapy. Click uses its options only for completion."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The command's own options that begin with `incomplete`."""
        if not incomplete.startswith("-") or self.name is None:
            return []
        parser = _parser(self.name, _load(self.name, settings_of_project()))
        return [
            CompletionItem(option, help=action.help)
            for action in parser._actions
            for option in action.option_strings
            if option.startswith(incomplete)
        ]


def _crawling_command(name: str) -> click.Command:
    """A Scrapy command for click, which passes on all words after its name."""

    @click.pass_context
    def run(ctx: click.Context, arguments: tuple[str, ...]) -> None:
        run_scrapy(name, list(arguments), ctx.obj)

    return CrawlingCommand(
        name,
        callback=run,
        params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
        short_help=CRAWLING[name],
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "help_option_names": []},
    )


if __name__ == "__main__":
    main()
