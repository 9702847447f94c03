"""Characters that are no letters reach neither a terminal nor a page; the archive keeps them."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

import pytest

from archive.ingest.store import Store
from archive.printable import escape, escape_json, printable
from tests.archive.conftest import Run
from tests.archive.samples import DAY, MORNING, release, source

TRICK = "Rapat\u202egpj.exe\u2066 bersama\u200f \u00adwarga\ufeff \U000e0041kota"
"""Turns what follows around, is not seen, or both."""


def _is_shown(letter: str) -> bool:
    kept = "\u200c\u200d\n\t"
    return letter in kept or unicodedata.category(letter) not in ("Cc", "Cf", "Zl", "Zp", "Cs")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Rapat warga kota: “Jum’at”, 5 m², café", None),
        ("👩\u200d🌾 petani\tkota\nbaris dua", None),
        (TRICK, "Rapatgpj.exe bersama warga kota"),
        ("\x1b]0;judul\x07\x1b[31mmerah\x9b31m", "]0;judul[31mmerah31m"),
        ("baris\u2028dua\u2029tiga\x85empat", "baris\ndua\ntiga\nempat"),
        ("separuh \ud83d", "separuh \N{REPLACEMENT CHARACTER}"),
    ],
)
def test_what_is_shown(text: str, shown: str | None) -> None:
    assert printable(text) == (text if shown is None else shown)
    assert all(map(_is_shown, printable(text)))


def test_html_is_escaped_too() -> None:
    assert escape(f'<a href="{TRICK[:6]}">') == "&lt;a href=&quot;Rapat&quot;&gt;"


def test_json_says_the_same_without_them() -> None:
    written = escape_json(json.dumps({"judul": TRICK}, ensure_ascii=False))
    assert "\\u202e" in written
    assert all(map(_is_shown, written))
    assert json.loads(written) == {"judul": TRICK}


@pytest.fixture
def tricked(store: Store) -> Store:
    """A release whose every text is a trick, in two wordings; a source whose crawl failed so."""
    evil = release(
        9,
        title=TRICK,
        body=f"Pasar murah {TRICK}",
        dateline=f"{TRICK} - ",
        place=TRICK,
        byline=f"({TRICK})",
        author_tags=[f"cha{TRICK[5]}"],
        flags=[TRICK],
    )
    store.register([source()])
    store.store(evil, store.begin_crawl("pemkot-contoh", MORNING))
    crawl = store.begin_crawl("pemkot-contoh", MORNING + DAY)
    store.store(replace(evil, title=f"{TRICK}!", fetched_at=MORNING + DAY), crawl)
    store.end_crawl(crawl, "failed", f"https://x.example/{TRICK}: HTTP 500", {}, MORNING + DAY)
    return store


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    "command",
    [
        ["show", "https://pemkot-contoh.example/berita/9"],
        ["history", "https://pemkot-contoh.example/berita/9"],
        ["search", "pasar"],
        ["source", "pemkot-contoh"],
        ["author", f"cha{TRICK[5]}"],
        ["duplicates"],
        ["stats"],
        ["health"],
    ],
    ids=lambda command: command[0],
)
def test_no_command_prints_them(
    run: Run, tricked: Store, command: list[str], as_json: bool
) -> None:
    shown = run(*command, *(["--json"] if as_json else [])).output
    assert shown
    assert [letter for letter in shown if not _is_shown(letter)] == []


def test_the_archive_keeps_what_was_printed(run: Run, tricked: Store) -> None:
    detail = json.loads(run("show", "https://pemkot-contoh.example/berita/9", "--json").output)
    assert TRICK in json.dumps(detail, ensure_ascii=False)


def test_no_page_of_the_report_shows_them(run: Run, tricked: Store, tmp_path: object) -> None:
    shown = run("report", "-o", f"{tmp_path}/report.html")
    assert shown.exit_code == 0, shown.output
    with open(f"{tmp_path}/report.html", encoding="utf-8") as page:  # noqa: PTH123
        assert [letter for letter in page.read() if not _is_shown(letter)] == []
