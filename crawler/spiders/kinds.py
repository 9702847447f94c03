"""A spider for each kind of source in `crawler/data/kinds.toml`; they differ in name only."""

from __future__ import annotations

from crawler.registry.kinds import kinds
from crawler.spiders.base import ReleaseSpider

for _id, _kind in kinds().items():
    # Scrapy finds spiders as classes of a module that name themselves.
    globals()[f"{_id.capitalize()}Spider"] = type(
        f"{_id.capitalize()}Spider",
        (ReleaseSpider,),
        {"name": _id, "__module__": __name__, "__doc__": _kind.about},
    )
