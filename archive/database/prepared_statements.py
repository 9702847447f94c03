"""Statements that are compiled once and then run by SQLite's driver.

SQLAlchemy takes about 40 µs per statement to find its compiled form and to wrap its rows, and
storing one release takes twenty statements. Values are still converted by the columns' types,
and failures raise the same errors (`archive.database.failures`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Select, TextClause, Update
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql.selectable import TextualSelect

from archive.database.column_types import json_text, parsed_json
from archive.database.failures import explain

Values = Mapping[str, Any]
_Convert = Callable[[Any], Any] | None
_DIALECT = SQLiteDialect_pysqlite(json_serializer=json_text, json_deserializer=parsed_json)


class Prepared:
    """A statement with named values, all of which must be given; no `IN` of many values."""

    def __init__(
        self,
        statement: Select[Any] | Insert | Update | Delete | TextClause | TextualSelect,
        columns: Iterable[str] | None = None,
    ) -> None:
        """`columns`: for an insert, the columns that are given."""
        self._statement = statement
        self._columns = None if columns is None else list(columns)

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """All rows of a query. Like the other methods, raises ArchiveError."""
        rows = self._execute(connection, values).fetchall()
        out = self._out
        if not any(out):
            return rows
        return [
            tuple(
                value if convert is None else convert(value)
                for value, convert in zip(row, out, strict=True)
            )
            for row in rows
        ]

    def row(self, connection: Connection, values: Values) -> tuple[Any, ...] | None:
        """The only row of a query, if there is one."""
        rows = self.rows(connection, values)
        return rows[0] if rows else None

    def run(self, connection: Connection, values: Values) -> int | None:
        """Runs a statement that writes; returns the number of the added row, if any."""
        return self._execute(connection, values).lastrowid

    def run_all(self, connection: Connection, many: Iterable[Values]) -> None:
        """Runs it for each set of values."""
        for values in many:
            self._execute(connection, values)

    def _execute(self, connection: Connection, values: Values) -> sqlite3.Cursor:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        given = [
            values[name] if convert is None else convert(values[name]) for name, convert in self._in
        ]
        try:
            return driver.execute(self._sql, given)
        except sqlite3.Error as error:
            # Never tried again: on a full disk SQLite has already ended the transaction.
            failure = explain(Path(connection.engine.url.database or ""), error)
            if failure is None:
                raise
            raise failure from error

    @cached_property
    def _compiled(self) -> Any:
        return self._statement.compile(dialect=_DIALECT, column_keys=self._columns)

    @cached_property
    def _sql(self) -> str:
        return str(self._compiled)

    @cached_property
    def _in(self) -> list[tuple[str, _Convert]]:
        """The names of the values in order, and their converters."""
        binds = self._compiled.binds
        return [
            (name, binds[name].type.dialect_impl(_DIALECT).bind_processor(_DIALECT))
            for name in self._compiled.positiontup
        ]

    @cached_property
    def _out(self) -> list[_Convert]:
        statement = self._statement
        assert isinstance(statement, (Select, TextualSelect))
        return [
            column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
            for column in statement.selected_columns
        ]
