"""Faults that sites have on bad days, the same ones in each run with the same seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from zlib import crc32

KINDS = ("503", "500", "cut", "slow")
"""503 with `Retry-After: 1` · 500 · a connection cut in mid-body · a body that trickles."""


@dataclass(slots=True)
class Faults:
    """One request in `one_in` goes wrong.

    Which ones depends on the address and on how often it was asked for, not on the order of
    requests: so they are the same however a crawler mixes its requests, and a repeated request is
    as likely to fail as the first.
    """

    seed: int = 0
    one_in: int = 6
    kinds: tuple[str, ...] = KINDS
    _asked: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def next(self, target: str) -> str | None:
        """What happens to this request for `target`: one of KINDS, or nothing."""
        with self._lock:
            self._asked[target] += 1
            time = self._asked[target]
        number = crc32(f"{self.seed} {time} {target}".encode())
        if number % self.one_in:
            return None
        return self.kinds[number // self.one_in % len(self.kinds)]
