"""KPU offices: about 550 sites, one CMS."""

from __future__ import annotations

from crawler.spiders.base import ReleaseSpider


class KpuSpider(ReleaseSpider):
    """An election office. The CMS answers with and without `index.php`, for listing and article."""

    name = "kpu"
    index_php_optional = True
