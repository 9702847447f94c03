"""What a response to a request for a release means: the same in a crawl and read from captures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.ingest.frontier import Look
from crawler.items import Hint, Page, Rejected, Release
from crawler.responses.failure import FetchFailure
from crawler.responses.revisit_policy import revisits
from crawler.web_url import is_downgrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A whole response, and the addresses it gives for itself."""

    url: str
    """The URL that answered, as requested."""
    canonical: str
    """Its canonical form."""
    declared: str
    """The page's believable `rel=canonical`, else `canonical`."""
    body: bytes
    content_type: str | None
    certificate_checked: bool


@dataclass(frozen=True, slots=True)
class PageToRead:
    """A page under the address it is kept under."""

    page: Page
    look: Look
    alias: str | None
    """How the address asked for led to another one, `redirect` or `rel-canonical`; None: it did
    not."""


def page_to_read(
    look: Look,
    answered: Answered,
    *,
    is_kept: bool,
    hint: Hint | None,
    continuations: Sequence[bytes] = (),
) -> PageToRead:
    """The page that a response brought. `is_kept`: the archive has a release under the address
    asked for. A release keeps the address it was first archived under, wherever that leads later.
    """
    kept = look.url if is_kept else answered.declared
    page = Page(
        url=kept,
        body=answered.body,
        captured_at=look.at,
        content_type=answered.content_type,
        hint=hint,
        continuations=tuple(continuations),
        certificate_checked=answered.certificate_checked,
        downgraded=is_downgrade(look.url, answered.url),
        leads_to=answered.declared if answered.declared != kept else None,
    )
    alias = "redirect" if answered.canonical == kept else "rel-canonical"
    return PageToRead(page, replace(look, url=kept), alias if kept != look.url else None)


def reject(look: Look, failure: FetchFailure, stage: str = "fetch") -> Rejected:
    """The record of a request that brought no page to read, with the time of the next one."""
    due = revisits().other(look.at, "failed" if failure.trouble else "rejected")
    return Rejected(
        source=look.source,
        url=look.url,
        stage=stage,
        reason=failure.reason,
        detail=failure.detail,
        fetched_at=look.at,
        look=replace(look, outcome=failure.reason, due_at=due),
    )


def look_of(result: Release | Rejected, look: Look) -> Look:
    """The look with what was read, and the time of the next request."""
    if isinstance(result, Release):
        due = revisits().release(look.at, result.published_on, election=result.election)
        return replace(look, outcome="release", due_at=due)
    return replace(look, outcome=result.reason, due_at=revisits().other(look.at, "rejected"))
