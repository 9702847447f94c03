"""Measures discovery: does a crawl find every release from the home page, and are later crawls
cheap?"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

from rich.console import Console

from bench.crawls import Desk, Record, Run
from demo.releases import DemoRelease

_EDITS = (0.0, 0.01, 0.4, 0.65, 0.9)
"""How far down its list each edited release stands, before others are published on top of it; the
first two so high that they stay on the list's first page, the first edited in title and lead."""
_WITHDRAWALS = (0.12, 0.55)
_NEW = 3
_GROWTH = 20
"""Requests after which a growing site has one release more."""


class MeasuredSite(Protocol):
    """What a site offers to be measured: those of `tests.web`, a real WordPress, a generator's."""

    @property
    def id(self) -> str: ...
    @property
    def entry(self) -> str: ...
    @property
    def releases(self) -> list[DemoRelease]: ...
    @property
    def truth(self) -> dict[str, DemoRelease]: ...
    @property
    def optional(self) -> set[str]: ...
    @property
    def targets(self) -> list[str]: ...
    @property
    def edits_shown(self) -> str: ...
    def url(self, release: DemoRelease) -> str: ...
    def edit(self, release: DemoRelease, **changes: object) -> DemoRelease: ...
    def withdraw(self, release: DemoRelease) -> None: ...
    def bring_back(self, release: DemoRelease) -> None: ...
    def publish(self, number: int = 1) -> list[DemoRelease]: ...
    def next_day(self) -> None: ...


@dataclass(slots=True)
class Found:
    """What one crawl made of one site."""

    releases: int = 0
    missing: list[str] = field(default_factory=list)
    junk: list[str] = field(default_factory=list)
    """Records that are no release, doubles included."""
    misread: list[str] = field(default_factory=list)
    """Releases whose title or text is not as printed."""
    requests: int = 0


@dataclass(slots=True)
class Changes:
    """What was seen of the edits, withdrawals and new releases of a site, one number a crawl."""

    shown: int = 0
    """How many of the edits the first crawl could know of, by what the site shows."""
    new: list[int] = field(default_factory=list)
    edited: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    """Records that changed, or appeared, with no reason to."""
    requests: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Measured:
    """One site, through all crawls."""

    first: Found = field(default_factory=Found)
    again: list[str] = field(default_factory=list)
    """Records that changed although the site did not."""
    again_requests: int = 0
    changes: Changes = field(default_factory=Changes)
    returned: int = 0
    """Of the withdrawn releases that came back, those no longer marked as gone."""
    after_down: set[str] = field(default_factory=set)
    """Records that changed because the site was down for a crawl."""
    faults: list[int] = field(default_factory=list)
    """Records missing or other than without faults, after one crawl and after a second."""
    drift: list[int] = field(default_factory=list)
    """Releases missing after a crawl during which the list grew (of those that stood at its start),
    and after a second crawl (of all)."""


class Measurement:
    """All crawls over the same sites; each step adds to `sites`."""

    def __init__(self, sites: Sequence[MeasuredSite], folder: Path, console: Console) -> None:
        self.served = sites
        self.folder = folder
        self.console = console
        for name in ("archive", "faults", "drift"):
            shutil.rmtree(folder / name, ignore_errors=True)
        self.desk = Desk(folder / "archive", [site.entry for site in sites])
        self.sites = {site.id: Measured() for site in sites}
        self.runs: dict[str, Run] = {}

    def crawl(self, name: str, *words: str, desk: Desk | None = None) -> dict[str, Record]:
        """One crawl of all sites; the records after it."""
        for site in self.served:
            site.next_day()
        desk = desk or self.desk
        run = self.runs[name] = desk.crawl(*words)
        self.console.print(f"{name}: {run.seconds:.0f} s, exit {run.exit_code}", highlight=False)
        (self.folder / f"{name.replace(' ', '-')}.txt").write_text(run.output, "utf-8")
        return desk.export()

    def first_and_second(self) -> None:
        """A crawl of sites never seen, and one of the same sites unchanged."""
        before = self.crawl("first crawl")
        for site in self.served:
            self.sites[site.id].first = found(site, before)
        after = self.crawl("second crawl")
        for site in self.served:
            own = self.sites[site.id]
            own.again = changed(of(site, before), of(site, after))
            own.again_requests = len(site.targets)

    def changes(self) -> None:
        """Edits, withdrawals and new releases; an ordinary crawl, two deep ones, and a return."""
        before = self.desk.export()
        withdrawn: dict[str, list[DemoRelease]] = {}
        touched: dict[str, tuple[set[str], set[str], set[str]]] = {}
        for site in self.served:
            edits, gone, new = change(site, self.sites[site.id].changes)
            withdrawn[site.id] = gone
            touched[site.id] = (edits, {site.url(r) for r in gone}, new)
        for name, words in (("changes", ()), ("deep", ("--deep",)), ("deep again", ("--deep",))):
            after = self.crawl(name, *words)
            for site in self.served:
                note(site, self.sites[site.id].changes, before, after, touched[site.id])
        for site in self.served:
            for release in withdrawn[site.id]:
                site.bring_back(release)
        back = self.crawl("returned", "--deep")
        for site in self.served:
            gone = [u for u in touched[site.id][1] if u in after and after[u]["gone_at"]]
            self.sites[site.id].returned = sum(not back[url]["gone_at"] for url in gone)

    def down(
        self, name: str, stop: Callable[[], object], start: Callable[[], object], *words: str
    ) -> None:
        """Two crawls while no site answers as it should, and an ordinary one after them."""
        before = self.desk.export()
        stop()
        down = self.crawl(f"all {name}", *words)
        still = self.crawl(f"still {name}", *words)
        start()
        after = self.crawl(f"no more {name}")
        for site in self.served:
            own, noted = of(site, before), self.sites[site.id].after_down
            for records in (down, still, after):
                noted.update(changed(own, of(site, records)))

    def faults(self) -> None:
        """A new archive, of sites on which requests fail, held against the first one."""
        without = self.desk.export()
        desk = Desk(self.folder / "faults", [site.entry for site in self.served])
        for name in ("with faults", "with faults again"):
            records = self.crawl(name, desk=desk)
            for site in self.served:
                wrong = differing(of(site, without), of(site, records), set(site.truth))
                self.sites[site.id].faults.append(wrong)

    def drift(self, grow: Callable[[int | None], object]) -> None:
        """An archive of its own; during its first crawl new releases push the lists on."""
        desk = Desk(self.folder / "drift", [site.entry for site in self.served])
        standing = {site.id: site.truth for site in self.served}
        grow(_GROWTH)
        records = self.crawl("while lists grow", desk=desk)
        grow(None)
        for site in self.served:
            missing = standing[site.id].keys() - records.keys()
            self.sites[site.id].drift.append(len(missing))
        records = self.crawl("after lists grew", desk=desk)
        for site in self.served:
            self.sites[site.id].drift.append(len(site.truth.keys() - records.keys()))

    def report(self) -> dict[str, object]:
        """Everything, for the file."""
        return {
            "sites": {name: asdict(measured) for name, measured in self.sites.items()},
            "runs": {name: [run.exit_code, run.seconds] for name, run in self.runs.items()},
        }

    def save(self) -> Path:
        """Writes `discovery.json` into the folder."""
        file = self.folder / "discovery.json"
        file.write_text(
            json.dumps(self.report(), indent=1, ensure_ascii=False, default=sorted) + "\n", "utf-8"
        )
        return file


def of(site: MeasuredSite, records: Mapping[str, Record]) -> dict[str, Record]:
    """One site's records."""
    return {url: record for url, record in records.items() if record["source"] == site.id}


def found(site: MeasuredSite, records: Mapping[str, Record]) -> Found:
    """What was found, missed and misread."""
    truth, own = site.truth, of(site, records)
    misread = [url for url, release in truth.items() if url in own and not reads(own[url], release)]
    return Found(
        releases=len(truth),
        missing=sorted(truth.keys() - own.keys()),
        junk=sorted(own.keys() - truth.keys() - site.optional),
        misread=misread,
        requests=len(site.targets),
    )


def reads(record: Record, release: DemoRelease) -> bool:
    """Whether title and text are as printed, white space and typographers' signs aside."""
    text = "".join(record[key] or "" for key in ("dateline", "body", "byline"))
    return _flat(text) == _flat(release.text) and _flat(record["title"]) == _flat(release.title)


def _flat(text: str) -> str:
    signs = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "–": "-"})
    return "".join(text.translate(signs).split())


def changed(before: Mapping[str, Record], after: Mapping[str, Record]) -> list[str]:
    """URLs of records other than before, new ones included; `last_seen_at` alone is no change."""
    return [
        url
        for url in before.keys() | after.keys()
        if url not in before
        or url not in after
        or {**before[url], "last_seen_at": None} != {**after[url], "last_seen_at": None}
    ]


def change(site: MeasuredSite, noted: Changes) -> tuple[set[str], list[DemoRelease], set[str]]:
    """Edits, withdraws and publishes; URLs of the edited, the withdrawn, URLs of the new."""
    listed = site.releases
    chosen = [listed[math.ceil(share * len(listed))] for share in _EDITS]
    gone = [listed[math.ceil(share * len(listed))] for share in _WITHDRAWALS]
    first, *others = chosen
    lead = first.text.replace(" - ", " - (Ralat) ", 1)
    site.edit(first, title=f"{first.title} (Ralat)", text=lead)
    for release in others:
        site.edit(release)
    for release in gone:
        site.withdraw(release)
    noted.shown = {"nothing": 0, "lead": 1, "text": 2, "everything": 5}[site.edits_shown]
    new = {site.url(release) for release in site.publish(_NEW)}
    return {site.url(release) for release in chosen}, gone, new


def note(
    site: MeasuredSite,
    noted: Changes,
    before: Mapping[str, Record],
    after: Mapping[str, Record],
    touched: tuple[set[str], set[str], set[str]],
) -> None:
    """Adds what the archive knows after one more crawl."""
    edited, gone, new = touched
    truth = site.truth
    noted.new.append(sum(url in after for url in new))
    noted.edited.append(
        sum(
            url in after and after[url]["version"] == 2 and reads(after[url], truth[url])
            for url in edited
        )
    )
    noted.gone.append(sum(url in after and bool(after[url]["gone_at"]) for url in gone))
    others = set(changed(of(site, before), of(site, after))) - edited - gone - new - site.optional
    noted.others = sorted(others | set(noted.others))
    noted.requests.append(len(site.targets))


def differing(
    without: Mapping[str, Record], records: Mapping[str, Record], standing: Iterable[str]
) -> int:
    """How many records are missing, other, or too many: of those that stand on the site now."""
    urls = (without.keys() | records.keys()) & (set(standing) | (records.keys() - without.keys()))
    return sum(
        (without[url]["sha256"] if url in without else None)
        != (records[url]["sha256"] if url in records else None)
        for url in urls
    )
