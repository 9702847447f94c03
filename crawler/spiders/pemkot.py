"""City governments: no two sites alike, so everything comes from the registry or from looking."""

from __future__ import annotations

from crawler.spiders.base import ReleaseSpider


class PemkotSpider(ReleaseSpider):
    """A city government's site."""

    name = "pemkot"
