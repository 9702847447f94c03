"""The record as a Table Schema of the Data Package standard, version 2: read off
`release.schema.json`, for each format of the export.

https://datapackage.org/standard/table-schema/
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from archive.codebook.fields import Field, fields
from archive.exported_record import KEYS, SCHEMA, SEEN_AT

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"

_LINE_OF_TAKEDOWN = ("id", "seq", "suppressed", "withheld")
"""Keys of a line of an increment that says that a release was taken down, besides `reason`."""
_SIMPLE = ("integer", "number", "boolean", "array", "object")
_CONSTRAINTS = ("enum", "minimum", "maximum", "minLength", "pattern")


def table_schema(form: str, *, versions: bool = False, since: int = 0) -> dict[str, Any]:
    """The schema of an export in a format; with `versions` of every version, with `since` of an
    increment."""
    keys: tuple[str, ...] = (*KEYS, SEEN_AT) if versions else KEYS
    takes_down = (*_LINE_OF_TAKEDOWN, *(["version"] if versions else [])) if since else None
    if takes_down and form == "jsonl":
        keys += ("reason",)
    described = {field.name: field for field in fields()}
    schema: dict[str, Any] = {
        "$schema": PROFILE,
        "fields": [_field(described[key], form, only=takes_down) for key in keys],
        "primaryKey": ["id", "version"] if versions else ["id"],
    }
    if form == "jsonl":
        schema["fieldsMatch"] = "superset" if takes_down else "equal"
    elif form == "xlsx":
        schema["fieldsMatch"] = "subset"  # long texts go on in further columns
    return schema


def _field(field: Field, form: str, *, only: Iterable[str] | None) -> dict[str, Any]:
    """`only`: the keys that are in every line; None: all."""
    rules = _rules(field.name)
    kind, is_null = _type(rules)
    if form == "xlsx" and kind in ("array", "object"):
        described: dict[str, Any] = {"name": field.name, "type": "string"}  # flattened for people
        constraints: dict[str, Any] = {}
        is_null = True  # an empty list is an empty cell
    else:
        described = {"name": field.name, "type": kind}
        constraints = _constraints(rules, kind)
        if kind in ("array", "object"):
            # Not among `constraints`, where it belongs: frictionless 5 refuses it there.
            parts = {key: rules[key] for key in rules if key != "description"}
            described["jsonSchema"] = parts
    if rules.get("format") == "uri":
        described["format"] = "uri"
    if field.name == "body":
        described["missingValues"] = []  # its text may be in an attachment, and then it is empty
        is_null = form == "xlsx"
        constraints.pop("minLength", None)
    if not is_null and field.name != "reason" and (only is None or field.name in only):
        constraints = {"required": True} | constraints
    if constraints:
        described["constraints"] = constraints
    return described | about(field)


def about(field: Field) -> dict[str, Any]:
    """What a codebook says of a field; `how` and `measured` are ours, as the standard allows."""
    return {
        "description": field.means["en"],
        "translations": {"id": {"description": field.means["id"]}},
        "how": list(field.how),
        "measured": [measurement.as_json() for measurement in field.measured] or None,
    }


def _type(rules: dict[str, Any]) -> tuple[str, bool]:
    """The field type, and whether it may be null."""
    if "anyOf" in rules:
        kind, _ = _type(next(rule for rule in rules["anyOf"] if rule.get("type") != "null"))
        return kind, True
    types = rules.get("type", "string")
    names = [types] if isinstance(types, str) else types
    kind = next(name for name in names if name != "null")
    if kind == "string":
        kind = {"date": "date", "date-time": "datetime"}.get(rules.get("format", ""), "string")
    return kind, "null" in names


def _constraints(rules: dict[str, Any], kind: str) -> dict[str, Any]:
    if "anyOf" in rules:
        rules = next(rule for rule in rules["anyOf"] if rule.get("type") != "null")
    if kind in ("array", "object", "date", "datetime"):
        return {}
    return {name: rules[name] for name in _CONSTRAINTS if name in rules}


def _rules(key: str) -> dict[str, Any]:
    rules: dict[str, Any] = _record_schema()["properties"][key]
    return rules


@cache
def _record_schema() -> dict[str, Any]:
    """The record's schema with every reference replaced by what it names."""
    schema = json.loads(SCHEMA.read_bytes())
    named: dict[str, Any] = {f"#/$defs/{name}": each for name, each in schema["$defs"].items()}

    def resolved(part: Any) -> Any:
        if isinstance(part, list):
            return [resolved(item) for item in part]
        if not isinstance(part, dict):
            return part
        found = {key: resolved(value) for key, value in part.items() if key != "$ref"}
        return resolved(named[part["$ref"]]) | found if "$ref" in part else found

    resolved_schema: dict[str, Any] = resolved(schema)
    return resolved_schema
