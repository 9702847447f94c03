"""Whether an archive holds what stood on the demo web."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from demo.releases import load
from demo.web import Web


def first_morning(web: Web, records: Iterable[Mapping[str, Any]]) -> list[str]:
    """What differs, one sentence each: releases missing, and records of what is none."""
    return _differences({web.url(r): r.key for r in load(1)}, {r["url"] for r in records})


def second_morning(web: Web, records: Iterable[Mapping[str, Any]]) -> list[str]:
    """What differs after both mornings: besides, versions and false withdrawals."""
    by_url = {record["url"]: record for record in records}
    before, after = {r.key: r for r in load(1)}, {r.key: r for r in load(2)}
    urls = {web.url(r): r.key for r in {**before, **after}.values()}
    found = _differences(urls, set(by_url))
    for url, key in urls.items():
        if url not in by_url:
            continue
        versions = 2 if key in before and key in after and before[key] != after[key] else 1
        if by_url[url]["versions"] != versions:
            found.append(f"{key} has {by_url[url]['versions']} versions, not {versions}")
        if by_url[url]["gone_at"] and key in after:
            found.append(f"{key} is marked as withdrawn and still there")
    return found


def _differences(expected: Mapping[str, str], archived: set[str]) -> list[str]:
    missing = [f"{expected[url]} is missing ({url})" for url in sorted(expected.keys() - archived)]
    surplus = [f"{url} is no release" for url in sorted(archived - expected.keys())]
    return missing + surplus
