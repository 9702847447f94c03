"""A Parquet dataset in a folder or at an fsspec address, partitioned by kind and month.

Each export writes a snapshot of its own beside the earlier ones, and then `dataset.json`, which
names the current one. So a reader never sees half an export, on object stores too, where nothing
can be renamed; and one who reads the snapshot before the current one can finish.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import zstandard

from archive import __version__
from archive.export.formats import FormatMissing, Parquet
from archive.export.manifest import Entry
from archive.exported_record import KEYS

MANIFEST = "dataset.json"
DATA = "releases"
"""The folder of a snapshot that has the partitions."""
NULL = "__HIVE_DEFAULT_PARTITION__"
"""What readers of Hive's partitions take for null."""
_PROGRAM = "arsip-pilkada"
_SNAPSHOT = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{6}")
_HELD = 5_000
"""Records in memory, before they are added to the temporary files of their partitions."""


class NoDataset(Exception):
    """Nothing can be written to an address; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Part:
    """A Parquet file of a dataset."""

    path: str
    """Below the dataset's address."""
    records: int
    bytes: int
    sha256: str


def is_address(output: str) -> bool:
    """Whether an output is a folder or an address rather than a file."""
    return "://" in output or output.endswith(("/", os.sep)) or Path(output).is_dir()


class Dataset:
    """The next snapshot of a dataset."""

    def __init__(self, address: str, keys: tuple[str, ...] = KEYS) -> None:
        """Raises FormatMissing, NoDataset, OSError."""
        try:
            import fsspec
            import pyarrow  # noqa: F401 - or it would be missed when all is read
        except ImportError as error:
            raise FormatMissing(
                f"A dataset needs {error.name}: pip install -r requirements-extra.txt"
            ) from None
        try:
            self._files, self._root = fsspec.core.url_to_fs(address)
        except (ImportError, ValueError) as error:
            raise NoDataset(f"{address} cannot be written: {error}") from None
        self._is_local = isinstance(self._files, fsspec.implementations.local.LocalFileSystem)
        self._root = self._root.rstrip("/")
        self._before = self._read(address)
        self.snapshot = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(3)}"
        # Kind and month are in the names of folders, where readers find them.
        self._keys = tuple(key for key in keys if key != "kind")
        self._temporary = TemporaryDirectory(prefix="arsip-dataset-")
        self._buffered: defaultdict[str, list[bytes]] = defaultdict(list)
        self._waiting = 0
        self._records: Counter[str] = Counter()
        self.parts: list[Part] = []

    def write(self, record: str) -> None:
        """Adds a record, given as JSON."""
        values = json.loads(record)
        partition = _partition(values["kind"], values["published_on"])
        self._buffered[partition].append(record.encode() + b"\n")
        self._records[partition] += 1
        self._waiting += 1
        if self._waiting == _HELD:
            self._put_aside()

    def complete(self) -> None:
        """Writes the partitions, one after the other: memory does not grow with their number."""
        if not self._records:  # readers need the columns
            self._buffered[_partition(NULL, None)] = []
            self._records[_partition(NULL, None)] = 0
        self._put_aside()
        parquet = Path(self._temporary.name, "part.parquet")
        for partition, records in sorted(self._records.items()):
            aside = self._aside(partition)
            with parquet.open("wb") as file:
                writer = Parquet(file, self._keys)
                for line in _lines(aside):
                    writer.write(line)
                writer.close()
            aside.unlink()
            path = f"{self.snapshot}/{DATA}/{partition}/part-0.parquet"
            with parquet.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            self.parts.append(Part(path, records, parquet.stat().st_size, digest))
            self._send(parquet, path)

    def add(self, name: str, content: bytes) -> None:
        """Adds a file beside the partitions."""
        file = Path(self._temporary.name, "file")
        file.write_bytes(content)
        self._send(file, f"{self.snapshot}/{name}")

    def publish(self, entry: Entry) -> None:
        """Makes this snapshot the current one, and removes those before the previous one."""
        previous = self._before.get("current")
        about = {
            "program": _PROGRAM,
            "program_version": __version__,
            "current": self.snapshot,
            "data": f"{self.snapshot}/{DATA}",
            "previous": previous,
            **asdict(entry),
            "sha256": self.sha256,
            "files": [asdict(part) for part in self.parts],
        }
        file = Path(self._temporary.name, "file")
        file.write_bytes(json.dumps(about, indent=1, ensure_ascii=False).encode() + b"\n")
        self._send(file, f"{MANIFEST}.part")
        self._files.mv(self._at(f"{MANIFEST}.part"), self._at(MANIFEST))
        for path in self._files.ls(self._root, detail=False):
            name = path.rstrip("/").rpartition("/")[2]
            if _SNAPSHOT.fullmatch(name) and name < (previous or "") and name != self.snapshot:
                self._files.rm(path, recursive=True)

    @property
    def sha256(self) -> str:
        """Of the names and digests of all parts."""
        listed = "".join(f"{part.sha256}  {part.path.partition('/')[2]}\n" for part in self.parts)
        return hashlib.sha256(listed.encode()).hexdigest()

    def close(self) -> None:
        """Removes temporary files."""
        self._temporary.cleanup()

    def drop(self) -> None:
        """Removes what there is of a snapshot that is not completed, if it can."""
        with suppress(OSError):
            self._drop()

    def _drop(self) -> None:
        if self._files.exists(self._at(self.snapshot)):
            self._files.rm(self._at(self.snapshot), recursive=True)

    def _read(self, address: str) -> dict[str, Any]:
        if not self._files.exists(self._at(MANIFEST)):
            return {}
        try:
            content = json.loads(self._files.cat_file(self._at(MANIFEST)))
        except ValueError:
            content = None
        if not isinstance(content, dict) or content.get("program") != _PROGRAM:
            raise NoDataset(f"{MANIFEST} in {address} is of some other program")
        return content

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}"

    def _aside(self, partition: str) -> Path:
        return Path(self._temporary.name, partition.replace("/", ","))

    def _put_aside(self) -> None:
        for partition, lines in self._buffered.items():
            with self._aside(partition).open("ab") as file:
                file.write(zstandard.compress(b"".join(lines)))
        self._buffered.clear()
        self._waiting = 0

    def _send(self, file: Path, path: str) -> None:
        target = self._at(path)
        self._files.makedirs(target.rpartition("/")[0], exist_ok=True)
        self._files.put_file(str(file), target)
        if self._is_local:
            with Path(target).open("rb") as written:
                os.fsync(written.fileno())


@contextmanager
def dataset(address: str, keys: tuple[str, ...] = KEYS) -> Iterator[Dataset]:
    """A dataset's next snapshot; if the block fails, nothing of it stays. Raises FormatMissing,
    NoDataset, OSError."""
    written = Dataset(address, keys)
    try:
        yield written
    except BaseException:
        written.drop()
        raise
    finally:
        written.close()


def _partition(kind: str, day: str | None) -> str:
    return f"kind={kind}/month={day[:7] if day else NULL}"


def _lines(file: Path) -> Iterator[str]:
    with file.open("rb") as packed:
        unpacker = zstandard.ZstdDecompressor()
        with unpacker.stream_reader(packed, read_across_frames=True) as content:
            rest = b""
            while block := content.read(1 << 20):
                *lines, rest = (rest + block).split(b"\n")
                yield from (line.decode() for line in lines)
