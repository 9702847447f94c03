"""HTTP/1.1 for one site: keeps the log, plays faults, compresses, and can be down for a while."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from demo.shapes import Answer
from tests.web.faults import Faults
from tests.web.log import Asked, Log

Respond = Callable[[str, Mapping[str, str]], Answer]
"""Target (path and query) and headers in, answer out."""

_SLOW = 1.0
"""Seconds a slow body takes; enough to hold a connection, not to make tests long."""
REPAIR = Answer(
    b"<html><head><title>Pemeliharaan</title></head><body><h1>Situs sedang dalam pemeliharaan</h1>"
    b"<p>Mohon maaf, layanan kami sedang diperbarui. Silakan kembali beberapa saat lagi.</p></body></html>"
)
"""A notice of repair, with status 200, as careless administrators put up."""
BLOCKED = Answer(
    b"<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>",
    403,
    headers={"Server": "cloudflare", "CF-RAY": "8c0"},
)
"""What a blocker answers to who is no browser."""
_SMALL = 1000
"""Octets below which servers do not bother to compress."""


class Server:
    """Answers at an address of its own; `down()` and `up()` keep its port.

    Raises OSError when the address is not available.
    """

    def __init__(self, address: str, respond: Respond) -> None:
        self.log = Log()
        self.faults: Faults | None = None
        self.refusing = False
        """Answers 503 to everything, robots.txt included."""
        self.instead: Answer | None = None
        """What is answered to everything but robots.txt: a notice of repair, a blocker's page."""
        self.gzip = True
        self._respond = respond
        self._listener: _Listener | None = None
        self._at = (address, 0)
        self.up()

    @property
    def base(self) -> str:
        """Scheme, host and port, without a final slash."""
        return f"http://{self._at[0]}:{self._at[1]}"

    def up(self) -> None:
        """Begins to answer."""
        if self._listener is None:
            self._listener = _Listener(self._at, self)
            self._at = (self._at[0], self._listener.server_port)
            Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()

    def down(self) -> None:
        """Refuses connections, as a machine that is switched off."""
        if self._listener is not None:
            self._listener.shutdown()
            self._listener.server_close()
            self._listener.hang_up()
            self._listener = None

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        """The site's answer, packed where the client takes gzip."""
        hidden = None if target == "/robots.txt" else self.instead
        answer = hidden or self._respond(target, headers)
        packable = answer.status == 200 and len(answer.body) >= _SMALL
        packs = answer.content_type.startswith(("text/", "application/rss", "application/json"))
        if not (self.gzip and packable and packs and "gzip" in headers.get("accept-encoding", "")):
            return answer
        own = {**answer.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        # A packed body is another one: servers mark its validator as weak.
        if own.get("ETag", "W/").startswith('"'):
            own["ETag"] = "W/" + own["ETag"]
        return replace(answer, body=gzip.compress(answer.body, 1), headers=own)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, at: tuple[str, int], server: Server) -> None:
        self.of = server
        self.handlers: set[_Handler] = set()
        super().__init__(at, _Handler)

    def hang_up(self) -> None:
        """Ends the connections that are kept open."""
        for handler in list(self.handlers):
            handler.close_connection = True
            try:
                handler.connection.shutdown(2)
            except OSError:
                continue  # the client was quicker


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener
    timeout = 60

    def setup(self) -> None:
        super().setup()
        self.number = self.server.of.log.connect()
        self.server.handlers.add(self)

    def finish(self) -> None:
        self.server.handlers.discard(self)
        try:
            super().finish()
        except OSError:
            return  # cut by us, as one of the faults

    def do_GET(self) -> None:
        of = self.server.of
        arrived, at_once = time.monotonic(), of.log.begin()
        fault = "503" if of.refusing else of.faults.next(self.path) if of.faults else None
        headers = {name.lower(): value for name, value in self.headers.items()}

        def over(status: int) -> None:
            """Before the last octet leaves: the client's next request may come right after it."""
            of.log.end(
                Asked(
                    arrived=arrived,
                    ended=time.monotonic(),
                    method=self.command,
                    target=self.path,
                    headers=headers,
                    connection=self.number,
                    at_once=at_once,
                    status=status,
                    fault=fault,
                )
            )

        try:
            self._send(fault, headers, over)
        except OSError:
            self.close_connection = True  # the crawler hung up, as it may

    do_HEAD = do_GET

    def _send(
        self, fault: str | None, headers: Mapping[str, str], over: Callable[[int], None]
    ) -> None:
        if fault == "503":
            answer = Answer(b"Layanan sedang sibuk.", 503, "text/plain", {"Retry-After": "1"})
        elif fault == "500":
            answer = Answer(b"Kesalahan pada server.", 500, "text/plain")
        else:
            answer = self.server.of.answer(self.path, headers)
        bodiless = self.command == "HEAD" or answer.status == 304
        body = b"" if bodiless else answer.body
        held_back = body[len(body) // 2 :] if fault in ("cut", "slow") else b""
        if not held_back:
            over(answer.status)
        self.send_response(answer.status)
        if answer.status != 304:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.removesuffix(held_back))
        if held_back and fault == "cut":
            over(0)
            self.close_connection = True
            self.connection.shutdown(2)
        elif held_back:
            time.sleep(_SLOW)
            over(answer.status)
            self.wfile.write(held_back)

    def log_message(self, format: str, *args: object) -> None:
        """`Server.log` is the log."""
