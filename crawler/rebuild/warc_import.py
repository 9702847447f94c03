"""Imports foreign WARC and WACZ files: copies the records of our sources to the captures.

They are then read like our own. A copy is named after the original file and its SHA-256, so it
names its origin and is made once.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, BinaryIO

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from archive.atomic_file import whole_file
from archive.captures import CaptureError
from archive.captures.reader import BODY_MAX, Unreadable, first_line, read_at
from archive.captures.records import Damage, Record, records
from crawler.discovery.release_url import is_release
from crawler.rebuild.list_hints import release_hints
from crawler.registry.source import Source, owners

FOLDER = "imported"
_KINDS = ("response", "revisit", "resource", "request")
_ANY_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_BLOCK = 1 << 20
_NO_ZIP = (zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""Exceptions of `zipfile` for a damaged, unknown or encrypted member."""
_LOADER = ArcWarcRecordLoader(verify_http=False, arc2warc=True)


class ImportFailed(Exception):
    """The file cannot be used; `str()` is one sentence for people."""


class _NothingOfOurs(Exception):
    """The file has no release of these sources."""


def take_in(
    path: Path, folder: Path, sources: list[Source], report: Callable[[str], None]
) -> Path | None:
    """Copies the records of releases of these sources, and of lists with hints about them, into
    `folder`; returns None if there are no releases. Damage is reported, and the rest used.
    Raises ImportFailed if the file is neither WARC nor WACZ or cannot be read, CaptureError if
    captures cannot be written."""
    try:
        digest = _sha256(path)
    except OSError as error:
        raise ImportFailed(f"{path} cannot be read: {error.strerror}") from error
    name = _ANY_NAME.sub("-", path.name).strip("-.")[:80] or "captures"
    target = folder / FOLDER / f"{name}-{digest[:12]}.warc.gz"
    try:
        if target.exists():
            _copy(path, digest, BytesIO(), [], report)  # damage is reported again
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(target) as out:
            if not _copy(path, digest, out, sources, report):
                raise _NothingOfOurs
    except _NothingOfOurs:
        return None
    except OSError as error:
        raise CaptureError(f"{folder} cannot be written: {error.strerror}") from error
    return target


def _copy(
    path: Path, digest: str, out: BinaryIO, sources: list[Source], report: Callable[[str], None]
) -> int:
    """Returns the number of records of releases. Raises ImportFailed, OSError."""
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    about = {
        "software": "arsip-pilkada",
        "description": f"Records of our sources, as they are, from {path.name}",
        "isPartOf": f"{path.name} sha256:{digest}",
    }
    writer.write_record(writer.create_warcinfo_record(None, about))
    copied, whole, own = 0, 0, owners(sources)
    for name, file in warcs(path, report):
        lost: list[Damage] = []
        for part in records(file):
            if isinstance(part, Damage):
                lost.append(part)
                continue
            whole += 1
            try:
                copied += _copy_record(part, writer, own)
            except (ArchiveLoadFailed, EOFError, ValueError) as error:
                lost.append(Damage(part.offset, part.length, first_line(error), part.head))
        if whole:
            for damage in lost:
                report(f"{name} is damaged: {damage}.")
    if not whole:
        raise ImportFailed(f"{path.name} is not a WARC or WACZ, or has no complete record")
    return copied


def _copy_record(found: Record, writer: WARCWriter, own: Callable[[str], list[Source]]) -> bool:
    """Returns whether it is a release's. Raises ArchiveLoadFailed, EOFError, ValueError."""
    if found.data is None:
        return False  # not a page
    record = _LOADER.parse_record_stream(BytesIO(found.data), no_record_parse=True)
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if record.rec_type not in _KINDS or record.length > BODY_MAX or not (mine := own(url)):
        return False
    is_of_release = any(is_release(url, source) for source in mine)
    record = _as_it_is(record)
    if is_of_release or _names_releases(record, mine):
        writer.write_record(record)
    return is_of_release


def _names_releases(record: ArcWarcRecord, sources: list[Source]) -> bool:
    """Whether it is a list or feed with hints about a release, which must be read again."""
    block, alone = record.raw_stream.read(), BytesIO()
    record.raw_stream = BytesIO(block)
    WARCWriter(alone, gzip=False, warc_version="1.1").write_record(record)
    record.raw_stream = BytesIO(block)
    try:
        answer = read_at(alone, 0)
    except Unreadable:
        return False  # a request, or a record that cannot be read later
    return any(True for source in sources for _ in release_hints(answer, source))


def _as_it_is(record: ArcWarcRecord) -> ArcWarcRecord:
    headers: StatusAndHeaders = record.rec_headers
    if not headers.get_header("WARC-Record-ID"):  # an ARC has none
        headers.add_header("WARC-Record-ID", StatusAndHeadersParser.make_warc_id())
    # Other programs compute it differently, or spell it differently: the copy gets its own digest
    # of the block as found.
    if record.rec_type == "revisit":
        record.rec_type = "resource"  # or warcio would write its own head
    block = record.raw_stream.read()
    if len(block) != record.length:
        raise EOFError("the last record is cut off")
    record.raw_stream = BytesIO(block)
    record.payload_length = record.length
    return record


def warcs(path: Path, report: Callable[[str], None]) -> Iterator[tuple[str, BinaryIO]]:
    """The WARC files in a WARC or WACZ file."""
    if zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as container:
                yield from _members(path.name, container, report)
            return
        except zipfile.BadZipFile as error:
            report(f"{path.name} is damaged: its directory cannot be read ({error}).")
    # Of a damaged WACZ too, in which WARC files are not compressed again.
    with path.open("rb") as file:
        yield path.name, file


def _members(
    wacz: str, container: zipfile.ZipFile, report: Callable[[str], None]
) -> Iterator[tuple[str, BinaryIO]]:
    with TemporaryDirectory() as place:
        spooled = Path(place) / "member"
        for info in container.infolist():
            if not info.filename.endswith((".warc", ".warc.gz", ".arc.gz", ".arc")):
                continue
            name = f"{wacz}!{info.filename}"
            if why := _unzip(container, info, spooled):
                report(f"{name} is damaged: its bytes in the package have changed ({why}).")
            with spooled.open("rb") as file:
                yield name, file


def _unzip(container: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> str | None:
    """Copies a member of a package as far as possible; returns why it is incomplete, if it is."""
    expected, info.CRC, checksum = info.CRC, None, 0  # type: ignore[assignment]  # compared at the end
    with target.open("wb") as out:
        try:
            with container.open(info) as source:
                while block := source.read(_BLOCK):
                    checksum = zlib.crc32(block, checksum)
                    out.write(block)
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            EOFError,
            zlib.error,
            RuntimeError,
        ) as error:
            return str(error) or "it breaks off"
    return None if checksum == expected else "CRC-32"


def _sha256(path: Path) -> str:
    file: IO[bytes]
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
