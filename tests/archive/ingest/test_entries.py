from dataclasses import replace
from pathlib import Path

from archive.database.connection import open_archive
from archive.ingest import version_columns
from archive.ingest.store import Store
from archive.search.index import check
from tests.archive.samples import release, source


def test_what_a_reader_worked_out_is_taken() -> None:
    one = release(1)
    worked_out = replace(one, entries=version_columns.entries(one))
    assert version_columns.known_entries(worked_out) is worked_out.entries
    assert version_columns.columns(worked_out) == version_columns.columns(one)


def test_what_was_worked_out_of_another_text_is_not(tmp_path: Path) -> None:
    one = release(1)
    changed = replace(one, title="Judul lain", entries=version_columns.entries(one))
    assert version_columns.known_entries(changed) is None
    engine = open_archive(f"sqlite:///{tmp_path / 'archive.db'}", create=True)
    store = Store(engine)
    store.register([source(changed.source)])
    store.store(changed, None)
    assert list(check(engine)) == []
    engine.dispose()
