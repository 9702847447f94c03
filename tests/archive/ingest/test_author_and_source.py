"""Who signs, and what one site published, for people and for programs."""

from __future__ import annotations

import json
from datetime import date

import pytest

from archive.ingest.store import Store
from tests.archive.conftest import Run
from tests.archive.samples import source


def test_an_author(run: Run, filled: Store) -> None:
    shown = run("author", "CHA").output
    for part in (
        "cha\n3 releases, 2024-08-31\n",
        "pemkot-contoh         2  2024-08-31",
        "arh (3), diskominfo (3)",
        "Warga Diajak Memeriksa Daftar Pemilih",
        "2024-08-31 · kpu-contoh:",
    ):
        assert part in shown
    found = json.loads(run("author", "cha", "--json").output)
    assert (found["releases"], found["first_published_on"]) == (3, "2024-08-31")
    assert [row["source"] for row in found["sources"]] == ["pemkot-contoh", "kpu-contoh"]
    assert found["beside"] == [{"tag": "arh", "releases": 3}, {"tag": "diskominfo", "releases": 3}]
    assert date.fromisoformat(found["latest"][0]["published_on"])


def test_nobody_signs_so(run: Run, filled: Store) -> None:
    done = run("author", "disk")
    assert done.exit_code == 1
    assert "No release is signed with 'disk'; there are diskominfo." in done.output
    for nobody in ("zzz", ""):
        done = run("author", nobody)
        assert (done.exit_code, done.output) == (
            1,
            f"Error: No release is signed with {nobody!r}.\n",
        )


@pytest.mark.parametrize("width", [80, 160])
def test_a_source(run: Run, filled: Store, width: int) -> None:
    shown = run("source", "pemkot-contoh", width=width).output
    assert max(map(len, shown.splitlines())) <= width
    for part in (
        "Kantor pemkot-contoh",
        "https://pemkot-contoh.example/",
        "2, of them 1 about the election",
        "3, 1 releases edited",
        "arh (2), cha (2), diskominfo (2)",
        "validation no-title (1)",
        "2024-09-01 22:15  partial",
        "One page had no title.",
        "Pasar Murah",
    ):
        assert part in shown
    found = json.loads(run("source", "pemkot-contoh", "--json").output)
    assert (found["id"], found["counts"]["edited"], found["counts"]["gone"]) == (
        "pemkot-contoh",
        1,
        0,
    )
    assert [crawl["outcome"] for crawl in found["crawls"]] == ["partial"]
    assert found["rejections"] == [{"stage": "validation", "reason": "no-title", "pages": 1}]


def test_a_source_that_published_nothing(run: Run, filled: Store) -> None:
    shown = run("source", "pemkot-misal")
    assert (shown.exit_code, "0, of them 0 about the election" in shown.output) == (0, True)
    missing = run("source", "nope")
    assert (missing.exit_code, missing.output) == (1, "Error: The archive has no source 'nope'.\n")


def test_long_names_of_sources_break_where_they_may(run: Run, store: Store) -> None:
    store.register([source("kpu-kabupaten-hulu-sungai-tengah")])
    shown = run("stats", width=80).output
    assert "kpu-kabupaten-hulu-" in shown
    assert "\nsungai-tengah" in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert "kpu-kabupaten-hulu-sungai-tengah " in run("stats", width=160).output
