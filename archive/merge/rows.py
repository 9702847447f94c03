"""Rows as SQLite has them, for what is copied unchanged: nothing is parsed or compared by type."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table

Row = tuple[Any, ...]
AMONG = "IN (SELECT value FROM json_each(:wanted))"
"""A condition on a column, for `rows_among`."""


def names(table: Table, *besides: str) -> list[str]:
    """Names of a table's columns in their order, but for some."""
    return [column.name for column in table.columns if column.name not in besides]


def rows_among(
    connection: Connection, query: str, wanted: Collection[Any], **values: str
) -> list[Row]:
    """The rows of a query with the condition `AMONG`, and other named values."""
    found = connection.exec_driver_sql(query, {"wanted": json.dumps(list(wanted)), **values})
    return [tuple(row) for row in found]


def add_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]
) -> None:
    """Adds rows with these columns."""
    if added := list(rows):
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        connection.exec_driver_sql(statement, added)


def highest(connection: Connection, table: Table) -> int:
    """The highest number of a table's rows; 0 if there are none."""
    query = f"SELECT max(id) FROM {table.name}"  # noqa: S608 - our own name
    return connection.exec_driver_sql(query).scalar() or 0
