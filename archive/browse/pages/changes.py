"""The changes between two versions of a release, as one text or side by side."""

from __future__ import annotations

from typing import Any

from archive.browse.page import Asked
from archive.browse.pages.release import detail_of
from archive.lookup.attachments import size_text
from archive.lookup.release_history import history
from archive.lookup.source_profile import timezone
from archive.lookup.version_comparison import compare, version_texts


def look_up(asked: Asked) -> dict[str, Any]:
    record = detail_of(asked).record
    past = history(asked.engine, record["id"])
    versions = version_texts(asked.engine, record["id"])
    newest = len(versions)
    after = asked.count("to", most=newest, default=newest)
    before = asked.count("from", most=newest, default=max(after - 1, 1))
    pair = (versions[before - 1], versions[after - 1])
    return {
        "record": record,
        "zone": timezone(asked.engine, record["source"]),
        "editions": past.versions,
        "documents": past.documents,
        "size": size_text,
        "before": pair[0],
        "after": pair[1],
        "withheld": [suppression for version in pair for suppression in version["withheld"]],
        "fields": [] if any(edition["suppressed"] for edition in pair) else compare(*pair),
        "is_beside": asked.arg("view") == "side",
    }
