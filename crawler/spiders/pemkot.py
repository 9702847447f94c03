"""City governments: no two sites are alike, so everything is declared or searched for."""

from __future__ import annotations

from crawler.spiders.base import ReleaseSpider


class PemkotSpider(ReleaseSpider):
    """A city government's site."""

    name = "pemkot"
