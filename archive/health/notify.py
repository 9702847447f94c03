"""Notifications: the text of a mail, and a webhook called on changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from textwrap import TextWrapper
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.database.column_types import utc_text
from archive.database.models import ReportedFinding
from archive.health.finding import Finding
from archive.i18n import gettext as _
from archive.i18n import ngettext
from archive.i18n.formats import number
from archive.webhook import post

_SHOWN = 20
_WRAP = TextWrapper(
    72,
    initial_indent="  ",
    subsequent_indent="  ",
    break_long_words=False,
    break_on_hyphens=False,
)


@dataclass(frozen=True, slots=True)
class Change:
    """What has changed since the last call to a webhook."""

    new: list[Finding]
    over: list[dict[str, Any]]
    """Findings that have ended: `source`, `kind`, `since`."""


def headline(found: Sequence[Finding]) -> str:
    """One line with the number of sick sources."""
    if not found:
        return _("No source has a problem.")
    sources = sorted({finding.source for finding in found if finding.source is not None})
    if not sources:
        return _("Nothing has been crawled for a long time.")
    named = ", ".join(sources[:3]) + (" …" if len(sources) > 3 else "")
    sentence = ngettext(
        "%(n)s source has problems: %(sources)s",
        "%(n)s sources have problems: %(sources)s",
        len(sources),
    )
    return sentence % {"n": number(len(sources)), "sources": named}


def mail(found: Sequence[Finding]) -> str:
    """The subject line, an empty line and plain text, as sendmail takes it."""
    return "\n".join((f"Subject: Arsip Pilkada: {headline(found)}\n", *map(_paragraph, found)))


def _paragraph(finding: Finding) -> str:
    since = f"{finding.since:%Y-%m-%d %H:%M} UTC"
    title = f"{finding.source or 'All sources'}: {finding.kind}, since {since}"
    return "\n".join(
        (title, *map(_WRAP.fill, (finding.means, finding.evidence, finding.advice)), "")
    )


def change(
    session: Session, webhook: str, found: Sequence[Finding], source: str | None = None
) -> Change:
    """What the webhook at this URL has not been sent yet, for all sources or for one."""
    rows = session.scalars(
        select(ReportedFinding).where(ReportedFinding.webhook == _key(webhook, source))
    )
    reported = {(row.source, row.kind): row for row in rows}
    now = {_place(finding) for finding in found}
    return Change(
        new=[finding for finding in found if _place(finding) not in reported],
        over=[
            {"source": row.source or None, "kind": row.kind, "since": utc_text(row.since)}
            for place, row in sorted(reported.items())
            if place not in now
        ],
    )


def notify(webhook: str, found: Sequence[Finding], changed: Change, now: datetime) -> None:
    """POSTs what has changed, as JSON. Raises WebhookError; then nothing counts as sent."""
    message = {
        "text": "\n".join((headline(found), *_lines(changed))),
        "at": utc_text(now),
        "new": [finding.as_json() for finding in changed.new],
        "over": changed.over,
        "sick": sorted({finding.source for finding in found if finding.source is not None}),
    }
    post(webhook, message)


def remember(
    session: Session,
    webhook: str,
    found: Sequence[Finding],
    now: datetime,
    source: str | None = None,
) -> None:
    """Records what the webhook was sent."""
    key = _key(webhook, source)
    session.execute(delete(ReportedFinding).where(ReportedFinding.webhook == key))
    since: dict[tuple[str, str], datetime] = {}
    for finding in found:  # a kind may occur twice: two lists that fail
        since[_place(finding)] = min(finding.since, since.get(_place(finding), finding.since))
    session.add_all(
        ReportedFinding(webhook=key, source=name, kind=kind, since=first, told_at=now)
        for (name, kind), first in since.items()
    )


def _lines(changed: Change) -> Iterator[str]:
    for finding in changed.new[:_SHOWN]:
        yield f"new: {finding.source or 'all'} {finding.kind}: {finding.evidence}"
    for over in changed.over[:_SHOWN]:
        yield f"over: {over['source'] or 'all'} {over['kind']}"


def _place(finding: Finding) -> tuple[str, str]:
    return finding.source or "", finding.kind


def _key(webhook: str, source: str | None) -> str:
    return sha256(f"{webhook} {source or ''}".encode()).hexdigest()
