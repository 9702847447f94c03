"""A finding of `health`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from archive.database.column_types import utc_text
from archive.health.thresholds import limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem of one source."""

    source: str | None
    """None: with the archive as a whole."""
    kind: str
    """As in `limits.toml`."""
    since: datetime
    """When it could first be seen (UTC)."""
    evidence: str
    """One or two sentences with numbers, and a URL if there is one."""
    crawls: int = 0
    """How many crawls in a row have shown it."""

    @property
    def means(self) -> str:
        """What the kind means, in a sentence."""
        return limits().kinds[self.kind].means

    @property
    def advice(self) -> str:
        """What to do."""
        return limits().kinds[self.kind].advice

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        values = asdict(self) | {"since": utc_text(self.since)}
        return values | {"means": self.means, "advice": self.advice}
