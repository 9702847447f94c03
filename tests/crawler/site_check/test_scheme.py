"""An address that was typed without a scheme: https, else http, else an end within seconds."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from crawler.site_check.scheme import find_scheme
from tests.site import Site, serve


def scheme(site: Site) -> str | None:
    parts = urlsplit(site.home)
    return find_scheme(parts.hostname or "", parts.port)


def test_https_where_its_certificate_can_be_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    with serve({}, authority.issue_cert) as site:
        assert scheme(site) != "https"
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert scheme(site) == "https"


def test_http_where_there_is_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve({}) as site:
        assert scheme(site) == "http"
        assert site.asked == [], "it only connects"
    assert scheme(site) is None
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    assert scheme(site) == "https", "a proxy would have to connect"
