"""A time-stamping service on loopback: OpenSSL's own, behind HTTP, with a made-up root."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

_CONFIG = """
[tsa]
default_tsa = it
[it]
serial = {place}/serial
signer_cert = {place}/signer.pem
signer_key = {place}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
_MEANT_FOR = "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["openssl", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def certified(place: Path, name: str = "Made-up Root") -> Path:
    """Makes a root and the certificate that it has issued to a service; returns the root's."""
    place.mkdir()
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc")
    root, csr = place / "root.pem", place / "signer.csr"
    made = [
        openssl(
            "req",
            "-x509",
            *key,
            "-keyout",
            place / "root.key",
            "-out",
            root,
            "-subj",
            f"/CN={name}",
        ),
        openssl("req", *key, "-keyout", place / "signer.key", "-out", csr, "-subj", "/CN=Stamps"),
    ]
    (place / "meant-for").write_text(_MEANT_FOR)
    by = ("-CA", root, "-CAkey", place / "root.key", "-CAcreateserial")
    given = ("-extfile", place / "meant-for", "-out", place / "signer.pem")
    made.append(openssl("x509", "-req", "-in", csr, *by, *given))
    assert all(one.returncode == 0 for one in made), made
    (place / "serial").write_text("01")
    (place / "config").write_text(_CONFIG.format(place=place))
    return root


class Service:
    """Answers requests; `answer` replaces what it would answer."""

    def __init__(self, place: Path) -> None:
        self.place, self.asked = place, 0
        self.status, self.answer = 200, b""
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                service.asked += 1
                data = service.answer or service.reply(query)
                self.send_response(service.status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/tsr"

    def reply(self, query: bytes) -> bytes:
        asked, answered = self.place / "query.tsq", self.place / "reply.tsr"
        asked.write_bytes(query)
        config = ("-config", self.place / "config", "-queryfile", asked, "-out", answered)
        assert openssl("ts", "-reply", *config).returncode == 0
        return answered.read_bytes()


@contextmanager
def serving(place: Path) -> Iterator[Service]:
    """A service with the certificate in a folder (`certified`), while the block lasts."""
    service = Service(place)
    thread = threading.Thread(target=service.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        service.server.shutdown()
        service.server.server_close()
        thread.join()
