"""Writes captures in one thread, into files that are completed by size, age and day."""

from __future__ import annotations

import os
import queue
import secrets
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import archive.captures.brotli_for_warcio  # noqa: F401 - for its effect
from archive.captures import WAYS, Capture, CaptureError, NotCaptured
from archive.captures.warc_file import Exchange, WarcFile


class CaptureWriter:
    """Writes exchanges in one thread, several per `fsync`; may be shared by threads."""

    def __init__(
        self, folder: Path, about: Mapping[str, str], *, file_bytes: int, file_seconds: float
    ) -> None:
        """`about`: the fields of each file's `warcinfo`. A file that has `file_bytes`, is
        `file_seconds` old, or of yesterday (UTC), is completed and a new one begun. Raises
        CaptureError if the folder cannot be created or written."""
        self.run = secrets.token_hex(4)
        """Identifies the files of one program run, independent of the archive's crawl numbers."""
        self._folder = folder
        self._about = about
        self._file_bytes = file_bytes
        self._file_seconds = file_seconds
        self._files: dict[bool, WarcFile] = {}
        """Open files by `on_the_way`."""
        self._broken: CaptureError | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(folder, error) from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise CaptureError(f"The captures in {folder} cannot be written: it is read-only")
        self._waiting: queue.SimpleQueue[tuple[Exchange, Future[Capture]] | None]
        self._waiting = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="captures")
        self._thread.start()

    def write(self, exchange: Exchange) -> Future[Capture]:
        """Location of the response, once it is on disk; for an unchanged response, that of the
        earlier one. The future raises CaptureError, NotCaptured."""
        written: Future[Capture] = Future()
        self._waiting.put((exchange, written))
        return written

    def close(self) -> None:
        """Writes what is waiting and completes the files. Raises CaptureError."""
        self._waiting.put(None)
        self._thread.join()
        failed: OSError | None = None
        while self._files:
            _, file = self._files.popitem()
            try:
                file.complete()
            except OSError as error:
                failed = error
        if failed is not None:
            raise _unwritable(self._folder, failed) from failed

    def _run(self) -> None:
        more = True
        while more:
            arrived = [self._waiting.get()]
            while not self._waiting.empty():
                arrived.append(self._waiting.get())
            more = None not in arrived
            self._write([item for item in arrived if item is not None])

    def _write(self, arrived: list[tuple[Exchange, Future[Capture]]]) -> None:
        """Writes exchanges with one `fsync`; their futures are resolved only after that."""
        written: list[tuple[Future[Capture], Capture]] = []
        try:
            for exchange, future in arrived:
                if self._broken is None:
                    file = self._current(exchange.on_the_way)
                    try:
                        written.append((future, file.add(exchange)))
                    except (ValueError, TypeError) as error:  # nothing of it was written
                        future.set_exception(not_captured(exchange.url, error))
            for file in self._files.values():
                file.sync()
        except OSError as error:
            # After a full disk nothing more is written: the crawl ends.
            self._broken = _unwritable(self._folder, error)
        for future, capture in written if self._broken is None else ():
            future.set_result(capture)
        for _, future in arrived:
            if not future.done():
                assert self._broken is not None
                future.set_exception(self._broken)

    def _current(self, on_the_way: bool) -> WarcFile:
        """The file to write to: the current one, or a new one."""
        file, now = self._files.get(on_the_way), datetime.now(UTC)
        if file is not None and (
            file.size >= self._file_bytes
            or time.monotonic() - file.begun >= self._file_seconds
            or not file.name.startswith(f"{now:%Y-%m-%d}/")
        ):
            del self._files[on_the_way]
            file.complete()
            file = None
        if file is None:
            file = WarcFile(self._folder, _name(now, on_the_way=on_the_way), now, self._about)
            self._files[on_the_way] = file
        return file


def _name(now: datetime, *, on_the_way: bool) -> str:
    ending = WAYS if on_the_way else ".warc.gz"
    name = f"arsip-{now:%Y%m%d%H%M%S}-{os.getpid()}-{secrets.token_hex(3)}{ending}"
    return f"{now:%Y-%m-%d}/{name}"


def not_captured(url: str, error: Exception) -> NotCaptured:
    """Why one response could not be captured."""
    return NotCaptured(f"The response from {url} could not be captured: {error!r}.")


def _unwritable(folder: Path, error: OSError) -> CaptureError:
    return CaptureError(f"The captures in {folder} cannot be written: {error.strerror or error}")
