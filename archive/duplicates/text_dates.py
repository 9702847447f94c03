"""From when the text of a release counts.

A source can edit an old release so that it carries another one's text. So a version inherits its
date from earlier versions only if it is a copy of them; a text that replaced another one counts
from when the archive first saw it there. The rule and its limits: docs/duplicates.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.database.models import ReleaseRecord, Version
from archive.duplicates.copy_rule import is_copy
from archive.duplicates.sentences import read

_Claim = tuple[date | None, datetime | None, datetime | None]
_IS_OPEN = Version.claim_seen_at.is_(None)


def begin(version: Version) -> None:
    """The claim of a first version: the date printed with it, and when it was seen. Later captures
    do not change it, since a date may be changed afterwards."""
    version.claim_on, version.claim_at = version.published_on, version.published_at
    version.claim_seen_at = version.seen_at


def inherit(versions: Sequence[Version]) -> None:
    """Computes the claims of all versions of a release, in their order. The first one must have its
    claim."""
    for version, claim in zip(versions, _worked_out(versions), strict=True):
        version.claim_on, version.claim_at, version.claim_seen_at = claim


def unfinished(session: Session) -> list[str]:
    """The releases (`id`) whose claims an older program did not compute."""
    wanted = ReleaseRecord.id.in_(select(Version.release).where(_IS_OPEN))
    return list(session.scalars(select(ReleaseRecord.id).where(wanted)))


def renew(session: Session, releases: Iterable[str]) -> set[str]:
    """Computes the claims of some releases; returns the `text_hash`es of those it changed."""
    changed = set()
    for release in releases:
        versions = _wordings(session, release)
        before = _stored(versions)
        if versions[0].claim_seen_at is None:
            begin(versions[0])
        inherit(versions)
        if _stored(versions) != before and versions[-1].text_hash is not None:
            changed.add(versions[-1].text_hash)
        session.flush()
        for version in versions:
            session.expunge(version)  # so that memory does not hold their texts
    return changed


def wrong(session: Session) -> Iterator[str]:
    """Releases with several versions whose claims do not follow the rule. Reads texts."""
    edited = select(ReleaseRecord.id).where(ReleaseRecord.version > 1).order_by(ReleaseRecord.id)
    for release in session.scalars(edited).all():
        versions = _wordings(session, release)
        if _stored(versions) != _worked_out(versions):
            yield release
        for version in versions:
            session.expunge(version)


def _origin(version: Version, earlier: Sequence[Version]) -> Version:
    """The first version that this one is a copy of. They are compared directly, since small steps
    can turn any text into any other."""
    if earlier and version.text_hash is None:
        return earlier[0]  # too short to be a copy: has no claim
    for claim in earlier:
        if claim.text_hash == version.text_hash:
            return claim
        if is_copy(read(version.body), read(claim.body)):
            return claim
    return version


def _worked_out(versions: Sequence[Version]) -> list[_Claim]:
    claims: list[_Claim] = []
    for number, version in enumerate(versions):
        origin = _origin(version, versions[:number])
        if origin is versions[0]:
            claims.append((origin.claim_on, origin.claim_at, origin.seen_at))
        else:
            claims.append((None, None, origin.seen_at))
    return claims


def _stored(versions: Sequence[Version]) -> list[_Claim]:
    return [(version.claim_on, version.claim_at, version.claim_seen_at) for version in versions]


def _wordings(session: Session, release: str) -> list[Version]:
    query = select(Version).filter_by(release=release).order_by(Version.version)
    return list(session.scalars(query))
