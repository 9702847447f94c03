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
        ours, asked = bench.crawl("ours"), _requested(web)
        naive = bench.crawl("naive")
        bench.crawl("download")
        # Compared as sets: any crawler may have to ask again when the machine is busy.
        assert _requested(web) == asked
    assert ours.releases == bench.size == 6
    assert 0 < naive.releases <= 6
    assert min(ours.parts["readers"], ours.parts["store"], ours.processor) > 0


def _requested(web: Web) -> set[str]:
    return {site.base + target for site in web for target in site.log.targets}
