"""The rules of Table Schema, version 2, for as much of it as our schemas use: a reader of its own,
so that a schema is held to the standard and not to the code that writes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

_READ = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": lambda text: {"true": True, "false": False}[text],
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "array": json.loads,
    "object": json.loads,
}
_NATIVE: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "date": (date,),
    "datetime": (datetime,),
    "array": (list,),
    "object": (dict,),
}
_KNOWN = {"required", "enum", "minimum", "maximum", "minLength", "pattern"}


def faults(
    schema: dict[str, Any], header: list[str] | None, rows: Iterable[dict[str, Any]]
) -> Iterator[str]:
    """What in a table is against its schema. `header`: the names of columns, None if there is none."""
    fields = {field["name"]: field for field in schema["fields"]}
    match = schema.get("fieldsMatch", "exact")
    if header is not None:
        yield from _of_header(match, list(fields), header)
    seen = set()
    for number, row in enumerate(rows):
        if header is None:
            yield from _of_header(match, list(fields), list(row))
        key = tuple(row[name] for name in schema["primaryKey"])
        if key in seen or None in key:
            yield f"row {number}: key {key}"
        seen.add(key)
        for name, field in fields.items():
            missing = field.get("missingValues", schema.get("missingValues", [""]))
            value = None if row.get(name) in [None, *missing] else row[name]
            yield from (f"row {number}, {name}: {one}" for one in _of_cell(field, value))


def _of_header(match: str, fields: list[str], header: list[str]) -> Iterator[str]:
    fits = {
        "exact": fields == header,
        "equal": set(fields) == set(header),
        "subset": set(fields) <= set(header),
        "superset": set(fields) >= set(header),
    }
    if not fits[match]:
        yield f"not {match}: {set(fields) ^ set(header)}"


def _of_cell(field: dict[str, Any], value: Any) -> Iterator[str]:
    rules, kind = field.get("constraints", {}), field["type"]
    if unknown := set(rules) - _KNOWN:
        yield f"rules {unknown}"
    if value is None:
        if rules.get("required"):
            yield "required"
        return
    if isinstance(value, str):
        try:
            value = _READ[kind](value)
        except (ValueError, KeyError, TypeError):
            yield f"{value!r} is no {kind}"
            return
    elif kind == "string" and isinstance(value, (date, datetime)):
        value = value.isoformat()
    if not isinstance(value, _NATIVE[kind]):
        yield f"{value!r} is no {kind}"
        return
    if "enum" in rules and value not in rules["enum"]:
        yield f"{value!r} is not in {rules['enum']}"
    if "pattern" in rules and not re.search(rules["pattern"], value):
        yield f"{value!r} does not match {rules['pattern']}"
    if "minLength" in rules and len(value) < rules["minLength"]:
        yield f"{value!r} is too short"
    if (
        not rules.get("minimum", float("-inf"))
        <= _number(value)
        <= rules.get("maximum", float("inf"))
    ):
        yield f"{value!r} is out of range"
    if "jsonSchema" in field:
        from jsonschema import Draft202012Validator  # a quarter of a second for few tests

        yield from (
            one.message for one in Draft202012Validator(field["jsonSchema"]).iter_errors(value)
        )


def _number(value: Any) -> float:
    if isinstance(value, datetime):
        return value.astimezone(UTC).timestamp()
    return value if isinstance(value, (int, float)) else 0
