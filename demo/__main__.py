"""`make demo`: the whole job on the demo web: crawl, archive, search, export; the next morning too.

`python -m demo serve` only serves the web, to look at it or to crawl it by hand.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import click
from rich.console import Console

from demo import truth
from demo.tour import QUICK, Record, StepFailed, Tour
from demo.web import Web

FOLDER = Path("build/demo")
LONG = 60  # characters of a value that the sample record shows
LAST_MORNING = 2


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(ctx: click.Context) -> None:
    """Crawl, search and export a web of made-up sites on this machine.

    Everything goes to build/demo, which is emptied first. Exit code 0, or 1 if a step fails or the
    archive differs from the sites.
    """
    if ctx.invoked_subcommand is not None:
        return
    console = Console()
    with _ending_in_a_sentence(console):
        with Web(own_ports=True) as web:
            shutil.rmtree(FOLDER, ignore_errors=True)
            register(web)
            tour = Tour(FOLDER, console)
            introduce(tour, web)
            last_seq = first_morning(tour, web)
            second_morning(tour, web, last_seq)
        what_next(tour)


@main.command()
@click.option(
    "--morning",
    type=click.IntRange(1, LAST_MORNING),
    default=LAST_MORNING,
    show_default=True,
    help="The sites as they are on this morning; the demo ends on the last.",
)
def serve(morning: int) -> None:
    """Only serve the sites, at the addresses that the demo archived, until Ctrl-C."""
    console = Console()
    with _ending_in_a_sentence(console), Web(morning, own_ports=True) as web:
        register(web)
        for source, home in web.homes.items():
            console.print(f"{source:26}{home}")
        console.print(f"Registry: {FOLDER / 'sources.toml'}. Stop with Ctrl-C.")
        threading.Event().wait()


def register(web: Web) -> None:
    """Writes the registry of these sites into the demo's folder."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "sources.toml").write_text(web.sources_toml, "utf-8")


@contextmanager
def _ending_in_a_sentence(console: Console) -> Iterator[None]:
    """Ends the program with 1 and what went wrong, or with 130 after Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except (StepFailed, OSError) as error:
        console.print(f"\n[bold red]The demo stopped.[/] {error}", soft_wrap=True)
        raise SystemExit(1) from None


def introduce(tour: Tour, web: Web) -> None:
    """What is about to happen, and where."""
    tour.headline(f"A web of {len(web.homes)} made-up sites, on this machine only")
    for source, home in web.homes.items():
        tour.console.print(f"  {source:26}{home}")
    tour.console.print("Everything goes to build/demo; the commands below find it by")
    for name, value in tour.places.items():
        tour.console.print(f"[cyan]$ export {name}={value}", highlight=False)


def first_morning(tour: Tour, web: Web) -> int:
    """Crawl, look, search, export. Returns the last `seq` exported. Raises StepFailed."""
    tour.headline("Crawl all sources")
    tour.arsip("crawlall", *QUICK)
    tour.headline("What the archive holds now")
    tour.arsip("stats")
    tour.headline("Search it")
    tour.arsip("search", "netralitas", "--limit", "5")
    tour.headline("Export it: one JSON object a line")
    records = tour.export("releases.jsonl")
    check(truth.first_morning(web, records))
    show_record(tour, records[0])
    tour.headline("Reposts: texts another release had first")
    show_reposts(tour, records)
    return max(int(record["seq"]) for record in records)


def second_morning(tour: Tour, web: Web, last_seq: int) -> None:
    """The sites have changed; crawl again and show what changed. Raises StepFailed."""
    web.morning(2)
    tour.headline("The next morning: two releases are new, two edited")
    tour.arsip("crawlall", "--deep", *QUICK)
    changes = tour.export("changes.jsonl", "--after-seq", str(last_seq))
    check(truth.second_morning(web, tour.export("releases.jsonl")))
    rows = [(change_of(r), r["source"], r["title"]) for r in changes]
    tour.table("Changed since the last export", ("what", "source", "title"), sorted(rows))
    tour.headline("A spreadsheet to hand over: what was published about netralitas")
    tour.arsip("export", "netralitas", "-o", str(tour.folder / "netralitas.xlsx"))


def check(differences: list[str]) -> None:
    """Raises StepFailed when the archive is not what it should be."""
    if differences:
        listed = "".join(f"\n  - {difference}" for difference in differences)
        raise StepFailed(f"The archive is not what the sites hold:{listed}")


def show_record(tour: Tour, record: Record) -> None:
    """A record, long values cut."""
    tour.console.print("The first record, its long values cut:")
    for key, value in record.items():
        text = repr(value) if not isinstance(value, str) else value.replace("\n", " ")
        short = text if len(text) <= LONG else text[:LONG] + " …"
        tour.console.print(f"  {key:17}{short}", markup=False, highlight=False)


def show_reposts(tour: Tour, records: list[Record]) -> None:
    """Who had a text first, and who printed it after."""
    by_id = {record["id"]: record for record in records}
    reposts = [record for record in records if record["duplicate_of"]]
    rows = [
        (r["source"], str(r["published_on"]), by_id[r["duplicate_of"]]["source"], r["title"])
        for r in sorted(reposts, key=lambda r: (r["duplicate_of"], str(r["published_on"])))
    ]
    tour.table(f"Reposts: {len(rows)}", ("source", "on", "had first by", "title"), rows)


def change_of(record: Record) -> str:
    """What happened to a record that changed."""
    if record["gone_at"]:
        return "withdrawn"
    return f"edited: version {record['version']}" if record["versions"] > 1 else "new"


def what_next(tour: Tour) -> None:
    """Commands to go on with; the web is gone, the archive stays."""
    tour.headline("Done. What to do next")
    arsip = f".venv/bin/arsip --archive {tour.places['ARCHIVE_URL']}"
    for does, command in (
        *needed_to_browse(),
        (
            "look at it in the browser: releases, what was changed, the pages as captured",
            f"{arsip} serve --captures {tour.places['CAPTURES']}",
        ),
        ("search on", f"{arsip} search kampanye --election"),
        ("all about the election as a spreadsheet", f"{arsip} export --election -o pilkada.xlsx"),
        ("all commands", ".venv/bin/arsip --help"),
        ("look at the demo's sites", ".venv/bin/python -m demo serve"),
        ("crawl the real ones", "make crawl"),
    ):
        tour.console.print(f"  # {does}\n  [cyan]$ {command}", soft_wrap=True, highlight=False)


def needed_to_browse() -> Iterator[tuple[str, str]]:
    """What installs the browser's part, where it is not installed."""
    if find_spec("datasette") is None:
        yield (
            "what the browser's pages need, once",
            ".venv/bin/python -m pip install -r requirements-extra.txt",
        )


if __name__ == "__main__":
    main(prog_name="python -m demo")
