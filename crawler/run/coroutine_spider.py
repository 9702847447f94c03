"""A spider that is one coroutine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider


class CoroutineSpider(Spider):
    """Does all its work in one coroutine and yields nothing, since each request depends on the
    response before it."""

    async def work(self) -> None:
        """The whole crawl."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Any]:
        """Runs `work`."""
        await self.work()
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request
