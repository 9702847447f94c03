"""The text of a PDF, by pypdf, which is an extra. No image is read.

PDFs come from the network: one that is broken, encrypted or made to exhaust the reader gives a word
instead of a text. The time is limited by the pool of readers, which ends the process.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

MISSING = (
    "The text of PDFs is not read: `pip install -r requirements-extra.txt` installs pypdf, and "
    "`arsip rebuild` reads those captured before."
)
TEXT_MAX = 1_000_000
"""Letters of a document's text."""
MEMORY = 768 * 1024**2
"""Bytes that reading a document may take beyond what its process has."""
_PAGES = 3_000
_START = 1_024
"""Bytes in which a PDF must say that it is one."""
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The text of a document, or why there is none."""

    text: str | None
    unread: str | None = None
    """A word: `no-reader`, `encrypted`, `broken`, `no-text` (scanned), `too-large`, `cut` (the text
    is longer than what was kept); None: nothing is missing, or it is no PDF."""


def can_read() -> bool:
    """Whether pypdf is installed."""
    return find_spec("pypdf") is not None


def read_pdf(body: bytes) -> DocumentText:
    """The text of a PDF. Never raises, whatever the bytes; may take as long as it likes."""
    if b"%PDF-" not in body[:_START]:
        return DocumentText(None)
    if not can_read():
        return DocumentText(None, "no-reader")
    import pypdf
    from pypdf.errors import FileNotDecryptedError, LimitReachedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        with _limited_memory():
            reader = pypdf.PdfReader(BytesIO(body))
            # Many are closed to editing alone: they open without a password.
            if reader.is_encrypted and not reader.decrypt(""):
                return DocumentText(None, "encrypted")
            return _text_of(reader)
    except FileNotDecryptedError:
        return DocumentText(None, "encrypted")
    except (LimitReachedError, MemoryError):
        return DocumentText(None, "too-large")
    except Exception:  # noqa: BLE001 - pypdf raises dozens of kinds for broken files
        return DocumentText(None, "broken")


def _text_of(reader: Any) -> DocumentText:
    pages: list[str] = []
    letters, cut = 0, False
    for number, page in enumerate(reader.pages):
        if number == _PAGES or letters > TEXT_MAX:
            cut = True
            break
        text = "\n".join(filter(None, map(str.strip, page.extract_text().splitlines())))
        letters += len(text)
        pages.append(text)
    whole = "\n\n".join(filter(None, pages))
    if not whole:
        return DocumentText(None, "no-text")
    cut = cut or len(whole) > TEXT_MAX
    return DocumentText(whole[:TEXT_MAX], "cut" if cut else None)


@contextmanager
def _limited_memory() -> Iterator[None]:
    """Limits the memory of this process, where the system can (Linux)."""
    if not _STATM.exists():
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    taken = int(_STATM.read_text().split()[0]) * resource.getpagesize()
    most = taken + MEMORY
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
