"""The sites of the demo web, as `demo/sites.toml` describes them."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from demo.releases import DemoRelease

_FILE = Path(__file__).parent / "sites.toml"
_ADDRESSES = ("listing", "feed", "sitemap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site; the fields are explained in the data file."""

    id: str
    shape: str
    address: str
    name: str
    city: str
    path: str
    robots: str
    source: dict[str, str | list[str]]
    zone: str | None = None
    port: int = 0

    def where(self, release: DemoRelease) -> str:
        """The path under which this site keeps a release."""
        day = release.published
        path = self.path.format(
            id=release.number, slug=release.slug, Y=day.year, m=f"{day:%m}", d=f"{day:%d}"
        )
        return path if release.language == "id" else f"/{release.language}{path}"

    def registry_entry(self, base: str) -> str:
        """Its `[[source]]`, for a site served at `base` (scheme and host, no final slash)."""
        lines = ["[[source]]", f"id = {json.dumps(self.id)}", f'home = "{base}/"']
        for key, value in self.source.items():
            if key in _ADDRESSES:
                value = [urljoin(base, path) for path in value]
            # TOML's basic strings and arrays of them are written as JSON's.
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
        return "\n".join(lines)


def sites() -> list[Site]:
    """All sites, in the order of the file."""
    return [Site(**site) for site in tomllib.loads(_FILE.read_text("utf-8"))["site"]]
