"""Election offices: about 550 sites, most of them on one CMS."""

from __future__ import annotations

from crawler.spiders.base import ReleaseSpider


class KpuSpider(ReleaseSpider):
    """An election office."""

    name = "kpu"
