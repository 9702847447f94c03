"""The citation of a release, with the capture that proves it."""

from __future__ import annotations

from typing import Any

from archive.i18n import gettext as _
from archive.i18n.formats import day


def citation(record: dict[str, Any], capture_digest: str | None) -> str:
    """One paragraph of plain text in the reader's language."""
    on = record["published_on"]
    parts = [
        f"{record['publisher']}. “{record['title']}”.",
        f"{day(on)}." if on else _("Undated."),
        record["url"] + ".",
        _("Archived on {day}, version {version} of {versions}.").format(
            day=day(record["first_seen_at"]),
            version=record["version"],
            versions=record["versions"],
        ),
    ]
    if record["gone_at"]:
        parts.append(_("Withdrawn, missed on {day}.").format(day=day(record["gone_at"])))
    proof = capture_digest or f"sha256:{record['sha256']}"
    label = _("Capture {digest}") if capture_digest else _("Text {digest}")
    parts.append(f"{label.format(digest=proof)} ({record['id']}).")
    return " ".join(parts)
