"""Taking in anybody's WARC or WACZ: what belongs to our sources is copied to the captures.

Afterwards it is read like our own. The copy is named after the file it came from and that file's
SHA-256, so that it says where it came from and is made once.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from archive.captures import CaptureError
from archive.captures.reading import BODY_MAX, Unreadable, read_at
from crawler.discovery.articles import is_release
from crawler.rebuild.hints import told
from crawler.source import Source, owners

FOLDER = "imported"
_KINDS = ("response", "revisit", "resource", "request")
_ANY_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_BLOCK = 1 << 20


class ImportFailed(Exception):
    """The file cannot be used; `str()` is one sentence for people."""


def take_in(
    path: Path, folder: Path, sources: list[Source], said: Callable[[str], None]
) -> Path | None:
    """Copies the records of releases of these sources, and of lists that say something of releases,
    into `folder`; None where there are no releases.

    What is damaged is said, and all before it used. Raises ImportFailed where the file is neither
    WARC nor WACZ or cannot be read, CaptureError where captures cannot be written.
    """
    try:
        digest = _sha256(path)
    except OSError as error:
        raise ImportFailed(f"{path} cannot be read: {error.strerror}") from error
    name = _ANY_NAME.sub("-", path.name).strip("-.")[:80] or "captures"
    target = folder / FOLDER / f"{name}-{digest[:12]}.warc.gz"
    if target.exists():
        return target
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as out:
            copied = _copy(path, digest, out, sources, said)
        if not copied:
            return None
        part.replace(target)
    except OSError as error:
        raise CaptureError(f"{folder} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return target


def _copy(
    path: Path, digest: str, out: BinaryIO, sources: list[Source], said: Callable[[str], None]
) -> int:
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    about = {
        "software": "arsip-pilkada",
        "description": f"Records of our sources, as they are, from {path.name}",
        "isPartOf": f"{path.name} sha256:{digest}",
    }
    writer.write_record(writer.create_warcinfo_record(None, about))
    copied, own = 0, owners(sources)
    for name, file in _warcs(path):
        try:
            for record in ArchiveIterator(file, no_record_parse=True, arc2warc=True):
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                if (record.length or 0) > BODY_MAX:
                    continue  # no page
                if record.rec_type not in _KINDS:
                    continue
                if any(is_release(url, one) for one in own(url)):
                    writer.write_record(_as_it_is(record))
                    copied += 1
                elif mine := own(url):
                    record = _as_it_is(record)
                    if _names_releases(record, mine):
                        writer.write_record(record)
        except (ArchiveLoadFailed, EOFError, ValueError, OSError) as error:
            first = next(iter(str(error).strip().splitlines()), "")
            said(f"{name} is damaged, and was read up to there: {first}")
    return copied


def _names_releases(record: ArcWarcRecord, sources: list[Source]) -> bool:
    """Whether it is a list or feed that says something of a release; to be read once more."""
    block, alone = record.raw_stream.read(), io.BytesIO()
    record.raw_stream = io.BytesIO(block)
    WARCWriter(alone, gzip=False, warc_version="1.1").write_record(record)
    record.raw_stream = io.BytesIO(block)
    try:
        answer = read_at(alone, 0)
    except Unreadable:
        return False  # a request, or nothing that could be read later
    return any(True for source in sources for _ in told(answer, source))


def _as_it_is(record: ArcWarcRecord) -> ArcWarcRecord:
    headers: StatusAndHeaders = record.rec_headers
    if not headers.get_header("WARC-Record-ID"):  # an ARC has none
        headers.add_header("WARC-Record-ID", StatusAndHeadersParser.make_warc_id())
    # Set by others over anything, or in a spelling of their own: the digest of the block is made
    # by the copy, and vouches for what was found.
    if record.rec_type == "revisit":
        record.rec_type = "resource"  # or warcio would write its head alone, which it did not read
    block = record.raw_stream.read()
    if len(block) != record.length:
        raise EOFError("the last record is cut off")
    record.raw_stream = io.BytesIO(block)
    record.payload_length = record.length
    return record


@contextmanager
def _unzipped(path: Path) -> Iterator[Iterator[tuple[str, BinaryIO]]]:
    with zipfile.ZipFile(path) as container, TemporaryDirectory() as place:

        def members() -> Iterator[tuple[str, BinaryIO]]:
            for info in container.infolist():
                if info.filename.endswith((".warc", ".warc.gz", ".arc.gz", ".arc")):
                    spooled = Path(place) / "member"
                    with container.open(info) as source, spooled.open("wb") as target:
                        shutil.copyfileobj(source, target, _BLOCK)
                    with spooled.open("rb") as file:
                        yield f"{path.name}!{info.filename}", file

        yield members()


def _warcs(path: Path) -> Iterator[tuple[str, BinaryIO]]:
    """The WARC files in a file, each as it can be read record by record."""
    if zipfile.is_zipfile(path):
        try:
            with _unzipped(path) as members:
                for name, file in members:
                    yield from _readable(name, file)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError) as error:
            raise ImportFailed(f"{path.name} is a damaged WACZ ({error})") from error
    else:
        with path.open("rb") as file:
            yield from _readable(path.name, file)


def _readable(name: str, file: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    start = file.read(2)
    file.seek(0)
    if start == b"\x1f\x8b":
        # Packed as one or a record a member: unpacked here it is the same to the reader.
        with gzip.open(file) as unpacked:
            if unpacked.peek(5)[:5] not in (b"WARC/", b"filed"):
                raise ImportFailed(f"{name} is neither WARC nor WACZ")
            yield name, unpacked  # type: ignore[misc]
    else:
        if file.read(5) not in (b"WARC/", b"filed"):
            raise ImportFailed(f"{name} is neither WARC nor WACZ")
        file.seek(0)
        yield name, file


def _sha256(path: Path) -> str:
    file: IO[bytes]
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
