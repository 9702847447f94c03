"""A captured page in a frame next to the extracted text."""

from __future__ import annotations

from typing import Any

from archive.browse.capture_of_version import answer
from archive.browse.captured_page import CONTENT_POLICY, harmless
from archive.browse.marked_text import paragraphs
from archive.browse.page import Asked, Problem, Raw
from archive.browse.pages.release import detail_of
from archive.captures.content_encoding import Undecodable
from archive.captures.reader import Answer, Unreadable
from archive.lookup.source_profile import timezone
from archive.lookup.version_comparison import version_texts

_NO_CAPTURE = "no-capture"
_TAKEN_DOWN = "taken-down"
_NOT_SHOWN = "A part of this version was taken down, and the captured page has it"


def look_up(asked: Asked) -> dict[str, Any]:
    record = detail_of(asked).record
    versions = version_texts(asked.engine, record["id"])
    number = asked.count("version", most=len(versions), default=record["version"])
    version = versions[number - 1]
    context = {
        "record": record,
        "zone": timezone(asked.engine, record["source"]),
        "versions": versions,
        "version": version,
        "paragraphs": paragraphs(version),
    }
    if version["withheld"]:
        return context | {"error": f"{_NOT_SHOWN}.", "code": _TAKEN_DOWN}
    try:
        return context | {"answer": answer(asked.captures, version["capture"])}
    except Unreadable as error:
        return context | {"error": str(error), "code": _NO_CAPTURE}


def framed(asked: Asked) -> Raw:
    """The page in the frame."""
    captured = _captured(asked)
    try:
        page = harmless(captured.body(), captured.header("Content-Type") or "")
    except Undecodable as error:
        raise Problem(404, _NO_CAPTURE, f"The capture cannot be unpacked: {error}") from error
    policy = {"Content-Security-Policy": CONTENT_POLICY, "Referrer-Policy": "no-referrer"}
    return Raw(page.encode(errors="replace"), "text/html; charset=utf-8", policy)


def download(asked: Asked) -> Raw:
    """The bytes as they came, for other programs to look at."""
    captured = _captured(asked)
    name = f"{asked.named['release'].replace(':', '-')}-{asked.named['version']}.bin"
    return Raw(
        captured.payload,
        "application/octet-stream",
        {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": CONTENT_POLICY,
        },
    )


def _captured(asked: Asked) -> Answer:
    """Of the version that the route names. Raises Problem."""
    release = detail_of(asked).record["id"]
    number = int(asked.named["version"])
    for version in version_texts(asked.engine, release):
        if version["version"] == number:
            if version["withheld"]:
                raise Problem(410, _TAKEN_DOWN, _NOT_SHOWN)
            try:
                return answer(asked.captures, version["capture"])
            except Unreadable as error:
                raise Problem(404, _NO_CAPTURE, str(error).rstrip(".")) from error
    raise Problem(404, "no-such-version", f"{release} has no version {number}")
