"""Does several pieces of work at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def run_concurrently(
    work: Callable[[T], Awaitable[R]], todo: Iterable[T], most: int
) -> AsyncIterator[R]:
    """The results as they arrive; at most `most` items are worked on at the same time."""
    running: set[asyncio.Future[R]] = set()
    try:
        for item in todo:
            running.add(asyncio.ensure_future(work(item)))
            if len(running) >= most:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for future in running:
            future.cancel()
