"""One site of the proving ground: its releases as they stand now, and what may be done to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from threading import RLock
from urllib.parse import parse_qsl, unquote, urlsplit

from demo.releases import DemoRelease
from demo.shapes import Answer
from demo.sites import Site
from tests.web import releases as made_up
from tests.web.log import Log
from tests.web.press import Press
from tests.web.server import Respond, Server


class WebSite:
    """A running site. Its editors may be called at any time, also in the middle of a crawl."""

    def __init__(
        self,
        site: Site,
        shape: type[Press],
        releases: list[DemoRelease],
        robots: str | None = None,
        *,
        serve: Callable[[str, Respond], Server] = Server,
    ) -> None:
        """`serve` makes its server, from its address and what answers there."""
        self.site = site
        self.shape = shape
        self.robots = robots
        """Another robots.txt than the shape's own. `None`: the shape's."""
        self.robots_status = 200
        """What robots.txt is answered with, for sites where it is missing or broken."""
        self.foreign = ""
        """See `Press.foreign`."""
        self.grows_every: int | None = None
        """After how many requests one release more is published, as on a busy day; None: never."""
        self._lock = RLock()
        # By the id the site gives them: a cut slug may stand twice.
        self._standing = {release.number: release for release in releases}
        self._withdrawn: dict[int, DemoRelease] = {}
        self._modified: dict[int, datetime] = {}
        self._visits = count(1)
        self._day = 1
        self.server = serve(site.address, self.respond)

    @property
    def id(self) -> str:
        """The source's id."""
        return self.site.id

    @property
    def base(self) -> str:
        """Scheme, host and port, without a final slash."""
        return self.server.base

    @property
    def releases(self) -> list[DemoRelease]:
        """Those standing now, newest first."""
        with self._lock:
            return sorted(self._standing.values(), key=lambda r: r.published, reverse=True)

    @property
    def truth(self) -> dict[str, DemoRelease]:
        """Canonical URL of each release standing now."""
        return {self.url(release): release for release in self.releases}

    @property
    def optional(self) -> set[str]:
        """URLs that count neither as missing nor as junk, those of withdrawn releases included."""
        with self._lock:
            releases = [*self._standing.values(), *self._withdrawn.values()]
        return {self.base + path for path in self.shape.optional(self.site, releases)}

    @property
    def log(self) -> Log:
        """Every request since the last `log.clear()`."""
        return self.server.log

    @property
    def targets(self) -> list[str]:
        """Path and query of every request since `next_day`."""
        return self.server.log.targets

    @property
    def edits_shown(self) -> str:
        """See `Press.edits_shown`."""
        return self.shape.edits_shown

    @property
    def entry(self) -> str:
        """Its `[[source]]` with the five keys that are required, and no other."""
        return self.site.registry_entry(self.base + self.shape.home_path.rstrip("/"))

    def url(self, release: DemoRelease) -> str:
        """The canonical URL of a release."""
        return self.base + self.shape.where(self.site, release)

    def edit(self, release: DemoRelease, **changes: object) -> DemoRelease:
        """Rewords it: by `changes` (fields of DemoRelease), else by a sentence more."""
        new = replace(release, **changes) if changes else made_up.edited(release)  # type: ignore[arg-type]
        with self._lock:
            self._standing[release.number] = new
            self._modified[release.number] = datetime.now(UTC)
        return new

    def withdraw(self, release: DemoRelease) -> None:
        """Takes it down; what its address answers then depends on the shape (`Press.gone`)."""
        with self._lock:
            self._withdrawn[release.number] = self._standing.pop(release.number)

    def bring_back(self, release: DemoRelease) -> None:
        """Puts a withdrawn one up again."""
        with self._lock:
            self._standing[release.number] = self._withdrawn.pop(release.number)

    def bring_all_back(self) -> list[DemoRelease]:
        """Puts all withdrawn ones up again."""
        with self._lock:
            back = list(self._withdrawn.values())
        for release in back:
            self.bring_back(release)
        return back

    def publish(self, number: int = 1, *, backdated: bool = False) -> list[DemoRelease]:
        """New ones, newer than all others; `backdated`: dated among the older half."""
        standing = self.releases
        after = standing[len(standing) * 2 // 3] if backdated else standing[0]
        seed = f"{self._day}/{len(standing)}"
        new = made_up.further(number, after, site=self.id, city=self.site.city, seed=seed)
        newest_number = max(release.number for release in standing)
        new = [replace(r, number=newest_number + 7 * n) for n, r in enumerate(new, 1)]
        with self._lock:
            self._standing.update({release.number: release for release in new})
            self._modified.update({release.number: datetime.now(UTC) for release in new})
        return new

    def next_day(self) -> None:
        """Counters, related and popular lists become others; the log begins anew."""
        with self._lock:
            self._day += 1
            self.server.log.clear()

    def respond(self, target: str, headers: Mapping[str, str]) -> Answer:
        """What the site says to a GET of `target` (path and query), before faults and packing."""
        parts = urlsplit(target)
        visit = next(self._visits)
        if self.grows_every and visit % self.grows_every == 0:
            self.publish()
        with self._lock:
            standing, withdrawn = list(self._standing.values()), list(self._withdrawn.values())
            morning = self._day * 1000 + visit
        shape = self.shape(self.site, self.base, standing, morning)
        shape.withdrawn, shape.modified = withdrawn, dict(self._modified)
        shape.foreign = self.foreign
        path = unquote(parts.path)
        if path == "/robots.txt" and self.robots_status != 200:
            return Answer(b"", self.robots_status, "text/plain")
        if path == "/robots.txt" and self.robots is not None:
            return Answer(self.robots.encode(), content_type="text/plain")
        return shape.serve(path, dict(parse_qsl(parts.query)), headers)
