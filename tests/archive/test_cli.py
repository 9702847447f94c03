"""The command line as a person and a program use it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from sqlalchemy import Engine, text

from archive.cli import main
from archive.exported_record import KEYS
from archive.ingest.store import Store
from tests.archive.conftest import Run
from tests.archive.samples import BODY, release

DOCS = Path(__file__).parents[2] / "docs"
CONTEXT = click.Context(main)
COMMANDS = main.list_commands(CONTEXT)


def _process(url: str, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "archive", *arguments],
        env=os.environ | {"ARCHIVE_URL": url},
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.mark.parametrize("width", [80, 160])
def test_stats_fit_the_terminal(run: Run, filled: Store, width: int) -> None:
    shown = run("stats", width=width).output
    assert max(map(len, shown.splitlines())) <= width
    assert re.search(r"pemkot-contoh +2 +3 +0 +1 ", shown)
    assert re.search(r"kpu-contoh +1 +1 +1 +0 ", shown)
    assert re.search(r"All +3 +4 +1 +1", shown)
    assert "unfinished" in shown
    assert "never" in shown
    assert "\x1b" not in shown


def test_stats_name_the_sources_of_doubtful_texts(run: Run, store: Store) -> None:
    store.store(release(flags=["text-doubtful"]), None)
    store.store(release(2), None)
    assert "Doubtful texts: 1 (pemkot-contoh 1)." in run("stats").output
    sources = json.loads(run("stats", "--json").output)["sources"]
    assert {one["source"]: one["doubtful"] for one in sources if one["releases"]} == {
        "pemkot-contoh": 1
    }


def test_stats_for_programs(run: Run, filled: Store) -> None:
    counted = json.loads(run("stats", "--json").output)
    assert counted["totals"] == {
        "releases": 3,
        "versions": 4,
        "reposts": 1,
        "election": 2,
        "gone": 0,
        "moved": 0,
        "doubtful": 0,
        "rejected": 1,
    }
    by_source = {row["source"]: row for row in counted["sources"]}
    assert by_source["pemkot-contoh"]["last_outcome"] == "partial"
    assert by_source["pemkot-contoh"]["last_published_on"] == "2024-08-31"
    assert by_source["pemkot-misal"]["last_crawl_at"] is None


def test_an_empty_archive_says_so(run: Run, engine: Engine) -> None:
    assert "The archive is empty" in run("stats").output
    assert json.loads(run("stats", "--json").output)["sources"] == []
    assert run("export").output == ""


def test_search_for_people_and_for_programs(run: Run, filled: Store) -> None:
    shown = run("search", "posko", "pengaduan")
    assert "Warga Diajak Memeriksa Daftar Pemilih" in shown.output
    assert "[Posko] [pengaduan]" in shown.output
    assert " · repost" in shown.output
    hits = json.loads(run("search", '"posko pengaduan"', "--source", "kpu-contoh", "--json").output)
    assert [hit["source"] for hit in hits] == ["kpu-contoh"]
    assert "[Posko pengaduan]" in hits[0]["snippet"]
    assert run("search", "tiada").output == "Nothing found.\n"
    assert "More results: --page 2." in run("search", "posko", "--limit", "1").output
    assert "more" not in run("search", "posko", "--limit", "1", "--page", "2").output
    assert "Pasar Murah" in run("search", "--edited").output
    assert " · edited" in run("search", "--edited").output


def test_show_tells_everything(run: Run, filled: Store) -> None:
    shown = run("show", "https://pemkot-contoh.example/berita/1").output
    for part in (
        "Warga Diajak Memeriksa Daftar Pemilih",
        "KOTA CONTOH - Panitia di Kota Contoh",
        "\n(diskominfo/cha/arh)",
        "diskominfo, cha, arh",
        "election: daftar pemilih; coklit: daftar pemilih",
        "weekday-mismatch",
        "2024-08-31T16:05:00+08:00 (by page)",
        "The same text",
        "kpu-contoh:",
    ):
        assert part in shown
    assert "Versions" not in shown


def test_show_names_the_versions_and_prints_markup_as_text(run: Run, filled: Store) -> None:
    shown = run("show", "https://pemkot-contoh.example/berita/2").output
    assert "2 of 2" in shown
    assert "Pasar [bold]Murah[/bold] :smile:" in shown


def test_show_for_programs(run: Run, filled: Store) -> None:
    shown = json.loads(run("show", "https://kpu-contoh.example/berita/1", "--json").output)
    assert set(shown) == {
        *KEYS,
        "flags",
        "topic_words",
        "claim",
        "history",
        "copies",
        "documents",
        "moves",
    }
    assert shown["copies"] == [
        {
            "id": shown["duplicate_of"],
            "source": "pemkot-contoh",
            "publisher": "Kantor pemkot-contoh",
            "published_on": "2024-08-31",
            "title": "Warga Diajak Memeriksa Daftar Pemilih",
            "url": "https://pemkot-contoh.example/berita/1",
            "first": True,
            "similarity": 1.0,
        }
    ]
    assert [version["version"] for version in shown["history"]] == [1]


def test_show_takes_as_much_of_an_id_as_is_enough(run: Run, filled: Store) -> None:
    full = json.loads(run("show", "https://kpu-contoh.example/berita/1", "--json").output)["id"]
    for name in (full, full[:14], full.split(":")[1][:6]):
        assert json.loads(run("show", name, "--json").output)["id"] == full
    several = run("show", "pemkot")
    assert (several.exit_code, "matches several releases: pemkot-contoh:" in several.output) == (
        2,
        True,
    )
    for nothing in ("nope", "%", "_"):
        missing = run("show", nothing)
        assert missing.exit_code == 1
        assert f"There is no release '{nothing}' in the archive" in missing.output


def test_export_to_a_file_says_where_to_go_on(run: Run, filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    done = run("export", "-o", str(path))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["seq"] for line in lines] == sorted(line["seq"] for line in lines)
    last = lines[-1]["seq"]
    assert f"3 releases in {path}. Next export: --after-seq {last}" in done.output
    assert run("export", "--after-seq", str(last)).output == ""
    assert run("export").output == path.read_text(encoding="utf-8")
    assert len(run("export", "--unique", "--election").output.splitlines()) == 1
    assert len(run("export", "--source", "kpu-contoh").output.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["export", "--format", "xml"], 2, "'xml' is not one of"),
        (["export", "-o", "a.parquet.gz"], 2, "Parquet compresses by itself: leave out .gz."),
        (["export", "--state", "nowhere/seq"], 2, "There is no folder nowhere"),
        (["export", "--source", "nope"], 2, "The archive has no source nope."),
        (["search", "kota", "--source", "nope"], 2, "The archive has no source nope."),
        (["search", "-", "*"], 2, "The query has no word to search for."),
        (["search", "kota", "--kind", "kab"], 2, "The archive has no kind kab."),
        (["search", "kota", "--region", "99"], 2, "The archive has no source in the region 99."),
        (["search", "(kota"], 2, "An opening bracket is not closed."),
        (["search"], 2, "Say what to search for"),
        (["search", "kota", "--since", "kemarin"], 2, "kemarin"),
        (["export", "--since", "-1"], 2, "-1"),
        (["export", "-o", "nowhere/out.jsonl"], 2, "There is no folder nowhere"),
        (["nope"], 2, "There is no command called 'nope'"),
        (["stats", "--archive", "sqlite:////nowhere/a.db"], 3, "There is no archive at"),
        (["--archive", "nowhere/a.db", "stats"], 3, "nowhere/a.db; a crawl"),
        (["--archive", "sqlite:a.db", "stats"], 3, "write a path such as archive.db"),
        (["upgrade", "--archive", "sqlite:////nowhere/a.db"], 3, "There is no archive at"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_a_code(
    run: Run, filled: Store, arguments: list[str], code: int, sentence: str
) -> None:
    done = run(*arguments)
    assert done.exit_code == code
    assert sentence in done.output
    assert "Traceback" not in done.output


def test_an_export_never_overwrites_the_archive(run: Run, filled: Store, url: str) -> None:
    done = run("export", "-o", url.removeprefix("sqlite:///"))
    assert (done.exit_code, "is the archive itself" in done.output) == (2, True)
    assert run("stats").exit_code == 0


def test_upgrade_has_nothing_to_do(run: Run, engine: Engine) -> None:
    done = run("upgrade")
    assert (done.exit_code, "is up to date" in done.output) == (0, True)


def test_a_reader_that_has_seen_enough_ends_it_quietly(url: str, store: Store) -> None:
    for number in range(60):
        store.store(release(number, body=f"{number} {BODY} " * 20), None)
    with _process(url, "export", stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["seq"]
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_output_is_a_sentence(url: str, filled: Store) -> None:
    for arguments in (["export"], ["stats"], ["export", "-o", "/dev/full"]):
        with Path("/dev/full").open("w") as full, _process(url, *arguments, stdout=full) as process:
            assert process.stderr is not None
            complaint = process.stderr.read()
        assert process.returncode == 3
        assert complaint.startswith("Error: ")
        assert complaint.endswith("cannot be written: No space left on device.\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help_and_stands_in_the_docs(name: str) -> None:
    command = main.get_command(CONTEXT, name)
    assert command is not None
    assert command.help
    assert f"python -m archive {name}" in command.help, "an example"
    pages = "\n".join(page.read_text("utf-8") for page in sorted(DOCS.glob("*.md")))
    chapter = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", pages, re.M | re.S)
    assert chapter, f"no chapter {name}"
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    assert all(each.help for each in inner)
    for option in [*command.params, *(option for each in inner for option in each.params)]:
        if isinstance(option, click.Option) and option.name not in ("url", "help"):
            assert option.help
            if option.opts[-1] != "--archive":
                assert f"`{option.opts[-1]}" in chapter[1]


def test_every_table_view_and_column_stands_in_the_docs(engine: Engine) -> None:
    page = (DOCS / "query.md").read_text()
    with engine.connect() as connection:
        objects = connection.execute(
            text(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
                " AND name NOT LIKE 'search_index%' AND name != 'alembic_version'"
            )
        ).scalars()
        for name in objects.all():
            chapter = re.search(rf"^### {name}\n(.*?)(?=^##|\Z)", page, re.M | re.S)
            assert chapter, name
            columns = connection.execute(text(f"SELECT name FROM pragma_table_info('{name}')"))  # noqa: S608
            for (column,) in columns:
                assert f"`{column}`" in chapter[1], f"{name}.{column}"


def test_the_queries_in_the_docs_run(engine: Engine) -> None:
    page = (DOCS / "query.md").read_text()
    queries = re.findall(r"```sql\n(.*?)```", page, re.S)
    assert len(queries) >= 2
    with engine.connect() as connection:
        for query in queries:
            connection.execute(text(query))


def test_every_key_of_the_record_stands_in_the_docs() -> None:
    page = (DOCS / "export.md").read_text()
    for key in KEYS:
        assert f"`{key}`" in page, key
