"""A question of docs/questions.md with its answer."""

from __future__ import annotations

from typing import Any

from archive.browse.page import Asked, Problem
from archive.lookup.documented_questions import questions

_MOST = 100
"""Rows of an answer; Datasette has them all."""


def all_of_them(_: Asked) -> dict[str, Any]:
    return {"questions": questions()}


def look_up(asked: Asked) -> dict[str, Any]:
    name = asked.named["question"]
    question = next((question for question in questions() if question.name == name), None)
    if question is None:
        raise Problem(404, "no-such-question", f"There is no question {name!r}")
    with asked.engine.connect() as connection:
        answer = connection.exec_driver_sql(question.sql)
        columns = list(answer.keys())
        rows = answer.fetchmany(_MOST + 1)
    return {
        "question": question,
        "columns": columns,
        "rows": [dict(zip(columns, row, strict=True)) for row in rows[:_MOST]],
        "has_more": len(rows) > _MOST,
    }
