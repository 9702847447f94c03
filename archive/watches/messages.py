"""Events as a mail for people, and as JSON for a webhook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from textwrap import TextWrapper
from typing import Any

from archive.database.column_types import utc_text
from archive.i18n import gettext as _
from archive.i18n import ngettext
from archive.i18n.formats import moment
from archive.i18n.labels import label
from archive.printable import printable
from archive.watches.delivery import Notice
from archive.watches.events import Event

_SHOWN = 20
"""Lines of a webhook's text."""
_WRAP = TextWrapper(
    72, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
)


def mail(notices: Sequence[Notice]) -> str:
    """Headers, an empty line and plain text, as sendmail takes it. A mail with the same events has
    the same Message-ID."""
    ids = "\n".join(notice.event.id for notice in notices)
    head = (
        f"Subject: Arsip Pilkada: {_headline(notices)}",
        f"Message-ID: <{sha256(ids.encode()).hexdigest()[:32]}@arsip-pilkada.invalid>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
    )
    watches = {watch.name: watch for notice in notices for watch in notice.watches}
    about = (f"{watch.name}: {watch.search()}" for watch in watches.values())
    text = "\n".join((*map(_paragraph, notices), _("You get this because of:"), *about, ""))
    return "\n".join(head) + "\n" + printable(text)


def message(notices: Sequence[Notice], now: datetime) -> dict[str, Any]:
    """What a webhook gets. `text` is for people, and chats show it; `events` is for programs, which
    drop doubles by `id`."""
    lines = [_line(notice.event) for notice in notices[:_SHOWN]]
    if len(notices) > _SHOWN:
        lines.append("…")
    return {
        "text": printable("\n".join((_headline(notices), *lines))),
        "at": utc_text(now),
        "events": [
            notice.event.as_json() | {"watches": [watch.name for watch in notice.watches]}
            for notice in notices
        ],
    }


def _headline(notices: Sequence[Notice]) -> str:
    """In ASCII: names of watches have no other letters."""
    counted = Counter(watch.name for notice in notices for watch in notice.watches)
    changes = ngettext("%(n)s change", "%(n)s changes", len(notices)) % {"n": len(notices)}
    named = ", ".join(f"{name} {number}" for name, number in counted.most_common(3))
    return f"{changes} ({named}{', ...' if len(counted) > 3 else ''})"


def _line(event: Event) -> str:
    return f"{what_happened(event)}: {event.title} · {event.publisher} · {event.url}"


def what_happened(event: Event) -> str:
    """What happened, in words: `Edited (a number or date)`."""
    weights = ", ".join(label(weight, "weight") for weight in event.weights)
    return label(event.what, "change") + (f" ({weights})" if weights else "")


def _paragraph(notice: Notice) -> str:
    event = notice.event
    seen = f"{moment(event.at)} · {event.release} · " + ", ".join(
        watch.name for watch in notice.watches
    )
    lines = [f"{what_happened(event)} · {event.publisher}", _WRAP.fill(event.title)]
    lines += map(_WRAP.fill, _passages(event))
    return "\n".join((*lines, f"  {event.url}", f"  {seen}", ""))


def _passages(event: Event) -> Iterator[str]:
    for field, removed, added in event.passages():
        marked = (removed and f"[-{removed}-]", added and f"{{+{added}+}}")
        if any(marked):
            yield f"{label(field, 'field')}: {' '.join(filter(None, marked))}"
