"""Edits a TOML file of the registry without losing a line that a person wrote."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import tomlkit
from tomlkit.items import Table

_BOM = "\ufeff"


class NotWritten(Exception):
    """The file cannot be changed; `str()` is one sentence for people."""


class RegistryFile:
    """A file whose comments, order and spelling stay; only the values that are set change."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._was = text
        self._bom = text.startswith(_BOM)
        text = text.removeprefix(_BOM)
        self._crlf = "\r\n" in text
        self._document = tomlkit.parse(text.replace("\r\n", "\n"))

    @classmethod
    def open(cls, path: Path, new: str = "") -> Self:
        """Reads the file, or begins one with the text `new`. Raises NotWritten."""
        try:
            with path.open(encoding="utf-8", newline="") as stream:
                return cls(path, stream.read())
        except FileNotFoundError:
            opened = cls(path, new)
            opened._was = ""
            return opened
        except (OSError, ValueError) as error:  # ValueError: neither UTF-8 nor TOML
            raise NotWritten(f"{path} cannot be read: {error}") from error

    @property
    def text(self) -> str:
        """The text with all changes."""
        return tomlkit.dumps(self._document)

    def set(self, id: str, values: Mapping[str, Any]) -> None:
        """Sets keys of the source with this id; None removes a key. New keys go below the
        others. Raises NotWritten if the file has no such source."""
        table = self._table(id)
        for key, value in values.items():
            if value is None:
                table.pop(key, None)
            elif key not in table or table[key] != value:
                table[key] = _inline(value) if isinstance(value, Mapping) else value

    def append(self, text: str) -> None:
        """Adds entries at the end, a blank line before them."""
        before = self.text.rstrip("\n")
        joined = f"{before}\n\n{text}" if before else text
        self._document = tomlkit.parse(joined)

    def save(self) -> bool:
        """Writes the file completely or not at all; False if nothing has changed. Raises
        NotWritten."""
        text = self.text
        text = text.replace("\n", "\r\n") if self._crlf else text
        text = _BOM + text if self._bom else text
        if text == self._was:
            return False
        try:
            _replace(self.path, text)
        except OSError as error:
            raise NotWritten(f"{self.path} cannot be written: {error.strerror}") from error
        self._was = text
        return True

    def _table(self, id: str) -> Table:
        for table in self._document.get("source", []):
            if table.get("id") == id:
                source: Table = table
                return source
        raise NotWritten(f"{self.path} no longer declares {id}; what was learned is not kept")


def _inline(value: Mapping[str, Any]) -> Any:
    table = tomlkit.inline_table()
    table.update(value)
    return table


def _replace(path: Path, text: str) -> None:
    path = path.resolve()
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        else:
            draft.chmod(0o666 & ~_umask())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
