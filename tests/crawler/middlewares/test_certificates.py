"""Who answers is checked; where the registry says not to, everything that came so says it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from archive.captures.reader import answers
from crawler.registry.source import Source
from tests.archive.captures.samples import files
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import paged_site, rows
from tests.site import Answer, serve

Declare = Callable[..., Source]
KNOWN, UNKNOWN = trustme.CA(), trustme.CA()
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(autouse=True)
def vouched_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The machine knows one authority."""
    KNOWN.cert_pem.write_to_path(tmp_path / "known.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "known.pem"))


def test_a_certificate_somebody_known_vouches_for(
    crawl: Crawl, declare: Declare, archive_url: str
) -> None:
    with serve(paged_site(3), KNOWN.issue_cert) as site:
        crawl(declare(site.home, listing=site.home + "berita"))
    assert rows(archive_url, "SELECT flags FROM versions") == [("[]",)] * 6


@pytest.mark.parametrize(
    "certify",
    [
        UNKNOWN.issue_cert,
        lambda host: KNOWN.issue_cert(host, not_after=YESTERDAY),
        lambda host: KNOWN.issue_cert("pemkot-lain.example"),
    ],
    ids=["of an unknown authority", "ran out", "of another site"],
)
def test_one_that_cannot_be_verified_ends_the_crawl(
    certify: Callable[[str], trustme.LeafCert], crawl: Crawl, declare: Declare, archive_url: str
) -> None:
    with serve(paged_site(3), certify) as site:
        done = crawl(declare(site.home, listing=site.home + "berita"))
    (result,) = done.results
    assert (result.verdict.outcome, site.asked) == ("failed", [])
    assert "certificate cannot be trusted" in result.verdict.reason
    assert rows(archive_url, "SELECT * FROM releases") == []


def test_where_it_is_not_checked_wordings_and_captures_say_so(
    crawl: Crawl, declare: Declare, archive_url: str, tmp_path: Path
) -> None:
    with serve(paged_site(3), UNKNOWN.issue_cert) as site:
        crawl(declare(site.home, listing=site.home + "berita", insecure="nobody renewed it"))
    flags = rows(archive_url, "SELECT flags FROM versions")
    assert [json.loads(flag) for (flag,) in flags] == [["certificate-unchecked"]] * 6
    for path in files(tmp_path / "captures"):
        with path.open("rb") as file:
            for _, answer in answers(file):
                assert answer.notes["certificate"] == "not checked"


def test_what_a_redirect_brings_without_a_certificate_says_so(
    crawl: Crawl, declare: Declare, archive_url: str
) -> None:
    pages = paged_site(1)
    with serve(paged_site(1)) as plain, serve(pages, KNOWN.issue_cert) as site:
        pages["/berita/read/1"] = Answer(b"", 301, {"Location": plain.home + "berita/read/1"})
        crawl(declare(site.home, listing=site.home + "berita", sitemap=plain.home + "sitemap.xml"))
    found = rows(archive_url, "SELECT url, flags FROM releases")
    assert {str(url).rpartition("/")[2]: flags for url, flags in found} == {
        "1": '["https-downgrade"]',
        "2": "[]",
    }
