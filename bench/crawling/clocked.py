"""`scrapy crawlall`, which writes down at its end what its threads and processes have used.

`python -m bench.crawling.clocked RESULT.json WORD…`
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.processes import used

_THREADS = {"MainThread": "loop", "archive-writer": "store", "captures": "captures"}
_REST = "hand-over"
"""The threads that pass pages to the readers and back."""


def main(result: Path, words: list[str]) -> None:
    """Runs the command in this process, as `scrapy` does."""
    from scrapy.cmdline import execute

    from crawler.crawl.fetcher import Fetcher
    from crawler.run.crawl_run import CrawlRun

    spent: Counter[str] = Counter()
    close, get = CrawlRun.close, Fetcher.get

    def closing(run: CrawlRun) -> None:
        spent.update(so_far())
        spent["loop"] -= spent["start"]
        close(run)
        result.write_text(json.dumps(spent), "utf-8")

    def asking(fetcher: Fetcher, *args: Any, **kwargs: Any) -> Any:
        if "start" not in spent:
            spent["start"] = time.thread_time()  # type: ignore[assignment]
        return get(fetcher, *args, **kwargs)

    CrawlRun.close, Fetcher.get = closing, asking  # type: ignore[method-assign,assignment]
    execute(["scrapy", *words])


def so_far() -> dict[str, float]:
    """Seconds of processor time by part of the program."""
    spent: Counter[str] = Counter()
    for thread in threading.enumerate():
        if thread.ident is not None:
            part = _THREADS.get(thread.name.partition("_")[0], _REST)
            spent[part] += time.clock_gettime(time.pthread_getcpuclockid(thread.ident))  # type: ignore[assignment]
    for depth, pid in _descendants(os.getpid()):
        spent["readers" if depth else "readers' parent"] += used(pid)  # type: ignore[assignment]
    return dict(spent)


def _descendants(pid: int, depth: int = 0) -> Iterator[tuple[int, int]]:
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, file.read_text().split()):
            yield depth, child
            yield from _descendants(child, depth + 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
