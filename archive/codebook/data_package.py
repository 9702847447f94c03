"""`datapackage.json`: a Data Package (version 2) of the exports in its folder.

Each export is a resource with its Table Schema; what is known of its coverage and gaps are tables
in the file itself. https://datapackage.org/standard/data-package/
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.atomic_file import whole_file
from archive.codebook.contents import Codebook
from archive.codebook.coverage import Month
from archive.codebook.fields import fields
from archive.codebook.gaps import Gap
from archive.codebook.table_schema import about, table_schema
from archive.election_days import votes

NAME = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_OF_RESOURCE = "https://datapackage.org/profiles/2.0/dataresource.json"
_PROGRAM = "arsip-pilkada"
_ARCHIVE = "archive"
"""What the tables of a codebook without an export are named after."""

_MEDIA = {
    "jsonl": "application/jsonl",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_DIALECT = {"csv": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True}}
_PACKED = {".gz": "gz", ".zst": "zst"}


class ForeignPackage(Exception):
    """The folder has a datapackage.json of another program; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file with releases."""

    file: Path
    form: str
    records: int
    versions: bool
    """Whether it has every version, or the current ones only."""
    sha256: str

    @classmethod
    def of(cls, file: Path, form: str, records: int, *, versions: bool) -> Export:
        """The export in a file that is written. Raises OSError."""
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        return cls(file, form, records, versions, digest)


def read(folder: Path) -> dict[str, Any]:
    """The package of a folder; {} if there is none. Raises ForeignPackage, OSError."""
    path = folder / NAME
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        content = None
    if not isinstance(content, dict) or content.get("program") != _PROGRAM:
        raise ForeignPackage(f"{path} is of some other program; see --no-codebook")
    return content


def enter(folder: Path, book: Codebook, export: Export | None = None) -> None:
    """Writes the codebook of an export, or of the archive, into the package of a folder; what
    other exports have in it stays. Raises ForeignPackage, OSError."""
    written = package(book, export)
    mine = {resource["name"] for resource in written["resources"]}
    others = [each for each in read(folder).get("resources", []) if each["name"] not in mine]
    files = {each["name"] for each in others if "path" in each and (folder / each["path"]).exists()}
    written["resources"] += (
        each for each in others if each["name"] in files or each.get("of") in {*files, _ARCHIVE}
    )
    with whole_file(folder / NAME) as out:
        out.write(json.dumps(written, indent=1, ensure_ascii=False).encode() + b"\n")


def package(book: Codebook, export: Export | None = None) -> dict[str, Any]:
    """The package of one export, or of the archive without any. Raises OSError."""
    name = resource_name(export.file) if export else _ARCHIVE
    return {
        "$schema": PROFILE,
        "name": _PROGRAM,
        "title": "Arsip Pilkada: press releases of Indonesian cities and election offices",
        "description": "Press releases as their offices published them. Texts belong to their "
        "publishers. No resource claims to be complete: its gaps are those that are known.",
        "created": book.made_at,
        "program": _PROGRAM,
        "programVersion": book.program_version,
        "archiveSchema": book.archive_schema,
        "resources": [
            *([_of_export(name, book, export)] if export else []),
            _coverage(name, book),
            _gaps(name, book),
            _fields(),
            _calendar(),
        ],
    }


def resource_name(file: Path) -> str:
    """A file's name as the standard wants names of resources."""
    return re.sub(r"[^a-z0-9._-]+", "-", file.name.lower())


def _of_export(name: str, book: Codebook, export: Export) -> dict[str, Any]:
    packed = _PACKED.get(export.file.suffix)
    return {
        "$schema": _OF_RESOURCE,
        "name": name,
        "type": "table",
        "path": export.file.name,
        "format": export.form,
        "mediatype": _MEDIA[export.form],
        **({"encoding": "utf-8"} if export.form in ("csv", "jsonl") else {}),
        **({"compression": packed} if packed and export.form in ("csv", "jsonl") else {}),
        "bytes": export.file.stat().st_size,
        "hash": f"sha256:{export.sha256}",
        **({"dialect": _DIALECT[export.form]} if export.form in _DIALECT else {}),
        "schema": table_schema(export.form, versions=export.versions, since=book.since),
        "sources": [
            {"title": office.publisher, "path": office.home} for office in book.coverage.offices
        ],
        "records": export.records,
        "filters": book.filters,
        "since": book.since,
        "programs": book.coverage.programs,
    }


def _coverage(name: str, book: Codebook) -> dict[str, Any]:
    kinds = dict.fromkeys(Month.__slots__, "integer") | {"source": "string", "month": "yearmonth"}
    kinds["within_crawls"] = "boolean"
    rows = [month.as_json() for month in book.coverage.months]
    description = (
        "Releases by office and month of publication (null: undated), and crawls by month (UTC)."
    )
    return _table(f"{name}-coverage", description, kinds, rows) | {"of": name}


def _gaps(name: str, book: Codebook) -> dict[str, Any]:
    kinds = dict.fromkeys(Gap.__slots__, "string") | {"count": "integer"}
    kinds |= dict.fromkeys(("since", "until"), "datetime")
    description = "What is known to be missing, or may be; not all that is."
    rows = [gap.as_json() for gap in book.gaps]
    return _table(f"{name}-gaps", description, kinds, rows) | {"of": name}


def _fields() -> dict[str, Any]:
    kinds = {"name": "string", "description": "string", "translations": "object"}
    kinds |= {"how": "array", "measured": "array"}
    rows = [{"name": field.name} | about(field) for field in fields()]
    description = (
        "Each field of the record: what it means, how it is obtained, how right it was measured."
    )
    return _table("fields", description, kinds, rows)


def _calendar() -> dict[str, Any]:
    kinds = {"day": "date", "region": "string", "name": "string", "kind": "string"}
    rows = [
        {
            "day": vote.day and vote.day.isoformat(),
            **{key: getattr(vote, key) for key in ("region", "name", "kind", "source")},
        }
        for vote in votes()
    ]
    description = "Votes by region (*: the whole country). A day that no source names is null."
    return _table("calendar", description, kinds | {"source": "string"}, rows)


def _table(
    name: str, description: str, kinds: dict[str, str], rows: list[dict[str, Any]]
) -> dict[str, Any]:
    """A resource whose rows are in the descriptor."""
    columns = [{"name": key, "type": kind} for key, kind in kinds.items()]
    return {
        "$schema": _OF_RESOURCE,
        "name": name,
        "type": "table",
        "description": description,
        "schema": {"fields": columns, "fieldsMatch": "equal"},
        "data": rows,
    }
