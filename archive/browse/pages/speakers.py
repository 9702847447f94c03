"""The people who are quoted, and the profile of one: spellings with evidence, topics, quotes."""

from __future__ import annotations

from itertools import islice
from typing import Any

from archive.browse.page import Asked, Problem
from archive.lookup import speaker_profile
from archive.lookup.refused_joinings import (
    BrokenRefusals,
    Refusal,
    read_refusals,
    refusals_file,
)
from archive.lookup.speaker_profile import NotFound

_MOST = 200


def all_of_them(asked: Asked) -> dict[str, Any]:
    region = asked.arg("region") or None
    found = speaker_profile.speakers(asked.engine, _refusals(), region)
    return {"speakers": list(islice(found, _MOST)), "most": _MOST}


def look_up(asked: Asked) -> dict[str, Any]:
    region, role = asked.arg("region") or None, asked.arg("role") or None
    try:
        found = speaker_profile.speaker(asked.engine, asked.arg("name"), _refusals(), region, role)
    except NotFound as error:
        raise Problem(404, "no-such-speaker", str(error)) from error
    return {"speaker": found.speaker, "profile": found}


def _refusals() -> list[Refusal]:
    try:
        return read_refusals(refusals_file())
    except BrokenRefusals as error:
        raise Problem(503, "speakers-file-broken", str(error)) from error
