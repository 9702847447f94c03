"""The demo web: each site on a loopback address of its own, for as long as the block lasts."""

from __future__ import annotations

from dataclasses import dataclass
from errno import EADDRNOTAVAIL
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from demo.releases import DemoRelease, load
from demo.shapes import SHAPES, Shape
from demo.sites import Site, sites


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as an access log has it."""

    site: str
    target: str
    """Path and query."""
    status: int


class Web:
    """`with Web() as web:` serves all sites of `demo/sites.toml`.

    `own_ports`: at the ports of that file, so that what was archived leads there again; else at
    free ones. Raises OSError, as one sentence, when a port is not free.
    """

    def __init__(self, morning: int = 1, *, own_ports: bool = False):
        self.asked: list[Asked] = []
        """Every request so far, in the order of arrival."""
        self._servers: dict[str, _Server] = {}
        for site in sites():
            port = site.port if own_ports else 0
            try:
                self._servers[site.id] = _Server(site, port, self.asked)
            except OSError as error:
                self._close()
                raise OSError(
                    f"{site.id} cannot be served at port {port} ({error.strerror}). Stop the other "
                    "demo, if one is running."
                ) from None
        self.morning(morning)

    def __enter__(self) -> Self:
        for server in self._servers.values():
            Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        for server in self._servers.values():
            server.shutdown()
        self._close()

    def _close(self) -> None:
        for server in self._servers.values():
            server.server_close()

    def morning(self, number: int) -> None:
        """Let it be that morning on all sites: releases appear, are edited and withdrawn."""
        releases = load(number)
        for server in self._servers.values():
            own = [release for release in releases if release.site == server.site.id]
            server.shape = SHAPES[server.site.shape](server.site, server.base, own, number)

    @property
    def homes(self) -> dict[str, str]:
        """Each site's home page, by the id of its source."""
        return {id: server.base + "/" for id, server in self._servers.items()}

    @property
    def sources_toml(self) -> str:
        """The registry of these sites at these addresses."""
        entries = [server.site.registry_entry(server.base) for server in self._servers.values()]
        return "\n\n".join(entries) + "\n"

    def url(self, release: DemoRelease) -> str:
        """The canonical URL of a release."""
        server = self._servers[release.site]
        return server.base + server.site.where(release)


class _Server(ThreadingHTTPServer):
    """One site."""

    daemon_threads = True
    shape: Shape

    def __init__(self, site: Site, port: int, asked: list[Asked]):
        self.site = site
        self.asked = asked
        try:
            super().__init__((site.address, port), _Handler)
        except OSError as error:
            if error.errno != EADDRNOTAVAIL:
                raise
            # macOS has no loopback address but the first; a port of its own must do there.
            super().__init__(("127.0.0.1", port), _Handler)
        host, port = self.server_address[:2]
        self.base = f"http://{host!s}:{port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer on a kept connection waits 40 ms
    server: _Server

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        parts = urlsplit(self.path)
        answer = self.server.shape.answer(unquote(parts.path), dict(parse_qsl(parts.query)))
        self.server.asked.append(Asked(self.server.site.id, self.path, answer.status))
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """`Web.asked` is the log."""
