"""What people see of a release's documents: `show`, `history`, `search`, and the pages of `serve`."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from archive.ingest.store import Store
from tests.archive.conftest import Run
from tests.archive.ingest.test_attachments import DECREE, fetch, linked
from tests.archive.samples import DAY, MORNING


@pytest.fixture
def changed(store: Store, engine: Engine) -> str:
    """A release whose text is in a document that has changed: its id."""
    flags = ["text-in-attachment"]
    store.store(linked(DECREE, body="Terlampir.", flags=flags), None, documents=[fetch("lama")])
    later = MORNING + DAY
    again = replace(linked(DECREE, body="Terlampir.", flags=flags), fetched_at=later)
    stored = store.store(again, None, documents=[fetch("baru", later, size=2_500_000)])
    return stored.id


def test_show_and_history_list_the_states_of_a_document(run: Run, changed: str) -> None:
    shown = run("show", changed, width=160).output
    assert DECREE in shown
    assert "captured, 2.5 MB, changed on 2024-09-02" in " ".join(shown.split())
    lines = run("history", changed).output.splitlines()
    assert f"Document {DECREE}" in lines
    assert [line.split(", ")[1] for line in lines if line.startswith("  2024")] == [
        "linked",
        "captured: 1 KB",
        "changed: 2.5 MB",
    ]
    [document] = json.loads(run("history", changed, "--json").output)["documents"]
    assert [one["sha256"] for one in document["captures"]] == ["lama", "baru"]
    assert json.loads(run("show", changed, "--json").output)["documents"] == [document]


def test_search_marks_what_it_found_in_a_document(run: Run, changed: str) -> None:
    assert "in attachment" in run("search", "formasi").output
    assert "in attachment" not in run("search", "terlampir").output
    assert "Nothing found" in run("search", "--in-attachments", "terlampir").output
    assert run("search", "--in-attachments").exit_code == 2
    [hit] = json.loads(run("search", "formasi", "--json").output)
    assert hit["in_attachment"] is True


def test_the_pages_show_documents_and_their_text(tmp_path: Path, changed: str) -> None:
    pytest.importorskip("datasette", reason="needs requirements-extra.txt")
    from archive.browse.site import site

    async def pages() -> list[Any]:
        served = site(tmp_path / "archive.db", tmp_path / "captures")
        await served.invoke_startup()
        addresses = (
            "/search?q=formasi",
            f"/release/{changed}?q=formasi",
            f"/release/{changed}/changes",
        )
        return [(await served.client.get(address)).text for address in addresses]

    results, release, changes = asyncio.run(pages())
    assert 'class="badge attachment">in attachment' in results
    assert f'href="{DECREE}"' in release
    assert "<mark>Formasi</mark> petugas baru" in release
    assert "The text is in a document." in release
    assert "sha256:lama" in changes
    assert "sha256:baru" in changes
