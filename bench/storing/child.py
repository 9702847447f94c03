"""Stores items with the code on the path, and records the processor time of each.

Run as a file, with the folder of the code to measure as PYTHONPATH: `child.py build FOLDER SIZE`
or `child.py store ARCHIVE ITEMS RESULT`. It imports nothing that the code of commit ed5a6ea
lacks, and adapts to later code.
"""

from __future__ import annotations

import gc
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from functools import wraps
from importlib import import_module
from pathlib import Path
from time import thread_time
from typing import Any

# The finder of an editable install would find modules that the older code lacks in the newer one.
sys.meta_path[:] = [one for one in sys.meta_path if "__editable__" not in one.__module__]

from archive.captures import Capture  # noqa: E402
from crawler import items  # noqa: E402

_BEFORE = {
    "archive.database.connection": "archive.database",
    "archive.ingest.frontier": "archive.frontier",
    "archive.ingest.store": "archive.store",
    "archive.ingest.version_columns": "archive.wording",
    "archive.search.index": "archive.index",
    "archive.search.stemming": "archive.stems",
    "crawler.registry.source": "crawler.source",
}
"""Modules under the names they had at ed5a6ea."""


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return import_module(_BEFORE[name])


connection = _module("archive.database.connection")
open_archive = connection.open_archive
frontier = _module("archive.ingest.frontier")
Fetch = frontier.Fetch if hasattr(frontier, "Fetch") else frontier.Look
index = _module("archive.search.index")
stems = _module("archive.search.stemming").stems
Store = _module("archive.ingest.store").Store
Source = _module("crawler.registry.source").Source

_STEPS = {
    "hashes and columns": ("archive.ingest.version_columns:columns",),
    "search index": ("archive.search.index:learn", "archive.search.index:enter"),
    "copies": ("archive.duplicates:enter", "archive.duplicates:settle"),
    "frontier": ("archive.ingest.frontier:note_fetch", "archive.ingest.frontier:note_look"),
}
"""Functions whose time is shown, where the code has them."""
_taken: dict[str, float] = defaultdict(float)


def build(folder: Path, size: int) -> None:
    """An archive of so many releases, as this code makes them."""
    from bench.duplicates import scale

    path = scale._build(folder, (size,))[size]
    engine = open_archive(f"sqlite:///{path}", create=True)
    with connection.writing(engine) as filling:
        index.fill(filling)
        index.fill_signatures(filling)
    engine.dispose()


def store(path: Path, given: Path, result: Path) -> None:
    """Stores the items and writes what each took."""
    todo = [json.loads(line) for line in given.read_text().splitlines()]
    for item in todo:  # a crawl has met nearly all words it meets
        stems(item.get("title", "") + " " + item.get("body", ""))
    _time_steps()
    engine = open_archive(f"sqlite:///{path}", create=True)
    held = Store(engine)
    crawls = {}
    for source in sorted({item["source"] for item in todo if "source" in item}):
        held.register([_source(source)])
        crawls[source] = held.begin_crawl(source, datetime.fromisoformat(todo[0]["at"]))
    gc.freeze()  # the items at hand are the bench's: collecting garbage must not go through them
    taken: dict[str, list[float]] = defaultdict(list)
    steps: dict[str, dict[str, float]] = {}
    for item in todo:
        started = thread_time()
        task = _task(held, item, crawls)
        taken["readers"].append(1000 * (thread_time() - started))
        _taken.clear()
        started = thread_time()
        task()
        taken[item["step"]].append(1000 * (thread_time() - started))
        so_far = steps.setdefault(item["step"], defaultdict(float))
        for name, seconds in _taken.items():
            so_far[name] += 1000 * seconds
    engine.dispose()
    result.write_text(json.dumps({"taken": taken, "steps": steps}))


def _time_steps() -> None:
    depth = [0]

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def wrapped(*arguments: Any, **named: Any) -> Any:
            started, depth[0] = thread_time(), depth[0] + 1
            try:
                return function(*arguments, **named)
            finally:
                depth[0] -= 1
                if depth[0] == 0:
                    _taken[name] += thread_time() - started

        return wrapped

    for name, places in _STEPS.items():
        for place in places:
            module, _, attribute = place.partition(":")
            held = _module(module)
            if hasattr(held, attribute):
                setattr(held, attribute, timed(name, getattr(held, attribute)))


def _task(held: Any, item: dict[str, Any], crawls: dict[str, int]) -> Callable[[], object]:
    at = datetime.fromisoformat(item["at"])
    if item["step"] == "found":
        named: dict[str, list[Any]] = defaultdict(list)
        for one in item["named"]:
            shown = {f"https://{one['source']}.example/berita": "0123456789abcdef"}
            found = frontier.Found(url=one["url"], what="release", by="listing", at=at, shown=shown)
            named[one["source"]].append(found)
        return lambda: [
            held.within(frontier.note_found, source, found) for source, found in named.items()
        ]
    crawl = crawls[item["source"]]
    if item["step"] == "seen":
        return lambda: held.seen(_fetch(item, at, "unchanged"), crawl)
    if item["step"] == "reject":
        rejected = items.Rejected(
            source=item["source"],
            url=item["url"],
            stage="extraction",
            reason="not-a-release",
            detail="The page is a list.",
            fetched_at=at,
        )
        return lambda: held.reject(rejected, crawl, None, _fetch(item, at, "not-a-release"))
    release = _release(item, at)
    fetch = _fetch(item, at, "release")
    return lambda: held.store(release, crawl, fetch)


def _fetch(item: dict[str, Any], at: datetime, outcome: str) -> Any:
    capture = None
    if outcome == "release":
        number = f"<urn:uuid:{item['payload'][:32]}>"
        where = {"file": "2025.warc.gz", "offset": item["offset"], "record_id": number}
        capture = Capture(digest="", url=item["url"], at=at, **where)
    return Fetch(
        source=item["source"],
        url=item["url"],
        at=at,
        outcome=outcome,
        status=200,
        etag='"abc"',
        payload=item.get("payload"),
        due_at=at,
        shown={f"https://{item['source']}.example/berita": "0123456789abcdef"},
        capture=capture,
    )


def _release(item: dict[str, Any], at: datetime) -> items.Release:
    known = {field.name for field in fields(items.Release)}
    values = {
        name: item[name]
        for name in ("source", "url", "title", "body", "dateline", "byline", "author_tags")
    }
    values |= {
        "fetched_at": at,
        "published_on": date.fromisoformat(item["published_on"]),
        "published_at": datetime.fromisoformat(item["published_at"]),
        "published_by": "page",
        "place": "Kota Contoh",
        "credits": [items.Credit(role="writer", name=item["author_tags"][1])],
        "election": True,
        "topics": ["kampanye"],
        "topic_words": {"kampanye": ["kampanye"]},
        "language": "id",
    }
    if "reader" in known:
        values["reader"] = "bench"
    if "quotes" in known:
        text, start, end = item["quote"]
        quote = {"verb": "ujar", "speaker": "Wali Kota", "person": None, "role": "Wali Kota"}
        values["quotes"] = [
            items.Quote(text=text, start=start, end=end, direct=True, how="named", **quote)
        ]
    release = items.Release(**values)
    if "entries" in known:
        from archive.ingest import version_columns

        release.entries = version_columns.entries(release)
    return release


def _source(name: str) -> Any:
    return Source(
        id=name,
        kind="pemkot",
        publisher="Pemerintah Kota Contoh",
        region="64.71",
        home=f"https://{name}.example/",
        timezone="Asia/Makassar",
    )


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        store(*map(Path, sys.argv[2:]))
