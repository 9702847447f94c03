"""`arsip`: one command for both command lines, from any folder."""

from __future__ import annotations

import json
import os
import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

import archive.commands
import crawler.commands
from archive.database.connection import ArchiveError, archive_path, open_archive
from archive.ingest.store import Store
from crawler.cli import CRAWLING, arsip
from tests.archive.samples import release, source
from tests.crawler.commands.test_commands import declaration

ROOT = Path(__file__).parents[2]
ASKING = [
    module.name.replace("_", "-") for module in pkgutil.iter_modules(archive.commands.__path__)
]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, which is no checkout and holds no archive."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ARCHIVE_URL", raising=False)
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "another.project")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(arsip, words, prog_name="arsip")


def test_the_help_lists_every_command() -> None:
    shown = run("--help").output
    listed = re.findall(r"^  ([a-z][a-z-]+)  +\S", shown, re.M)
    assert listed == [*CRAWLING, *sorted(ASKING)]
    assert max(map(len, shown.splitlines())) <= 100
    assert "arsip search" in shown
    assert "its documents, versions and copies signing-key" in " ".join(shown.split()), (
        "no sentence is cut"
    )


def test_the_commands_of_scrapy_are_those_of_the_folder() -> None:
    found = {}
    for module in pkgutil.iter_modules(crawler.commands.__path__):
        command = getattr(import_module(f"crawler.commands.{module.name}"), "Command", None)
        if command is not None:
            found[module.name] = command().short_desc()
    assert found == CRAWLING
    assert not set(found) & set(ASKING)


@pytest.mark.parametrize("name", [*CRAWLING, "search", "stats"])
def test_each_help_says_arsip(elsewhere: Path, name: str) -> None:
    done = run(name, "--help")
    assert done.exit_code == 0
    assert f"arsip {name}" in done.output
    assert not re.search(r"python -m|scrapy [a-z]", done.output)


@pytest.mark.parametrize(
    ("typed", "meant"), [("serch", "search"), ("crawl-all", "crawlall"), ("sourcs", "sources")]
)
def test_a_mistyped_command(typed: str, meant: str) -> None:
    done = run(typed)
    assert done.exit_code == 2
    assert re.search(rf"no command called '{typed}'\. Did you mean .*\b{meant}\b", done.output)


def test_a_command_of_scrapy_runs_from_any_folder(elsewhere: Path) -> None:
    (elsewhere / "own.toml").write_text(declaration("http://127.0.0.1:9/"), encoding="utf-8")
    done = run("sources", "--json", "-s", "SOURCES=own.toml")
    assert done.exit_code == 0, done.output
    assert [entry["id"] for entry in json.loads(done.stdout)] == ["pemkot-uji"]
    wrong = run("sources", "--keep", "x.wacz")
    assert (wrong.exit_code, "arsip sources: error: --keep goes" in wrong.output) == (2, True)
    assert [path.name for path in elsewhere.iterdir()] == ["own.toml"]


def test_a_command_of_the_archive_takes_a_plain_path(elsewhere: Path) -> None:
    open_archive("own.db", create=True).dispose()
    for words in (["--archive", "own.db", "stats"], ["stats", "--archive", "own.db"]):
        assert "The archive is empty" in run(*words).output
    done = CliRunner(env={"ARCHIVE_URL": "own.db"}).invoke(arsip, ["stats"])
    assert "The archive is empty" in done.output


def test_a_missing_archive_is_named_and_not_made(elsewhere: Path) -> None:
    for words in ("stats", "search x", "show x", "health", "export", "history x", "report -o r"):
        done = run(*words.split())
        assert done.exit_code == 3, words
        assert f"There is no archive at {elsewhere / 'archive.db'}" in done.output
    assert list(elsewhere.iterdir()) == []


def test_paths_and_urls_of_one_archive(elsewhere: Path) -> None:
    here = elsewhere / "a 100%?.db"
    assert archive_path("a 100%?.db") == archive_path(str(here)) == here
    assert archive_path("sqlite:///b.db") == archive_path("./b.db") == elsewhere / "b.db"
    for neither in ("", ":memory:", "sqlite:b.db", "file:b.db"):
        with pytest.raises(ArchiveError):
            archive_path(neither)


@pytest.mark.parametrize(
    ("before", "begun", "completed"),
    [
        ([], "craw", ["crawl", "crawlall"]),
        ([], "stat", ["stats", "status-page"]),
        (["stats"], "--js", ["--json"]),
        (["sources"], "--gen", ["--generate"]),
    ],
)
def test_completion(elsewhere: Path, before: list[str], begun: str, completed: list[str]) -> None:
    shell = ShellComplete(arsip, {}, "arsip", "_ARSIP_COMPLETE")
    assert [item.value for item in shell.get_completions(before, begun)] == completed


@pytest.mark.parametrize(
    ("option", "begun", "completed"),
    [
        ("--source", "pemkot-", ["pemkot-contoh"]),
        ("--kind", "", ["pemkot"]),
        ("--region", "6", ["64.71"]),
        ("--level", "p", ["provinsi"]),
        ("--tag", "disk", ["diskominfo"]),
        ("--topic", "d", ["daftar-pemilih"]),
    ],
)
def test_values_of_the_archive_are_completed(
    elsewhere: Path, option: str, begun: str, completed: list[str]
) -> None:
    shell = ShellComplete(arsip, {}, "arsip", "_ARSIP_COMPLETE")
    assert shell.get_completions(["search", option], begun) == [], "and no archive is made"
    engine = open_archive("archive.db", create=True)
    store = Store(engine)
    store.register([source("pemkot-contoh")])
    store.store(release(1, topics=["daftar-pemilih"], author_tags=["diskominfo"]), None)
    engine.dispose()
    for command in ("search", "export"):
        found = [item.value for item in shell.get_completions([command, option], begun)]
        assert found == completed


@pytest.mark.soak
def test_the_wheel_works_elsewhere(tmp_path: Path) -> None:
    """Installed without the checkout, with the libraries of this environment."""

    def call(*command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        own = {name: os.environ[name] for name in os.environ if name != "PYTHONPATH"}
        return subprocess.run(
            list(map(str, command)), cwd=tmp_path, env=own | more, capture_output=True, text=True
        )

    venv = tmp_path / "venv"
    checkout = tmp_path / "checkout"
    for command in (
        # Built from a clone: setuptools leaves its working files beside what it builds.
        ["git", "clone", "--quiet", ROOT, checkout],
        [sys.executable, "-m", "venv", venv],
        [venv / "bin" / "pip", "install", "--quiet", "--no-deps", checkout],
    ):
        done = call(*command)
        assert done.returncode == 0, done.stderr
    # Not a path of Python's, which would come before the wheel and might hold this checkout.
    site = next(venv.glob("lib/python*/site-packages"))
    libraries = Path(pytest.__file__).parents[1]
    (site / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    program = venv / "bin" / "arsip"
    assert call(program, "--version").stdout.startswith("arsip, version ")
    open_archive(str(tmp_path / "own.db"), create=True).dispose()
    assert "is empty" in call(program, "stats", ARCHIVE_URL="own.db").stdout
    listed = call(program, "sources", "--json")
    assert len(json.loads(listed.stdout)) > 10, listed.stderr
    where = "import archive, archive.lookup.documented_questions as q; print(archive.__file__, len(q.questions()))"
    file, questions = call(venv / "bin" / "python", "-c", where).stdout.split()
    assert file.startswith(str(site))
    assert int(questions) > 20
