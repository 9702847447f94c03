"""Which scheme a host answers at, for an address that was typed without one."""

from __future__ import annotations

import socket
import ssl
from urllib.request import getproxies

_SECONDS = 10.0
"""For each connection; a site that takes longer is hardly usable."""
_PORTS = {"https": 443, "http": 80}


def find_scheme(host: str, port: int | None = None, seconds: float = _SECONDS) -> str | None:
    """`https` where its certificate can be trusted, else `http`, else None. Only connects, and
    requests nothing. Behind a proxy, which would have to connect, always `https`."""
    if getproxies().keys() & _PORTS.keys():
        return "https"
    for scheme in _PORTS:
        try:
            _connect(host, port or _PORTS[scheme], scheme, seconds)
        except (OSError, UnicodeError):  # certificates and TLS raise OSErrors as well
            continue
        return scheme
    return None


def _connect(host: str, port: int, scheme: str, seconds: float) -> None:
    with socket.create_connection((host, port), timeout=seconds) as plain:
        if scheme == "https":
            with ssl.create_default_context().wrap_socket(plain, server_hostname=host):
                return
