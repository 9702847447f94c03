"""The file of `--keep`: all responses of a command."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from scrapy.settings import Settings

from archive.preservation.wacz_of_run import keep
from crawler.console import NO_ARCHIVE, give_up


def keep_file(captures: Path, target: Path, files: Mapping[str, bytes], settings: Settings) -> None:
    """Writes the responses below `captures` into a WACZ; exits if the file cannot be written."""
    try:
        left_out = keep(captures, target, files, settings["CONTACT"])
    except OSError as error:
        give_up(f"{target} cannot be written: {error.strerror or error}", NO_ARCHIVE)
    more = f"; {left_out} responses repeat CONTACT and were left out" if left_out else ""
    print(f"{target} holds all responses{more}.", file=sys.stderr)
