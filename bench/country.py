"""A country of made-up offices, each on its own loopback address, as slow as real ones.

One listener serves all addresses, since a thread for each of a thousand sites would cost more
than the crawler that is measured.
"""

from __future__ import annotations

import asyncio
import math
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from itertools import cycle
from typing import Self

from demo.shapes import Answer
from demo.sites import Site
from tests.web.ground import described, names
from tests.web.log import Asked
from tests.web.releases import made_up
from tests.web.server import BLOCKED, Respond, Server
from tests.web.shapes import SHAPES
from tests.web.site import WebSite

MEDIAN, WORST, SPREAD = 1.6, 9.5, 0.6
"""Seconds an answer takes at real sites (FACTS: medians of 1.6 s, at worst 9.5 s), and the sigma of
the lognormal distribution between them: one answer in six takes over 2.9 s."""
NEVER = 1 / 400
"""The share of requests that are never answered."""
CLOSED = ("/galeri", "/profil", "/kontak")
"""What robots.txt forbids at some sites."""
TROUBLES = {
    "crawl-delay": 25,
    "disallow": 20,
    "robots.txt answers 503": 100,
    "refuses with 403": 100,
    "never answers": 100,
}
"""What is particular about some sites, each about one site in so many."""


class Address(Server):
    """One address of the country, for which the country's listener answers."""

    def __init__(self, port: int, address: str, respond: Respond) -> None:
        self.port = port
        self.most_open = 0
        """The most connections there were at one time."""
        self._open = 0
        super().__init__(address, respond)

    def opened(self) -> None:
        """A client has connected."""
        self._open += 1
        self.most_open = max(self.most_open, self._open)

    def closed(self) -> None:
        """One has hung up."""
        self._open -= 1

    @property
    def base(self) -> str:
        return f"http://{self._at[0]}:{self.port}"

    def up(self) -> None:
        """The listener is up as long as the country is."""


class Country:
    """`with Country(1100, releases=6, scale=0.1) as country:` serves that many sites."""

    def __init__(self, size: int, *, releases: int, scale: float, crawl_delay: float) -> None:
        """`scale`: of the seconds that real sites take; `crawl_delay`: what some sites ask for."""
        self.scale = scale
        self.crawl_delay = crawl_delay
        self.sites: list[WebSite] = []
        self.trouble: dict[str, str] = {}
        """By site, the one of TROUBLES it has."""
        self._by_address: dict[str, WebSite] = {}
        self._chance = random.Random(8)
        # Then what is published on the second day is not of tomorrow.
        self._yesterday = datetime.now(UTC).date() - timedelta(days=1)
        self._described = described()
        self._listener = socket.create_server(("0.0.0.0", 0), backlog=4096)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        for number, shape in zip(range(size), _shapes(size), strict=True):
            self._add(number, shape, releases)

    def __enter__(self) -> Self:
        self._thread.start()
        serving = asyncio.start_server(self._serve, sock=self._listener)
        asyncio.run_coroutine_threadsafe(serving, self._loop).result()
        return self

    def __exit__(self, *exception: object) -> None:
        asyncio.run_coroutine_threadsafe(_hang_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._listener.close()

    def _add(self, number: int, shape: str, releases: int) -> None:
        said = self._described[shape]
        address = f"127.{16 + number // 250}.{number // 10 % 25}.{1 + number % 10}"
        kind = said.get("kind", "pemkot")
        publisher = f"{'KPU Kota' if kind == 'kpu' else 'Pemerintah Kota'} {said['city']}"
        site = Site(
            id=f"{kind}-{number:04}-{shape.replace('_', '-')}",
            shape=shape,
            address=address,
            name=publisher,
            city=said["city"],
            path=said["path"],
            zone=said.get("zone"),
            robots="User-agent: *\nDisallow: /admin/\n",
            source={"kind": kind, "publisher": publisher, "region": said.get("region", "64.71")},
        )
        style = SHAPES[said.get("shape", shape)]
        written = made_up(releases, site=site.id, city=site.city, newest=self._yesterday)
        port = self._listener.getsockname()[1]
        built = WebSite(site, style, style.numbered(written), serve=partial(Address, port))
        for place, (trouble, one_in) in enumerate(TROUBLES.items(), 3):
            if number % one_in == place:
                self._burden(built, trouble)
        self.sites.append(built)
        self._by_address[address] = built

    def _burden(self, site: WebSite, trouble: str) -> None:
        self.trouble[site.id] = trouble
        # Into the shape's own, which may name a sitemap.
        own, group = site.respond("/robots.txt", {}).body.decode(), "User-agent: *\n"
        own = own if group in own else group  # some have none
        if trouble == "crawl-delay":
            site.robots = own.replace(group, f"{group}Crawl-delay: {self.crawl_delay:g}\n", 1)
        elif trouble == "disallow":
            closed = "".join(f"Disallow: {path}\n" for path in CLOSED)
            site.robots = own.replace(group, group + closed, 1)
        elif trouble == "robots.txt answers 503":
            site.robots_status = 503
        elif trouble == "refuses with 403":
            site.server.instead = BLOCKED

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, as long as the client keeps it."""
        site = self._by_address[writer.get_extra_info("sockname")[0]]
        address = site.server
        assert isinstance(address, Address)
        number = address.log.connect()
        address.opened()
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                answer = await self._answer(site, head.decode("latin-1"), number, reader)
                if answer is None:
                    return
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the client has hung up, as it may
        finally:
            address.closed()
            writer.close()

    async def _answer(
        self, site: WebSite, head: str, connection: int, reader: asyncio.StreamReader
    ) -> bytes | None:
        """The answer, after as long as it takes; None: there is none, the client has given up."""
        arrived, at_once = time.monotonic(), site.log.begin()
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {
            name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)
        }
        never = self.trouble.get(site.id) == "never answers" or self._chance.random() < NEVER
        answer = None if never else site.server.answer(target, headers)
        if answer is None:
            with suppress(ConnectionError):  # hung up on either way
                await reader.read(1)
        else:
            seconds = MEDIAN * math.exp(self._chance.gauss(0, SPREAD))
            spent = time.monotonic() - arrived
            await asyncio.sleep(max(0.0, min(seconds, WORST) * self.scale - spent))
        site.log.end(
            Asked(
                arrived=arrived,
                ended=time.monotonic(),
                method=method,
                target=target,
                headers=headers,
                connection=connection,
                at_once=at_once,
                status=answer.status if answer else 0,
                fault=None,
            )
        )
        return _packed(answer, method) if answer else None


async def _hang_up() -> None:
    """Ends the connections that clients keep."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _shapes(size: int) -> Iterator[str]:
    """Half election offices, most of them on the new CMS, half city sites of all shapes."""
    cities = cycle(name for name in names("shape") if not name.startswith("kpu"))
    offices = cycle(["kpu"] * 9 + ["kpu_old"])
    return (next(offices) if number % 2 else next(cities) for number in range(size))


def _packed(answer: Answer, method: str) -> bytes:
    body = b"" if method == "HEAD" or answer.status == 304 else answer.body
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    if answer.status != 304:
        lines += [f"Content-Type: {answer.content_type}", f"Content-Length: {len(answer.body)}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
