"""Which language is spoken, and how it writes dates and numbers."""

from __future__ import annotations

import json
from datetime import timedelta, timezone

import pytest

from archive.i18n import speaking
from archive.i18n.formats import day, moment, number, percent
from archive.i18n.languages import of_browser, of_locale
from archive.ingest.store import Store
from tests.archive.conftest import Run


@pytest.mark.parametrize(
    ("wished", "language"),
    [
        ("id", "id"),
        ("id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7", "id"),
        ("en-GB,en;q=0.9,id;q=0.4", "en"),
        ("fr,id;q=0.5", "id"),
        ("en;q=0,id;q=0.1", "id"),
        ("fr, de", None),
        ("", None),
        (";q=;,*", None),
    ],
)
def test_the_browser_says_what_it_would_rather_have(wished: str, language: str | None) -> None:
    assert of_browser(wished) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LC_ALL": "id", "LANG": "en_US.UTF-8"}, "id"),
        ({"LC_ALL": "C.UTF-8", "LANG": "id_ID.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "id_ID"}, "id"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_terminal_has_a_locale(environment: dict[str, str], language: str) -> None:
    assert of_locale(environment) == language


def test_dates_and_numbers() -> None:
    jayapura = timezone(timedelta(hours=9))
    with speaking("id"):
        assert day("2024-08-31") == "31 Agustus 2024"
        assert moment("2024-08-31T16:05:00+08:00") == "31 Agustus 2024, 16.05 WITA"
        assert (number(1234567), percent(0.98)) == ("1.234.567", "98%")
    with speaking("en"):
        assert day("2024-08-31", "medium") == "31 Aug 2024"
        assert moment("2024-08-31T16:05:00Z", jayapura) == "1 September 2024, 01:05 WIT"
        assert (number(1234567), percent(0.98)) == ("1,234,567", "98%")
        assert moment("2024-08-31T16:05:00Z").endswith("16:05 UTC")


def test_commands_speak_the_terminals_language(
    run: Run, filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Source" in run("stats").output
    monkeypatch.setenv("LANGUAGE", "id")
    counted = run("stats").output
    assert "Sumber" in counted
    assert "tentang pemilu" in counted
    assert "Tidak ada yang diturunkan." in run("suppressions").output
    assert "seperti pertama kali diarsipkan" in run("history", an_id(run)).output
    found = run("search", "posko", "--limit", "1").output
    assert "salinan" in found or "diubah" in found
    assert "Hasil lainnya: --page 2." in found
    assert '"releases"' in run("stats", "--json").output


def an_id(run: Run) -> str:
    return str(json.loads(run("export").stdout.splitlines()[0])["id"])
