from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, bindparam, insert, select, text

from archive.database.connection import ArchiveError, open_archive, writing
from archive.database.models import Alias, SourceRow, table_of
from archive.database.prepared_statements import Prepared

SOURCES, ALIASES = table_of(SourceRow), table_of(Alias)
ADD = Prepared(insert(SOURCES), SOURCES.c.keys())
FIND = Prepared(select(SOURCES.c.id).where(SOURCES.c.kind == bindparam("wanted")))
SOURCE = {
    "id": "pemkot-contoh",
    "kind": "pemkot",
    "publisher": "Pemerintah Kota Contoh",
    "region": "64.71",
    "home": "https://contoh.example/",
    "timezone": "Asia/Makassar",
}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_archive(f"sqlite:///{tmp_path / 'archive.db'}", create=True)


def test_values_go_in_and_come_out_by_the_types_of_their_columns(engine: Engine) -> None:
    add = Prepared(insert(ALIASES), ALIASES.c.keys())
    find = Prepared(select(ALIASES.c.seen_at).where(ALIASES.c.url == bindparam("wanted")))
    at = datetime(2024, 5, 26, 10, 1, 2, 500_000, tzinfo=UTC)
    with writing(engine) as connection:
        ADD.run(connection, SOURCE)
        alias = {"source": SOURCE["id"], "url": "/a", "leads_to": "/b", "how": "redirect"}
        add.run_all(connection, [alias | {"seen_at": at}])
        assert find.row(connection, {"wanted": "/a"}) == (at.replace(microsecond=0),)
        assert connection.scalar(text("SELECT seen_at FROM aliases")) == "2024-05-26T10:01:02Z"
        assert find.row(connection, {"wanted": "/b"}) is None
        assert FIND.rows(connection, {"wanted": "pemkot"}) == [("pemkot-contoh",)]


def test_what_fails_is_told_as_everywhere(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(ArchiveError, match="read-only"):
            ADD.run(connection, SOURCE)
        connection.exec_driver_sql("PRAGMA query_only = OFF")
    with engine.connect() as connection:
        assert FIND.rows(connection, {"wanted": "pemkot"}) == []
