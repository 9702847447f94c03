"""One thing that the doctor looked at, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

PASS, WARN, FAIL = "pass", "warn", "fail"
_ORDER = (PASS, WARN, FAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check with its verdict. All texts are for people; `name` and `cause` are for programs."""

    name: str
    verdict: str
    """`pass`, `warn` or `fail`."""
    said: str
    """What was found, a sentence or a few words."""
    cause: str | None = None
    """A short stable word where the verdict is not `pass`."""
    advice: str | None = None
    """What to do, a sentence."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def worst(verdicts: Iterable[str]) -> str:
    """The gravest of some verdicts; `pass` where there are none."""
    return max(verdicts, key=_ORDER.index, default=PASS)
