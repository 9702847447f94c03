"""The doctor's report: facts and verdicts as JSON.

docs/doctor.md explains the keys; `format` grows when one changes its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from crawler.doctor.check import FAIL, Check, worst
from crawler.doctor.machine import Machine, judge_machine
from crawler.doctor.network import judge_network
from crawler.doctor.trial_crawls import Canary
from crawler.doctor.verdicts import judge_canary
from crawler.registry.source import Checked, Expect, Select, Source
from crawler.run.connectivity_check import Contact

FORMAT = 1
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NOT_HANDED_ON = ("file", "line", "note", "checked", "candidates", "verified", "expect")


class ReportError(Exception):
    """The file is not a report of the doctor; `str()` is one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All facts. `canaries` is empty if the network was not good enough for them."""

    made_at: datetime
    """UTC."""
    machine: Machine
    contacts: list[Contact]
    canaries: list[Canary] = field(default_factory=list)
    failures: list[dict[str, Any]] = field(default_factory=list)
    """Requests without a response, for the replay."""

    @property
    def checks(self) -> list[Check]:
        """Checks of the machine and the network."""
        return [*judge_machine(self.machine, self.contacts), judge_network(self.contacts)]

    def of_canary(self, canary: Canary) -> list[Check]:
        """Checks of one family of sites, as of the day of the report."""
        return judge_canary(canary, self.made_at.date())

    @property
    def verdict(self) -> str:
        """The worst verdict."""
        checks = [
            *self.checks,
            *(check for each in self.canaries for check in self.of_canary(each)),
        ]
        return worst(check.verdict for check in checks)

    def failed(self, *names: str) -> bool:
        """Whether one of these checks of machine and network failed."""
        return any(check.verdict == FAIL for check in self.checks if check.name in names)

    def as_json(self) -> dict[str, Any]:
        """The report for programs, without private data."""
        return {
            "format": FORMAT,
            "made_at": self.made_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "verdict": self.verdict,
            "checks": [check.as_json() for check in self.checks],
            "families": [self._family(canary) for canary in self.canaries],
            "machine": asdict(self.machine),
            "contacts": [asdict(contact) for contact in self.contacts],
        }

    def as_file(self) -> dict[str, Any]:
        """The same with the data for a replay."""
        sources = [_declared(canary.source) for canary in self.canaries]
        return self.as_json() | {"replay": {"sources": sources, "failures": self.failures}}

    def _family(self, canary: Canary) -> dict[str, Any]:
        checks = self.of_canary(canary)
        return {
            "family": canary.family,
            "source": canary.source.id,
            "verdict": worst(check.verdict for check in checks),
            "outcome": canary.outcome,
            "requests": canary.requests,
            "named": canary.named,
            "releases": [
                asdict(each)
                | {"published_on": each.published_on.isoformat() if each.published_on else None}
                for each in canary.releases
            ],
            "rejected": canary.rejected,
            "failed": canary.failed,
            "checks": [check.as_json() for check in checks],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The data for a replay."""

    made_at: datetime
    machine: Machine
    contacts: list[Contact]
    canaries: dict[str, Source]
    failures: list[dict[str, Any]]

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Raises ReportError."""
        try:
            if values["format"] != FORMAT:
                raise ReportError(f"This program reads format {FORMAT}, not {values['format']}.")
            families = [each["family"] for each in values["families"]]
            sources = [_source(each) for each in values["replay"]["sources"]]
            return cls(
                made_at=datetime.fromisoformat(values["made_at"]).astimezone(UTC),
                machine=Machine(**values["machine"]),
                contacts=[Contact(**each) for each in values["contacts"]],
                canaries=dict(zip(families, sources, strict=True)),
                failures=list(values["replay"]["failures"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ReportError(f"It is not a report of arsip doctor ({error}).") from error


def redact(value: Any, folders: Mapping[str, str]) -> Any:
    """JSON values without mail addresses, and with local folders replaced by the names given."""
    if isinstance(value, dict):
        return {key: redact(one, folders) for key, one in value.items()}
    if isinstance(value, list):
        return [redact(one, folders) for one in value]
    if not isinstance(value, str):
        return value
    for folder in sorted(folders, key=len, reverse=True):
        value = value.replace(folder, folders[folder])
    return _MAIL.sub("…@…", value)


def local_folders(*places: Path) -> dict[str, str]:
    """The folders that `redact` replaces: these, the working directory, and the user's home."""
    named = {str(place.resolve()): "…" for place in (*places, Path.cwd(), Path.home())}
    return {folder: name for folder, name in named.items() if len(folder) > 1}


def _declared(source: Source) -> dict[str, Any]:
    """A source's values, without its comments and its file."""
    values = asdict(source)
    return {key: value for key, value in values.items() if key not in _NOT_HANDED_ON and value}


def _source(values: Mapping[str, Any]) -> Source:
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
    }
    select = Select(**fields.pop("select", {}))
    return Source(**fields, select=select, expect=Expect(), checked=Checked())
