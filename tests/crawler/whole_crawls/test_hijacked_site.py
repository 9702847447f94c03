"""A crawl of a site into which strangers have put pages and links."""

from __future__ import annotations

from pathlib import Path

from crawler.registry.reader import load_sources
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import rows
from tests.web import Web


def test_releases_come_in_whole_and_strangers_pages_do_not(
    crawl: Crawl, archive_url: str, tmp_path: Path
) -> None:
    with Web(["hijacked"], count=25) as web:
        file = tmp_path / "sources.toml"
        file.write_text(web.sources_toml, encoding="utf-8")
        (result,) = crawl(*load_sources(file)).results
        site = web["hijacked"]
        stored = rows(archive_url, "SELECT url, body FROM releases")
        assert {url for url, _ in stored} == set(site.truth)
        assert [url for url, body in stored if "slot" in str(body)] == []
        assert result.stats.rejected == {"hijacked": 3}
        assert len(site.log.targets) <= 1.15 * 25 + 20
