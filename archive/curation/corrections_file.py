"""Reads `corrections.toml`: what people correct in records (docs/curating.md)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from archive.curation.overlay import Correction
from archive.database.column_types import clean
from archive.nearest import did_you_mean
from archive.toml_line_numbers import KeyPath, line_of, lines_of

KEYS = ("release", "field", "value", "reason", "who", "when")
_ID = re.compile(r"[a-z0-9-]+:[0-9a-f]{16}")
_ROLES = ("writer", "photo", "editor", "unit", "source")
_LANGUAGE = re.compile(r"[a-z]{2}")


class BadCorrections(Exception):
    """The file cannot be used; `str()` is a sentence for people per mistake, each with its line."""


def read_corrections(path: Path) -> list[Correction]:
    """The corrections in a file, in its order. Raises BadCorrections."""
    try:
        text = path.read_text(encoding="utf-8")
        entries = tomllib.loads(text)
    except OSError as error:
        raise BadCorrections(f"{path} cannot be read: {error.strerror or error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadCorrections(f"{path}: {error}.") from error
    lines = lines_of(text)
    corrections: list[Correction] = []
    mistakes: list[str] = []

    def wrong(where: KeyPath, sentence: str) -> None:
        end = "" if sentence.endswith("?") else "."
        mistakes.append(f"{path}:{line_of(lines, where)}: {sentence}{end}")

    for table in entries:
        if table != "correction":
            wrong((table,), f"{table!r} is unknown; write [[correction]]")
    given = entries.get("correction", [])
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        wrong(("correction",), "write [[correction]], with two brackets")
        given = []
    named: set[tuple[str, str]] = set()
    for number, entry in enumerate(given):
        where: KeyPath = ("correction", number)
        faults = list(_faults(entry))
        for key, sentence in faults:
            wrong((*where, *key), sentence)
        if faults:
            continue
        correction = _correction(entry)
        if (correction.release, correction.field) in named:
            wrong(where, f"{correction.field} of {correction.release} is corrected twice")
        named.add((correction.release, correction.field))
        corrections.append(correction)
    if mistakes:
        raise BadCorrections("\n".join(mistakes))
    return corrections


def _faults(entry: dict[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    """What is wrong with an entry: its key, and a sentence without full stop."""
    for key in entry:
        if key not in KEYS:
            yield (key,), f"{key!r} is unknown.{did_you_mean(key, KEYS)}".removesuffix(".")
    missing = [key for key in KEYS if key not in entry]
    if missing:
        yield (), f"{', '.join(missing)} is missing"
        return
    for key in ("reason", "who"):
        if not isinstance(entry[key], str) or not entry[key].strip():
            yield (key,), f"{key} is a text that is not empty"
    if not isinstance(entry["when"], date) or isinstance(entry["when"], datetime):
        yield ("when",), "when is a day such as 2026-11-29, without quotation marks"
    if not isinstance(entry["release"], str) or not _ID.fullmatch(entry["release"]):
        yield ("release",), f"{entry['release']!r} is not the id of a release"
    field = entry["field"]
    if not isinstance(field, str) or field not in FIELDS:
        hint = did_you_mean(str(field), FIELDS)
        yield ("field",), f"{field!r} cannot be corrected.{hint}".removesuffix(".")
        return
    try:
        FIELDS[field](entry["value"])
    except ValueError as error:
        yield ("value",), f"value of {field} is {error}"


def _correction(entry: dict[str, Any]) -> Correction:
    return Correction(
        release=entry["release"],
        field=entry["field"],
        value=clean(FIELDS[entry["field"]](entry["value"])),
        reason=clean(entry["reason"].strip()),
        who=clean(entry["who"].strip()),
        made_on=entry["when"],
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text that is not empty")
    return value


def _text_or_none(value: Any) -> str | None:
    if not isinstance(value, str):
        raise ValueError('a text; "" if there is none')
    return value or None


def _day(value: Any) -> str | None:
    if value == "":
        return None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError('a day such as 2024-09-25, without quotation marks; "" if it is unknown')
    return value.isoformat()


def _moment(value: Any) -> str | None:
    if value == "":
        return None
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise ValueError(
            "a time with its offset, such as 2024-09-25T10:00:00+08:00, without quotation marks; "
            '"" if it is unknown'
        )
    return value.isoformat(timespec="seconds")


def _names(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ValueError('a list of texts, such as ["diskominfo", "cha"]')
    return [item.lower() for item in value]


def _credits(value: Any) -> list[dict[str, str]]:
    if not isinstance(value, list) or not all(
        isinstance(item, dict)
        and item.keys() == {"role", "name"}
        and item["role"] in _ROLES
        and isinstance(item["name"], str)
        and item["name"]
        for item in value
    ):
        roles = ", ".join(_ROLES)
        raise ValueError(f'a list such as [{{role = "writer", name = "…"}}]; roles are {roles}')
    return [{"role": item["role"], "name": item["name"]} for item in value]


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _language(value: Any) -> str | None:
    if value != "" and not (isinstance(value, str) and _LANGUAGE.fullmatch(value)):
        raise ValueError('a code of two letters, such as "id"; "" if it is unknown')
    return value or None


FIELDS: dict[str, Callable[[Any], Any]] = {
    "title": _text,
    "published_on": _day,
    "published_at": _moment,
    "dateline": _text_or_none,
    "place": _text_or_none,
    "body": _text,
    "byline": _text_or_none,
    "author_tags": _names,
    "credits": _credits,
    "election": _yes_or_no,
    "topics": _names,
    "language": _language,
}
"""Fields that can be corrected, each with what makes the stored value of the one in TOML; it raises
ValueError with what the value should be."""
