"""The crawl that is measured, beside the two it is compared with."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.crawling.run import Bench
from tests.web import Web


@pytest.mark.soak
def test_each_crawler_finds_what_it_can(tmp_path: Path) -> None:
    with Web(["surakarta"], count=6) as web:
        bench = Bench(web, tmp_path)
        ours, naive, download = (bench.crawl(name) for name in ("ours", "naive", "download"))
    assert ours.releases == bench.size == 6
    assert 0 < naive.releases <= 6
    assert download.requests <= ours.requests
    assert min(ours.parts["readers"], ours.parts["store"], ours.processor) > 0
