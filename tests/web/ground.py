"""The sites that `tests/web/sites.toml` describes, running together."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Self

from demo.shapes import Answer
from demo.sites import Site
from tests.web.releases import NEWEST, made_up
from tests.web.server import Server
from tests.web.shapes import SHAPES
from tests.web.site import WebSite

_FILE = Path(__file__).parent / "sites.toml"


def described() -> dict[str, dict[str, Any]]:
    """Each site's table of the data file, by its name there."""
    return tomllib.loads(_FILE.read_text("utf-8"))


def names(group: str | None = None) -> list[str]:
    """The names of all sites, or of those of one group: `shape` or `trap`."""
    return [name for name, said in described().items() if group in (None, said["group"])]


class Web:
    """`with Web(names, count=120) as web:` serves those sites (none named: all)."""

    def __init__(
        self, chosen: Iterable[str] | None = None, *, count: int = 120, newest: date = NEWEST
    ) -> None:
        self._sites: dict[str, WebSite] = {}
        self.foreign = Server("127.0.9.9", lambda target, headers: Answer(b"Bukan untuk Anda."))
        """A machine of nobody's registry, where a trap's redirects point: its log should stay empty."""
        tables = described()
        for name in names() if chosen is None else chosen:
            self._sites[name] = _build(name, tables[name], count, newest)
            self._sites[name].foreign = self.foreign.base

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for site in self:
            site.server.down()
        self.foreign.down()

    def __getitem__(self, name: str) -> WebSite:
        return self._sites[name]

    def __iter__(self) -> Iterator[WebSite]:
        return iter(self._sites.values())

    @property
    def names(self) -> list[str]:
        """The names of the sites that are served."""
        return list(self._sites)

    @property
    def sources_toml(self) -> str:
        """The registry of these sites: five keys each."""
        return "\n\n".join(site.entry for site in self) + "\n"


def _build(name: str, said: dict[str, Any], count: int, newest: date) -> WebSite:
    kind = said.get("kind", "pemkot")
    office = "KPU Kota" if kind == "kpu" else "Pemerintah Kota"
    site = Site(
        id=f"{kind}-{name.replace('_', '-')}",
        shape=name,
        address=said["address"],
        name=f"{office} {said['city']}",
        city=said["city"],
        path=said["path"],
        zone=said.get("zone"),
        robots=said.get("robots", "User-agent: *\nDisallow: /admin/\n"),
        source={
            "kind": kind,
            "publisher": f"{office} {said['city']}",
            "region": said.get("region", "64.71"),
        },
    )
    releases = made_up(count, site=site.id, city=site.city, newest=newest)
    shape = SHAPES[said.get("shape", name)]
    return WebSite(site, shape, shape.numbered(releases))
