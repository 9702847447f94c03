"""Replays the fetched files into the archive, as `rebuild` does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scrapy.settings import Settings

from crawler.backfill.state import State
from crawler.backfill.write import backfill_files
from crawler.rebuild.run import rebuild
from crawler.registry.source import Source


def read_new(settings: Settings, state: State, sources: Sequence[Source]) -> bool:
    """Reads the files of those of these sources that have new ones, the earlier ones too: revisits
    point to these. Returns whether all could be read. Raises ArchiveError, sqlite3.Error,
    OSError."""
    folder, new = Path(settings["CAPTURES"]), set(state.unread_files())
    files: list[Path] = []
    concerned: list[Source] = []
    for source in sources:
        own = backfill_files(folder, source.id)
        if new.intersection(path.relative_to(folder).as_posix() for path in own):
            files += own
            concerned.append(source)
    if not files:
        return True
    all_read = rebuild(
        concerned,
        settings["ARCHIVE_URL"],
        folder,
        [],
        "",
        settings.getint("EXTRACTION_WORKERS"),
        settings.getfloat("EXTRACTION_TIMEOUT"),
        only=files,
    )
    state.note_read(path.relative_to(folder).as_posix() for path in files)
    return all_read
