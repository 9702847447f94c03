"""The commands as a shell runs them: one clear sentence and a documented exit code."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.cmdline import execute
from scrapy.settings import Settings

from crawler.console import first_run
from crawler.console.results_table import print_table
from crawler.crawl.stats import CrawlStats, Verdict
from crawler.registry.reader import load_sources
from crawler.run.crawl_run import Result
from tests import commands
from tests.archive.samples import source
from tests.crawler.whole_crawls.test_crawl import article, paged_site
from tests.site import Answer, Pages, serve

ROOT = Path(__file__).parents[3]
FAST = [
    *("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "RETRY_TIMES=0"),
    *("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8"),
]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def scrapy(readers: None, tmp_path: Path) -> Run:
    """Runs `scrapy …` with this test's registry and archive, in a process of its own."""

    def run(
        *args: str, home: str | None = None, folder: Path = tmp_path
    ) -> subprocess.CompletedProcess[str]:
        if home is not None:
            (tmp_path / "sources.toml").write_text(declaration(home), encoding="utf-8")
        places = {
            "ARCHIVE_URL": f"sqlite:///{folder / 'archive.db'}",
            "SOURCES": str(tmp_path / "sources.toml"),
            "COLUMNS": "100",
        }
        return commands.run(*args, environment=places)

    return run


@pytest.fixture
def scrapy_here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The same in this process, which takes a tenth of the time: for commands that crawl nothing."""

    def run(*args: str, home: str | None = None) -> subprocess.CompletedProcess[str]:
        if home is not None:
            (tmp_path / "sources.toml").write_text(declaration(home), encoding="utf-8")
        places = (
            f"SOURCES={tmp_path / 'sources.toml'}",
            f"ARCHIVE_URL=sqlite:///{tmp_path / 'archive.db'}",
        )
        settings = [word for place in places for word in ("-s", place)]
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            execute(["scrapy", args[0], *settings, *args[1:]])
        return subprocess.CompletedProcess(args, ended.value.code or 0, *capsys.readouterr())

    return run


def declaration(home: str, id: str = "pemkot-uji") -> str:
    """A source's TOML record."""
    return (
        f'[[source]]\nid = "{id}"\nkind = "pemkot"\npublisher = "Pemerintah Kota Uji"\n'
        f'region = "64.71"\nhome = "{home}"\nlisting = "{home}berita"\narticle = "/berita/read/{{id}}"\n'
    )


def count(tmp_path: Path) -> int:
    """Releases in the archive, which must be sound."""
    with closing(sqlite3.connect(tmp_path / "archive.db")) as archive:
        assert archive.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (number,) = archive.execute("SELECT count(*) FROM releases").fetchone()
    return int(number)


def said(done: subprocess.CompletedProcess[str]) -> str:
    """What was said; never a traceback."""
    whole = done.stdout + done.stderr
    assert "Traceback" not in whole, whole
    return whole


def test_list(scrapy: Run) -> None:
    assert scrapy("list").stdout.split() == ["bawaslu", "kpu", "pemkot"]


def test_crawl_twice(scrapy: Run, scrapy_here: Run, tmp_path: Path) -> None:
    with serve(paged_site(2)) as site:
        for _ in range(2):
            done = scrapy("crawl", "pemkot", *FAST, home=site.home)
            assert done.returncode == 0, said(done)
            assert re.search(r"pemkot-uji +ok", done.stdout)
    assert count(tmp_path) == 4
    listed = scrapy_here("sources", "--json")
    (entry,) = json.loads(listed.stdout)
    assert (entry["id"], entry["releases"], entry["last_outcome"]) == ("pemkot-uji", 4, "ok")


def test_an_unknown_source(scrapy: Run, tmp_path: Path) -> None:
    done = scrapy("crawl", "pemkot", "-a", "source=pemkot-uij", home="http://127.0.0.1:9/")
    assert done.returncode == 2
    assert "no source of kind pemkot called 'pemkot-uij'. Did you mean pemkot-uji?" in said(done)
    assert not (tmp_path / "archive.db").exists()


def test_what_nobody_has_seen_is_crawled_only_when_named(
    scrapy: Run, scrapy_here: Run, tmp_path: Path
) -> None:
    with serve(paged_site(1)) as site:
        unseen = declaration(site.home, "pemkot-baru") + "verified = false\n"
        file = tmp_path / "sources.toml"
        file.write_text(unseen, encoding="utf-8")
        done = scrapy_here("crawlall", *FAST)
        assert (done.returncode, site.asked) == (2, [])
        assert "are not verified" in said(done)
        file.write_text(declaration(site.home) + unseen, encoding="utf-8")
        assert "1 more are not verified yet" in scrapy_here("sources").stdout
        assert "pemkot-uji" not in scrapy_here("sources", "--unverified").stdout
        listed = json.loads(scrapy_here("sources", "--json", "--all").stdout)
        assert [each["verified"] for each in listed] == [None, False]
        done = scrapy("crawlall", *FAST)
        assert "pemkot-baru" not in said(done)
        done = scrapy("crawl", "pemkot", "-a", "source=pemkot-baru", *FAST)
        assert re.search(r"pemkot-baru +ok", said(done))


def test_a_reader_that_has_seen_enough_ends_the_list_quietly() -> None:
    command = f"{sys.executable} -m scrapy sources --all | head -n 3"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=ROOT)
    assert (len(done.stdout.splitlines()), done.stderr) == (3, "")


@pytest.mark.parametrize("width", ["80", "160", None])
def test_no_host_is_folded(
    scrapy_here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: str | None
) -> None:
    """`width` None: a pipe."""
    monkeypatch.delenv("COLUMNS", raising=False)
    if width:
        monkeypatch.setenv("COLUMNS", width)
    id, host = "pemkot-kab-kepulauan-siau-tagulandang-biaro", "berita.sitarokab.example"
    registry = declaration(f"https://{host}/", id)
    for option, verified in (("--all", ""), ("--unverified", "verified = false\n")):
        (tmp_path / "sources.toml").write_text(registry + verified, encoding="utf-8")
        lines = scrapy_here("sources", option).stdout.splitlines()
        assert len(lines) == (3 if width == "80" else 2)
        assert id in lines[1]
        assert host in lines[-1]


def test_the_registry_narrowed(scrapy_here: Run, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").mkdir()
    done = scrapy_here("sources", "--generate")
    assert (done.returncode, "1,658 added" in said(done)) == (0, True)
    some = scrapy_here("sources", "--unverified", "--kind", "kpu", "--region", "51", "--json")
    assert [each["id"] for each in json.loads(some.stdout)][:2] == [
        "kpu-prov-bali",
        "kpu-kab-jembrana",
    ]
    assert len(json.loads(some.stdout)) == 10
    wrong = scrapy_here("sources", "--region", "99")
    assert (wrong.returncode, "no region '99'" in said(wrong)) == (2, True)
    wrong = scrapy_here("sources", "--generate", "-o", str(tmp_path / "sources.toml" / "bali.toml"))
    assert (wrong.returncode, "is one file" in said(wrong)) == (2, True)


@pytest.mark.parametrize("kind", ["nope", ""])
def test_an_unknown_kind(kind: str, scrapy: Run) -> None:
    done = scrapy("crawl", kind, home="http://127.0.0.1:9/")
    assert done.returncode == 2
    assert "kpu or pemkot" in said(done)


def test_a_broken_registry(scrapy_here: Run, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[[source]]\nid = "x"\nhoem = "y"\n', encoding="utf-8")
    done = scrapy_here("crawlall")
    assert done.returncode == 2
    lines = said(done).strip().splitlines()
    assert len(lines) > 1
    assert all(re.match(r".*sources\.toml:\d+: ", line) for line in lines), lines
    assert not (tmp_path / "archive.db").exists()


def test_an_unreachable_site(scrapy: Run, tmp_path: Path) -> None:
    done = scrapy("crawl", "pemkot", *FAST, home="http://127.0.0.1:9/")
    assert done.returncode == 1
    assert "refuses connections" in said(done)
    assert count(tmp_path) == 0


@pytest.mark.parametrize("what", ["only errors", "an endless page"])
def test_a_sick_site(what: str, scrapy: Run, tmp_path: Path) -> None:
    def endless() -> Answer:
        return Answer(itertools.repeat(b"<p>terus</p>" * 9999))

    pages: Pages = {"*": Answer(status=500) if what == "only errors" else endless}
    with serve(pages) as site:
        done = scrapy("crawlall", *FAST, home=site.home)
    assert done.returncode == 1
    assert ("HTTP 500" if what == "only errors" else "DOWNLOAD_MAXSIZE") in said(done)
    assert count(tmp_path) == 0


def test_a_read_only_archive(scrapy: Run, tmp_path: Path) -> None:
    with serve(paged_site(1)) as site:
        scrapy("crawl", "pemkot", *FAST, home=site.home)
        with closing(sqlite3.connect(tmp_path / "archive.db")) as archive:
            archive.execute("PRAGMA journal_mode = DELETE")
        site.asked.clear()
        # Root may write anywhere, so the folder's permissions alone would prove nothing.
        (tmp_path / "archive.db").chmod(0o444)
        subprocess.run(["chattr", "+i", str(tmp_path / "archive.db")], check=False)
        try:
            if os.access(tmp_path / "archive.db", os.W_OK):
                pytest.skip("this file system cannot hold a file that root may not write")
            done = scrapy("crawl", "pemkot", *FAST, home=site.home)
        finally:
            subprocess.run(["chattr", "-i", str(tmp_path / "archive.db")], check=False)
        assert site.asked == [], "nothing is asked of a site when it could not be kept"
    assert done.returncode == 3
    assert "archive.db" in said(done)
    assert count(tmp_path) == 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(scrapy: Run, small_disk: Path) -> None:
    pages = paged_site(1)
    with serve(pages) as site:
        scrapy("crawl", "pemkot", *FAST, home=site.home, folder=small_disk)
        (small_disk / "filler").write_bytes(bytes(free_space(small_disk) - 40_000))
        big = "Panitia menghitung ulang surat suara di gudang logistik kelurahan. " * 3000
        pages["/berita/read/1"] = article(1, big)
        done = scrapy("crawl", "pemkot", *FAST, folder=small_disk)
    assert done.returncode == 3, said(done)
    assert "disk is full" in said(done)
    assert count(small_disk) == 2


def free_space(folder: Path) -> int:
    """Bytes left on a folder's disk."""
    return shutil.disk_usage(folder).free


def test_what_is_no_archive(scrapy: Run, tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"kucing" * 999)
    done = scrapy("crawlall", home="http://127.0.0.1:9/")
    assert done.returncode == 3
    assert "archive.db" in said(done)
    assert (tmp_path / "archive.db").read_bytes() == b"kucing" * 999


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("pemkot-uji",), "give a source as --source pemkot-uji"),
        (("--foo",), "no option --foo"),
        (("--deep", "--within", "1m", "--sourc3", "pemkot-uji"), "no option --sourc3"),
    ],
)
def test_crawlall_crawls_nothing_where_it_does_not_understand(
    scrapy_here: Run, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = scrapy_here("crawlall", *arguments, *FAST, home="http://127.0.0.1:9/")
    assert done.returncode == 2
    assert sentence in said(done)
    assert not (tmp_path / "archive.db").exists()


def test_a_reason_is_printed_as_people_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    verdict = Verdict("failed", "https://x.example/[/red]\u202egpj.exe: HTTP 500")
    print_table([Result(source(), verdict, CrawlStats(), 1.0, 1)])
    assert "[/red]gpj.exe: HTTP 500" in capsys.readouterr().out


def test_equal_failures_are_said_once_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    why = "The host name cannot be resolved."
    results = [
        Result(
            replace(source(f"kota-{n}"), home=f"https://kota-{n}.go.id/"),
            Verdict("failed", f"https://kota-{n}.go.id/: {why}"),
            CrawlStats(),
            1.0,
            1,
        )
        for n in range(24)
    ]
    print_table(results)
    printed = " ".join(capsys.readouterr().out.split())
    assert printed.count(why) == 1
    assert f"24 × {why} (kota-0, kota-1, kota-2, kota-3, kota-4 and 19 more)" in printed
    assert "Next, for failed: arsip doctor --source kota-0" in printed


def test_a_crawl_without_a_network_says_so_once(scrapy: Run, tmp_path: Path) -> None:
    names = ("satu", "dua", "tiga", "empat")
    entries = [declaration(f"https://{name}.invalid/", f"pemkot-{name}") for name in names]
    (tmp_path / "sources.toml").write_text("".join(entries), encoding="utf-8")
    done = scrapy("crawlall")
    assert done.returncode == 1
    assert said(done).count("no network") == 1
    assert "pemkot-" not in said(done)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as archive:
        assert archive.execute("SELECT count(*) FROM crawls").fetchone() == (0,)
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    assert not first_run.has_crawls(url), "the next run is still the first one"


def test_a_first_run_asks_whom_to_name_and_takes_a_few(capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings({"CONTACT": ""})
    answers = iter(["nama", "nama@contoh.id"])
    first_run.ask_for_contact(settings, lambda _: next(answers))
    assert settings["CONTACT"] == "nama@contoh.id"
    assert "nama is neither" in capsys.readouterr().err
    first_run.ask_for_contact(settings, lambda _: pytest.fail("it is set"))
    sources = load_sources(ROOT / "crawler" / "sources")
    few = first_run.choose_few(sources)
    assert len({each.home for each in few}) == len(few) == 4
    first_run.explain(few, 24)
    assert "crawls 4 of 24 sources" in capsys.readouterr().err


def test_missing_and_withdrawn_releases_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    tallies = CrawlStats(new=2, missing=1), CrawlStats(new=1, gone=3)
    print_table([Result(source(), Verdict("ok", ""), stats, 1.0, 1) for stats in tallies])
    heading, *_, last = capsys.readouterr().out.splitlines()
    assert heading.split() == [
        "source",
        "outcome",
        "new",
        "missing",
        "withdrawn",
        "requests",
        "time",
    ]
    assert "3 new, 0 changed, 1 missing, 3 withdrawn" in last


def test_probe_prints_a_record_that_can_be_used(scrapy: Run, tmp_path: Path) -> None:
    with serve({**paged_site(2), "/": '<a href="/berita">Berita</a>'}) as site:
        kept = tmp_path / "kept.wacz"
        done = scrapy("probe", site.home, "--keep", str(kept), *FAST, home=site.home)
        asked = [path for path in site.asked if "read" in path]
    assert done.returncode == 0
    made = scrapy("gold", str(kept), "-o", str(tmp_path / "gold"))
    assert (made.returncode, len(made.stdout.split())) == (0, 3), said(made)
    (record,) = tomllib.loads(done.stdout)["source"]
    assert (record["kind"], record["home"]) == ("pemkot", site.home)
    assert record["verified"] == datetime.now(UTC).date()
    assert f"# Instead of pemkot-uji at {tmp_path}/sources.toml:1" in done.stdout
    assert "4 releases named" in done.stdout
    assert "Rilis nomor 1" in done.stdout
    assert len(asked) == 3, "three releases for a preview"
    assert not (tmp_path / "archive.db").exists()


@pytest.mark.parametrize("url", ["", "ftp://x.example/", "://", "http://warga@x.example/"])
def test_probe_of_no_address(url: str, scrapy_here: Run) -> None:
    done = scrapy_here("probe", url, home="http://127.0.0.1:9/")
    assert done.returncode == 2
    assert "Traceback" not in said(done)


def test_probe_of_a_host_that_does_not_answer_ends_at_once(scrapy_here: Run) -> None:
    done = scrapy_here("probe", "127.0.0.1:9", home="http://127.0.0.1:9/")
    assert done.returncode == 1
    assert "127.0.0.1:9 answers neither at https nor at http." in said(done)


def test_probe_of_a_site_that_is_not_there(scrapy: Run) -> None:
    done = scrapy("probe", "http://127.0.0.1:9/", *FAST, home="http://127.0.0.1:9/")
    assert done.returncode == 1
    assert "refuses connections" in " ".join(said(done).replace("\n#", "").split())
