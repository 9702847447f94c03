"""The documents of a release: what links to them said, and each captured state."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, exists, func, select

from archive.database.column_types import utc_text
from archive.database.models import Attachment, AttachmentCapture, Version
from archive.database.views import releases
from archive.i18n import gettext as _


def documents(connection: Connection, release: str) -> list[dict[str, Any]]:
    """The documents that a release links to or once linked to, as JSON values: `url`, `type`,
    `label`, `linked_at`, `unlinked_at`, `asked_at` and `outcome` of the last fetch, and
    `captures`, the earliest first. None of a release whose current
    version has anything suppressed: they may have it too. If another version has, only those to
    which the versions that are shown link."""
    visible = select(releases.c.id).where(releases.c.id == release, releases.c.withheld.is_(None))
    of_it = select(Version.id).where(Version.release == release)
    linked = func.json_each(Version.attachments).table_valued("value", name="linked")
    in_what_is_shown = (
        of_it.add_columns(linked.c.value)
        .join(linked, Version.suppressed.is_(False))
        .where(func.json_extract(linked.c.value, "$.url") == Attachment.url)
    )
    query = (
        select(Attachment.__table__)
        .where(Attachment.release == release, exists(visible))
        .where(~exists(of_it.where(Version.withheld.is_not(None))) | exists(in_what_is_shown))
        .order_by(Attachment.linked_at, Attachment.url)
    )
    return [
        {
            "url": row.url,
            "type": row.type,
            "label": row.label,
            "linked_at": utc_text(row.linked_at),
            "unlinked_at": row.unlinked_at and utc_text(row.unlinked_at),
            "asked_at": row.asked_at and utc_text(row.asked_at),
            "outcome": row.outcome,
            "captures": _captures(connection, release, row.url),
        }
        for row in connection.execute(query)
    ]


def _captures(connection: Connection, release: str, url: str) -> list[dict[str, Any]]:
    """The captured states of a document: `seen_at`, `last_seen_at`, `media_type`, `size` in bytes,
    `sha256`, `unread`, and `capture` as in a record."""
    query = (
        select(AttachmentCapture.__table__)
        .where(AttachmentCapture.release == release, AttachmentCapture.url == url)
        .order_by(AttachmentCapture.seen_at, AttachmentCapture.id)
    )
    return [
        {
            "seen_at": utc_text(row.seen_at),
            "last_seen_at": utc_text(row.last_seen_at),
            "media_type": row.media_type,
            "size": row.size,
            "sha256": row.sha256,
            "unread": row.unread,
            "capture": {
                "file": row.capture_file,
                "offset": row.capture_offset,
                "record_id": row.capture_record_id,
            },
        }
        for row in connection.execute(query)
    ]


def size_text(size: int) -> str:
    """Bytes for people: `12 KB`."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} KB"


def state_text(document: dict[str, Any]) -> str:
    """What the archive has of a document, in words."""
    states = document["captures"]
    parts = []
    if states:
        parts.append(_("captured, %(size)s") % {"size": size_text(states[-1]["size"])})
        if len(states) > 1:
            parts.append(_("changed on %(day)s") % {"day": states[-1]["seen_at"][:10]})
        if states[-1]["unread"]:
            parts.append(_("text: %(why)s") % {"why": states[-1]["unread"]})
    if document["outcome"] not in (None, "captured", "unchanged"):
        parts.append(_("last asked: %(outcome)s") % {"outcome": document["outcome"]})
    if document["unlinked_at"]:
        parts.append(_("no longer linked on %(day)s") % {"day": document["unlinked_at"][:10]})
    return ", ".join(parts) or _("a link")
