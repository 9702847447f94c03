from dataclasses import replace
from pathlib import Path

from archive import wording
from archive.database import open_archive
from archive.index import check
from archive.store import Store
from tests.archive.samples import release, source


def test_what_a_reader_worked_out_is_taken() -> None:
    one = release(1)
    worked_out = replace(one, entries=wording.entries(one))
    assert wording.known_entries(worked_out) is worked_out.entries
    assert wording.columns(worked_out) == wording.columns(one)


def test_what_was_worked_out_of_another_text_is_not(tmp_path: Path) -> None:
    one = release(1)
    changed = replace(one, title="Judul lain", entries=wording.entries(one))
    assert wording.known_entries(changed) is None
    engine = open_archive(f"sqlite:///{tmp_path / 'archive.db'}", create=True)
    store = Store(engine)
    store.register([source(changed.source)])
    store.store(changed, None)
    assert list(check(engine)) == []
    engine.dispose()
