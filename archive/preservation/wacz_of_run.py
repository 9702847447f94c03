"""Captures of one run in one WACZ to share, without personal data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from warcio.warcwriter import WARCWriter

from archive import __version__
from archive.atomic_file import whole_file
from archive.captures.content_encoding import Undecodable
from archive.captures.gzip_members import member_at
from archive.captures.reader import Answer, answers
from archive.preservation.wacz_file import page_line, write_wacz

_MAIL = re.compile(r"[^\s@<>:]+@[^\s@<>]+")


def keep(captures: Path, target: Path, files: Mapping[str, bytes], contact: str) -> int:
    """Writes all responses below `captures`, and further files by name, into a WACZ. Returns the
    number of responses left out because they repeat `contact`. Requests are left out too, since
    they contain it. Responses are not changed. Raises OSError."""
    left_out, secrets = 0, _secrets(contact)
    with whole_file(target) as out, write_wacz(out, "Captures of one run") as wacz:
        wacz.write(_about())
        for answer, member in _answers(captures):
            if _repeats(answer, secrets):
                left_out += 1
                continue
            is_page = "html" in (answer.header("Content-Type") or "").lower()
            page = page_line(answer.record_id, answer, answer.url) if is_page else None
            wacz.add(answer, [member], page)
        wacz.files.update(files)
    return left_out


def _answers(captures: Path) -> Iterator[tuple[Answer, bytes]]:
    for path in sorted(captures.glob("*/*.warc.gz")):
        with path.open("rb") as file, path.open("rb") as again:
            for offset, answer in answers(file, lambda damage: None):
                member = member_at(again, offset)
                if member is not None:
                    yield answer, member


def _secrets(contact: str) -> list[bytes]:
    """The parts of `contact` that must not be shared: all of it, and the mail addresses in it."""
    secrets = {contact.strip(), *_MAIL.findall(contact)} - {""}
    return [secret.lower().encode() for secret in secrets]


def _repeats(answer: Answer, secrets: list[bytes]) -> bool:
    try:
        body = answer.body()
    except Undecodable:
        body = answer.payload
    heads = "\n".join(f"{name}: {value}" for name, value in answer.headers).encode()
    content = b"\n".join((answer.url.encode(), heads, body)).lower()
    return any(secret in content for secret in secrets)


def _about() -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    about = {"software": f"arsip-pilkada/{__version__}", "description": "Answers of one run"}
    writer.write_record(writer.create_warcinfo_record(None, about))
    return out.getvalue()
