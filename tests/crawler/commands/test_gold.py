"""Gold pages of releases in the archive."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.cli import main
from archive.preservation.gold_pages import CHECKOUT, Gold, NoGold, name_of, write_gold
from crawler.rebuild.gold_drafts import draft_golds
from crawler.registry.source import Source
from tests.conftest import Crawl
from tests.crawler.whole_crawls.test_crawl import paged_site
from tests.site import serve


def test_a_release_in_the_archive_and_its_capture_give_one_gold(
    crawl: Crawl, declare: Callable[..., Source], archive_url: str, tmp_path: Path
) -> None:
    with serve(paged_site(1)) as site:
        source = declare(site.home, listing=f"{site.home}berita", article="/berita/read/{id}")
        crawl(source)
    captures = next((tmp_path / "captures").glob("*/*[0-9a-z].warc.gz"))
    drafts = {
        gold.values["url"]: gold
        for file in sorted(captures.parent.iterdir())
        for gold in draft_golds(file, [source], pytest.fail)
    }
    url = sorted(drafts)[0]
    folder = tmp_path / "gold"
    asked = ["show", url, "--bundle", str(folder), "--captures", str(tmp_path / "captures")]
    done = CliRunner().invoke(main, [*asked, "--archive", archive_url])
    assert done.exit_code == 0, done.output
    (path,) = folder.glob("*/*.json")
    gold, drafted = json.loads(path.read_text("utf-8")), drafts[url].values
    assert path.with_suffix(".html").read_bytes() == drafts[url].page
    assert gold["expected"] == drafted["expected"]
    assert gold["source"] == drafted["source"]


def test_real_pages_stay_out_of_the_checkout() -> None:
    assert (CHECKOUT / "pyproject.toml").is_file()
    gold = Gold("uji", "satu", b"<p>", {})
    with pytest.raises(NoGold, match="is in the checkout"):
        write_gold(gold, CHECKOUT / "tests" / "pages")
    assert name_of("https://a.go.id/berita/Rapat-Kerja?id=7") != name_of("https://a.go.id/berita/x")
    assert name_of("https://a.go.id/berita/Rapat-Kerja").startswith("rapat-kerja-")
