"""An election supervisor's release of 2023, when its office was on WordPress: the address died when
the office moved to Drupal, and only a web archive has it. Text and people are made up."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawler.registry.source import Source
from tests.crawler.backfill.conftest import Declare, Run, exported
from tests.crawler.backfill.web_archive import FakeArchive, Held, web_archive

PAGE = Path(__file__).parent / "bawaslu" / "wordpress-2023.html"
GOLD: dict[str, Any] = json.loads(PAGE.with_suffix(".json").read_text(encoding="utf-8"))
HOME = "https://karangmulya.bawaslu.go.id/"


@pytest.fixture
def office(declare: Declare) -> Source:
    """As the registry has it, by rule and with what is known of the Drupal of today."""
    return declare(
        HOME,
        id="bawaslu-karangmulya",
        kind="bawaslu",
        publisher="Bawaslu Kabupaten Karangmulya",
        region="33.09",
        article="/berita/{slug}",
    )


def test_an_old_release_comes_back_with_what_a_person_reads_in_it(
    backfill: Run, office: Source, folder: Path
) -> None:
    old = Held(GOLD["url"], GOLD["timestamp"], gzip.compress(PAGE.read_bytes()), GOLD["headers"])
    html = {"Content-Type": "text/html"}
    held = [
        old,
        replace(old, timestamp="20240811070000", body=b"gone", status="404"),  # since the move
        replace(old, url=f"{GOLD['url']}?share=twitter"),
        Held(f"{HOME}category/berita/", GOLD["timestamp"], b"<ul><li>Berita</li></ul>", html),
        Held(f"{HOME}visi-dan-misi/", GOLD["timestamp"], b"<p>Visi</p>", html),
    ]
    with web_archive(FakeArchive("wayback", held)) as archive:
        run = backfill(archive, office)
    assert (run.problems, run.fetched) == ([], 1), "the release, and nothing that is surely none"
    [record] = exported(folder)
    assert {key: record[key] for key in GOLD["record"]} == GOLD["record"]
    assert record["via"] == {
        "archive": "web-archive.example",
        "url": archive.address(old.timestamp, old.url),
    }
