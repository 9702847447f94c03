"""A small site on loopback for tests of real crawls."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import trustme

_hosts = count(2)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site says to one address."""

    body: bytes | Iterator[bytes] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Pages = dict[str, "Answer | str | Callable[[], Answer]"]


class Site:
    """A running site: `pages` by path and query, and what was asked for, in order."""

    def __init__(self, server: ThreadingHTTPServer, pages: Pages) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.sent: dict[str, Mapping[str, str]] = {}
        """By address, the headers of the last request."""
        host, port = server.server_address[:2]
        scheme = "https" if isinstance(server.socket, ssl.SSLSocket) else "http"
        self.home = f"{scheme}://{host}:{port}/"

    def answer(self, path: str) -> Answer:
        """What stands in `pages`; 404 for the rest."""
        self.asked.append(path)
        found = self.pages.get(path, self.pages.get("*", Answer(b"not found", 404)))
        if callable(found):
            found = found()
        if isinstance(found, str):
            return Answer(found.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
        return found


@contextmanager
def serve(pages: Pages, certify: Callable[[str], trustme.LeafCert] | None = None) -> Iterator[Site]:
    """Serves pages on a loopback address of its own until the block ends; over TLS where
    `certify` gives a certificate for that address."""
    server = ThreadingHTTPServer((f"127.0.2.{next(_hosts) % 250 + 1}", 0), _Handler)
    server.daemon_threads = True
    if certify is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certify(str(server.server_address[0])).configure_cert(context)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    site = Site(server, pages)
    server.site = site  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site = self.server.site  # type: ignore[attr-defined]
        site.sent[self.path] = dict(self.headers)
        answer = site.answer(self.path)
        self.send_response(answer.status)
        headers = dict(answer.headers)
        if isinstance(answer.body, bytes):
            headers.setdefault("Content-Length", str(len(answer.body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for chunk in [answer.body] if isinstance(answer.body, bytes) else answer.body:
                self.wfile.write(chunk)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the crawler hung up, as it may

    def log_message(self, format: str, *args: object) -> None:
        """Tests read `Site.asked` instead."""
