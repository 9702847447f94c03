"""One thing that the doctor checked, with its verdict."""

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
    """The result, a sentence or a few words."""
    cause: str | None = None
    """A stable word if the verdict is not `pass`."""
    advice: str | None = None
    """What to do, a sentence."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def worst(verdicts: Iterable[str]) -> str:
    """The worst of some verdicts; `pass` if there are none."""
    return max(verdicts, key=_ORDER.index, default=PASS)
