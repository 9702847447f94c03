"""Canonical JSON and its digest.

The form is that of RFC 8785 for what is digested here: texts, whole numbers, truth values, null,
and objects whose keys are ASCII. For these Python's encoder gives the same bytes, in C."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: Any) -> str:
    """A value as canonical JSON."""
    return _encode(value)


def digest(value: Any) -> str:
    """SHA-256 of its canonical JSON in UTF-8, in hex."""
    return sha256(_encode(value).encode()).hexdigest()
