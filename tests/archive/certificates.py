"""Certificates of made-up authorities, and a time stamp service of OpenSSL's on loopback."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

_OPENSSL = """
[service]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
"""


@dataclass(frozen=True)
class Issued:
    """A key with its certificate and the certificates above it."""

    key: ec.EllipticCurvePrivateKey
    chain: Sequence[x509.Certificate]

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The files of the key, mode 0600, and of the chain."""
        key, chain = folder / "key.pem", folder / "chain.pem"
        folder.mkdir()
        key.touch(0o600)
        key.write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        chain.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in self.chain))
        return key, chain


def issue(name: str, by: Issued | None = None, *extensions: x509.ExtensionType) -> Issued:
    """A certificate that is valid for two days around now; of itself if nobody else issues it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.chain[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    certificate = builder.sign(by.key if by else key, hashes.SHA256())
    return Issued(key, [certificate, *(by.chain if by else [])])


class Service:
    """An RFC 3161 service on loopback."""

    def __init__(self, folder: Path) -> None:
        stamping = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
        # OpenSSL puts the signer's certificate first and rfc3161-client demands DER, the shorter
        # first: so the root's is the longer.
        self.issued = issue("Stamps", issue("The Root of All Authorities of Time Stamps"), stamping)
        key, leaf = self.issued.write(folder)  # of this file OpenSSL reads the first
        above, config = folder / "above.pem", folder / "openssl.cnf"
        above.write_bytes(self.issued.chain[1].public_bytes(Encoding.PEM))
        config.write_text(_OPENSSL.format(folder=folder))
        (folder / "serial").write_text("01\n")
        query = folder / "query.tsq"
        reply = [
            "openssl", "ts", "-reply", "-config", config, "-section", "service",
            "-queryfile", query, "-signer", leaf, "-inkey", key, "-chain", above,
        ]  # fmt: skip
        self.answer: bytes | None = None
        """Given to every query in place of a stamp."""
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
                answer = service.answer
                if answer is None:
                    answer = subprocess.run(reply, capture_output=True, check=True).stdout
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                """Nobody reads it."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/tsr"


@contextmanager
def stamping(folder: Path) -> Iterator[Service]:
    """A service that answers while the block lasts."""
    service = Service(folder)
    thread = threading.Thread(target=service.server.serve_forever, args=(0.01,))
    thread.start()
    yield service
    service.server.shutdown()
    thread.join()
    service.server.server_close()
