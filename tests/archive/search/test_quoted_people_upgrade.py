"""The people whom an older archive quotes are entered in steps: a crawl writes between them, and an
interrupted upgrade goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select

from archive.database import rebuilds
from archive.database.connection import open_archive, writing
from archive.database.models import QuotedPerson
from archive.ingest.store import Store
from archive.preservation.verify import Counted, verify
from archive.search import index, quoted_people_upgrade
from archive.search.rebuild import rebuild as reindex
from crawler.extraction.quotes import find_quotes
from tests.archive.conftest import Run
from tests.archive.samples import release

BODIES = [
    f"“Kami siap,” kata Ketua KPU Contoh, {name} Lestari." for name in ("Ani", "Budi", "Citra")
]


class Killed(BaseException):
    """Stands for the end of the program."""


@pytest.fixture
def older(store: Store, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An archive whose tables are new and whose people are not entered yet; a step is one
    version."""
    for number, body in enumerate(BODIES, 1):
        store.store(release(number, body=body, quotes=find_quotes(body)), None)
    with writing(engine) as connection:
        connection.execute(delete(QuotedPerson))
        quoted_people_upgrade.begin(connection)
    monkeypatch.setattr(quoted_people_upgrade, "_STEP", 1)
    return store


def people(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        found = connection.execute(select(QuotedPerson.person).order_by(QuotedPerson.version_id))
        return list(found.scalars())


def killed() -> None:
    raise Killed


def test_the_newest_first_and_all_in_the_end(older: Store, engine: Engine) -> None:
    seen: list[int] = []
    assert quoted_people_upgrade.complete(engine, lambda: seen.append(len(people(engine))))
    assert seen == [1, 2, 3, 3]
    assert people(engine) == ["Ani Lestari", "Budi Lestari", "Citra Lestari"]
    assert list(index.check(engine)) == []
    assert not quoted_people_upgrade.complete(engine)


def test_a_killed_upgrade_goes_on_where_it_was(older: Store, engine: Engine) -> None:
    for entered in (1, 2):
        with pytest.raises(Killed):
            quoted_people_upgrade.complete(engine, killed)
        assert len(people(engine)) == entered
    quoted_people_upgrade.complete(engine, lambda: None)
    assert len(people(engine)) == 3


def test_a_crawl_stores_and_edits_between_steps(older: Store, engine: Engine, url: str) -> None:
    other = Store(open_archive(url, create=True, patience=0.0))  # waits for nobody
    edits = iter(range(1, 9))

    def crawls() -> None:
        if (number := next(edits)) < 4:
            body = f"Naskah baru. {BODIES[number % 3]}"
            for each in (number, number + 10):
                other.store(release(each, body=body, quotes=find_quotes(body)), None)

    quoted_people_upgrade.complete(engine, crawls)
    assert len(people(engine)) == 6
    assert list(index.check(engine)) == []


def test_who_asks_meanwhile_is_told(older: Store, engine: Engine, run: Run, tmp_path: Path) -> None:
    with pytest.raises(Killed):
        quoted_people_upgrade.complete(engine, killed)
    told = "The people who are quoted are being entered (33% done)"
    assert told in run("speakers").stderr
    assert told in run("speaker", "Citra").stderr
    assert any(told in each.detail for each in verify(engine, tmp_path, Counted()))
    assert "can be found" in run("upgrade").output
    assert run("speakers").stderr == ""
    assert run("upgrade").output.startswith("The archive is up to date")


def test_a_reindex_enters_them_too(older: Store, engine: Engine) -> None:
    reindex(engine, between=lambda: None)
    assert len(people(engine)) == 3
    with engine.connect() as connection:
        assert rebuilds.left(connection, "people") is None
