"""The people who are quoted, and the profile of one: spellings with evidence, topics, quotes."""

from __future__ import annotations

from itertools import islice
from typing import Any
from urllib.parse import urlencode

from archive.browse.page import Asked, Problem
from archive.lookup import speaker_profile
from archive.lookup.refused_joinings import (
    BrokenRefusals,
    Refusal,
    read_refusals,
    refusals_file,
)
from archive.lookup.speaker_profile import NotFound, Speaker

_MOST = 200


def all_of_them(asked: Asked) -> dict[str, Any]:
    region = asked.arg("region") or None
    found = speaker_profile.speakers(asked.engine, _refusals(), region)
    return {"speakers": list(islice(found, _MOST)), "most": _MOST}


def look_up(asked: Asked) -> dict[str, Any]:
    region, role = asked.arg("region") or None, asked.arg("role") or None
    name = asked.arg("name")
    try:
        found = speaker_profile.speaker(asked.engine, name, _refusals(), region, role)
    except NotFound as error:
        several = error.fitting[:_MOST]
        sentence = f"{len(error.fitting)} people fit {name!r}" if several else str(error)
        links = [_link(each) for each in several]
        raise Problem(404, "no-such-speaker", sentence, links) from error
    return {"speaker": found.speaker, "profile": found}


def _link(speaker: Speaker) -> tuple[str, str]:
    role = speaker.functions[0]["role"]
    asked = urlencode({"name": speaker.name, "region": speaker.region, "role": role})
    return f"/speaker?{asked}", f"{speaker.name}, {role} ({speaker.region})"


def _refusals() -> list[Refusal]:
    try:
        return read_refusals(refusals_file())
    except BrokenRefusals as error:
        raise Problem(503, "speakers-file-broken", str(error)) from error
