"""The tables. docs/query.md explains each column."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column

from archive.database.column_types import Day, Numbers, PrintedDateTime, UtcDateTime, Words


class Base(DeclarativeBase):
    # Constraints have names, so that later migrations can refer to them.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        str: Words,
        date: Day,
        datetime: UtcDateTime,
        list[str]: JSON,
        list[dict[str, str]]: JSON,
        dict[str, list[str]]: JSON,
        dict[str, str]: JSON,
        dict[str, Any]: JSON,
    }


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _round_when_set(_: type[Base], key: str, attribute: InstrumentedAttribute[Any]) -> None:
    """Rounds values when they are set, not when they are written, so that comparisons in memory
    and in the database agree."""
    as_stored = getattr(attribute.type, "as_stored", None)
    if as_stored is None:
        return

    @event.listens_for(attribute, "set", retval=True)
    def set_(_: Base, value: Any, *__: Any) -> Any:
        is_aware = isinstance(value, datetime) and value.utcoffset() is not None
        return as_stored(value) if is_aware else value  # others are refused when they are written


def table_of(model: type[Base]) -> Table:
    """A model's table, for statements without objects."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


class SourceRow(Base):
    """A site as last declared in the registry."""

    __tablename__ = "sources"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    publisher: Mapped[str]
    region: Mapped[str]
    home: Mapped[str]
    timezone: Mapped[str]


class Crawl(Base):
    """One crawl of one source. `outcome` is null while it runs, and after a kill."""

    __tablename__ = "crawls"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    pages: Mapped[int] = mapped_column(default=0)
    requests: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(default=0)
    releases_new: Mapped[int] = mapped_column(default=0)
    releases_changed: Mapped[int] = mapped_column(default=0)
    releases_seen: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    deep: Mapped[bool] = mapped_column(default=False)
    """Whether all releases were fetched again, not only those due."""
    named: Mapped[int | None]
    """Releases that lists named; this and what follows are null in crawls before version 0007."""
    unchanged_lists: Mapped[int | None]
    found: Mapped[int | None]
    """Releases to fetch."""
    moved: Mapped[int | None]
    """Known releases that were missing when most others were too."""
    ways: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """The seeds fetched: `what`, `url`, and how many releases it `named`, or why it `failed`;
    neither if it had not changed."""
    failures: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    """Releases that could not be fetched, by reason."""
    refusals: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    """Pages that were not releases, by reason."""
    seconds: Mapped[float | None]
    """Median response time."""
    alike: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Number of `pages` with status 200, of those that were the `same`, and its `url`."""
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Fields of the releases read, see `crawler.crawl.reading_stats`."""
    merged: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Whether it came in with another archive."""

    __table_args__ = (Index(None, "source", "started_at"),)


class ReleaseRecord(Base):
    """One press release: what its versions share."""

    __tablename__ = "release_records"

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), index=True)
    url: Mapped[str]
    seq: Mapped[int] = mapped_column(unique=True)
    version: Mapped[int]
    """The current version's number, and so the number of versions."""
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("release_records.id"), index=True)
    similarity: Mapped[float | None]
    crawled: Mapped[bool] = mapped_column(default=True, server_default="1")
    """Whether a crawl has seen it itself; otherwise it was only ever seen in web archives."""


class Version(Base):
    """One version of a release. Its `id` also identifies it in the search index."""

    __tablename__ = "versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    release: Mapped[str] = mapped_column(ForeignKey("release_records.id"))
    version: Mapped[int]
    seen_at: Mapped[datetime]
    crawl: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    title: Mapped[str]
    published_on: Mapped[date | None]
    published_at: Mapped[datetime | None] = mapped_column(PrintedDateTime)
    published_by: Mapped[str | None]
    dateline: Mapped[str | None]
    place: Mapped[str | None]
    body: Mapped[str]
    body_by: Mapped[str] = mapped_column(server_default="page")
    byline: Mapped[str | None]
    author_tags: Mapped[list[str]]
    credits: Mapped[list[dict[str, str]]]
    election: Mapped[bool]
    topics: Mapped[list[str]]
    topic_words: Mapped[dict[str, list[str]]]
    language: Mapped[str | None]
    flags: Mapped[list[str]]
    quotes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """Quotes, with spans of `body`; null if a program without quotes read it."""
    attachments: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """Documents that the page links to: `url`, `type`, `label`; null if a program without
    attachments read it."""
    sha256: Mapped[str]
    text_hash: Mapped[str | None] = mapped_column(index=True)
    capture_file: Mapped[str | None]
    capture_offset: Mapped[int | None]
    capture_record_id: Mapped[str | None]
    capture_digest: Mapped[str | None]
    """Of the payload, as in `WARC-Payload-Digest`; null before version 0022."""
    via: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The web archive it was first seen in, and the address there; null: a crawl saw it itself."""
    reader: Mapped[str | None]
    """The program that read it, see `crawler.extraction.reader_version`; null if unknown."""
    claim_on: Mapped[date | None]
    """The day from which its text counts; null: from `claim_seen_at` on."""
    claim_at: Mapped[datetime | None] = mapped_column(PrintedDateTime)
    """The same with its time, if that was printed."""
    claim_seen_at: Mapped[datetime | None]
    """When the archive first saw the text here."""
    corrected: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Fields that people corrected. This column and the next three are written by
    `archive.curation.shown` alone."""
    corrections: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """`field`, `value_read`, `reason`, `who` and `when` of each."""
    withheld: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    """`what` (`release`, `version`, `passage`), `reason` and `at` of what is suppressed in it."""
    suppressed: Mapped[bool] = mapped_column(server_default="0")
    """Whether all of it is suppressed; its texts are empty then."""

    __table_args__ = (
        UniqueConstraint("release", "version"),
        # Has all columns that `archive.health.publishing_rhythm` needs, so that it reads no text.
        Index(None, "release", "version", "published_on"),
    )


class Sighting(Base):
    """A capture of a release in a web archive: at that time the release was at its source."""

    __tablename__ = "sightings"

    release: Mapped[str] = mapped_column(ForeignKey("release_records.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    """The address of the capture in the web archive."""
    archive: Mapped[str]


class SearchRoots(Base):
    """Word roots of a current version for the search index; see `archive.search.index`."""

    __tablename__ = "search_roots"

    id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    title: Mapped[str]
    text: Mapped[str]
    attachments: Mapped[str] = mapped_column(server_default="")
    """Of the texts of its documents."""
    attachment_text: Mapped[str] = mapped_column(server_default="")
    """The texts of its documents, as the index has them."""


class Attachment(Base):
    """A document that a release links to, or linked to, and the last fetch of it."""

    __tablename__ = "attachments"

    release: Mapped[str] = mapped_column(ForeignKey("release_records.id"), primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str | None]
    label: Mapped[str | None]
    linked_at: Mapped[datetime]
    """When the page was first seen with it."""
    unlinked_at: Mapped[datetime | None]
    """When the page was first seen without it; null while it links to it."""
    asked_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """Outcome of the last fetch: `captured`, `unchanged`, `too-large`, or why there is none."""
    status: Mapped[int | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    capture: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Location of its last complete response; the same bytes are not stored twice."""


class AttachmentCapture(Base):
    """A captured state of a document. The same bytes again only move `last_seen_at`."""

    __tablename__ = "attachment_captures"

    id: Mapped[int] = mapped_column(primary_key=True)
    release: Mapped[str]
    url: Mapped[str]
    seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    crawl: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    media_type: Mapped[str | None]
    """As the server declared it."""
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str]
    capture_file: Mapped[str]
    capture_offset: Mapped[int]
    capture_record_id: Mapped[str]
    capture_digest: Mapped[str | None]
    """As in `versions`."""
    text: Mapped[str | None]
    """The text of a PDF; null if it was not read, or has none."""
    unread: Mapped[str | None]
    """Why the text is missing or incomplete, as a word: `encrypted`, `broken`, `no-text`, …"""

    __table_args__ = (
        ForeignKeyConstraint(["release", "url"], ["attachments.release", "attachments.url"]),
        Index("ix_attachment_captures_release", "release", "url", "seen_at"),
    )


class Signature(Base):
    """An author tag of a current version, from `versions.author_tags`, for lookups."""

    __tablename__ = "signatures"

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(index=True)


class QuotedPerson(Base):
    """A person whom a current version quotes; what `versions.quotes` says, to be found without
    reading the texts."""

    __tablename__ = "quoted_people"

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    """Function and office as printed; empty where none is."""
    quotes: Mapped[int]


class Rejection(Base):
    """A page that was not a release, and why; `resolved_at`: when it became one after all."""

    __tablename__ = "rejections"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    url: Mapped[str]
    stage: Mapped[str]
    reason: Mapped[str]
    detail: Mapped[str]
    record: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)
    resolved_at: Mapped[datetime | None]
    crawl: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    capture_file: Mapped[str | None]
    capture_offset: Mapped[int | None]
    capture_record_id: Mapped[str | None]

    __table_args__ = (UniqueConstraint("source", "url", "stage", "reason"),)


class Address(Base):
    """The frontier: a URL of a source, its last response, and when to fetch it again."""

    __tablename__ = "addresses"

    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    requested: Mapped[str | None]
    """The URL to request: as a page linked it, or as it last answered. None: `url`."""
    what: Mapped[str]
    """`release`, or a seed: `home`, `listing`, `feed`, `sitemap`, `rest`."""
    found_by: Mapped[str]
    """The kind of seed; `web-archive`: no page has linked it, so it is not requested."""
    found_at: Mapped[datetime]
    hint: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the seed that named a release gave for it: evidence, title, published."""
    shown: Mapped[dict[str, str]] = mapped_column(default=dict)
    """For each list that names a release, a digest of what it showed at the last fetch."""
    asked_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """Outcome of the last fetch: `release`, `unchanged`, `walked`, or why nothing came of it."""
    status: Mapped[int | None]
    """HTTP status of the last response."""
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    payload: Mapped[str | None]
    """SHA-256 of the last response's body."""
    due_at: Mapped[datetime | None]
    missing_since: Mapped[datetime | None]
    missing_in: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    """The crawl that first missed it; a later one that misses it again confirms it."""
    walked_at: Mapped[datetime | None]
    """When a seed was last followed to where everything was known."""
    regular: Mapped[bool | None]
    """Whether a seed is fetched on every crawl, since together the regular ones name all
    releases."""
    release: Mapped[str | None] = mapped_column(ForeignKey("release_records.id"))
    capture: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Location of the last complete response; the same bytes are not stored twice."""

    __table_args__ = (Index(None, "source", "due_at"), Index(None, "release"))


class Alias(Base):
    """Another URL of a release."""

    __tablename__ = "aliases"

    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    leads_to: Mapped[str]
    """The canonical URL."""
    how: Mapped[str]
    """`redirect`, `rel-canonical`, or `spelling` (case, a final slash)."""
    seen_at: Mapped[datetime]


class MoveRow(Base):
    """A release that its site has given another address; see `archive.moves`."""

    __tablename__ = "moves"

    old: Mapped[str] = mapped_column(ForeignKey("release_records.id"), primary_key=True)
    new: Mapped[str] = mapped_column(ForeignKey("release_records.id"), unique=True)
    origin: Mapped[str] = mapped_column(ForeignKey("release_records.id"))
    """The release under its first address; `old`, unless it has moved several times."""
    at: Mapped[datetime]
    """Since when it is known at the new address, and not at the old one."""
    how: Mapped[str]
    """What shows it: `redirect`, `host`, `gone`; see `archive.moves.links`."""

    __table_args__ = (Index(None, "origin"),)


class Lesson(Base):
    """What was learned about a site; the registry overrides it."""

    __tablename__ = "lessons"

    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    article: Mapped[str | None]
    """The form of its releases' URLs, as a template of the registry."""
    frame: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The site template: `blocks` on every page, and the bare initials it signs with."""
    learned_at: Mapped[datetime]


class ClockCorrection(Base):
    """A crawl that ran with a wrong clock, and by how much its stamps were moved."""

    __tablename__ = "clock_corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    crawl: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    began_at: Mapped[datetime]
    """By the wrong clock, like `ended_at`."""
    ended_at: Mapped[datetime]
    seconds: Mapped[int]
    """Added to each stamp between the two."""
    evidence: Mapped[str]
    """`dates` (the `Date` headers it captured) or `neighbours` (the crawls before and after)."""


class CorrectedStamp(Base):
    """The original value of a stamp written with a wrong clock."""

    __tablename__ = "corrected_stamps"

    id: Mapped[int] = mapped_column(primary_key=True)
    correction: Mapped[int] = mapped_column(ForeignKey("clock_corrections.id"), index=True)
    table_name: Mapped[str]
    row_key: Mapped[list[Any]] = mapped_column(JSON)
    """The row's primary key."""
    column_name: Mapped[str]
    original: Mapped[str]
    """The value as it was written."""


class Told(Base):
    """A finding reported to a webhook and not yet reported as over."""

    __tablename__ = "told"

    webhook: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of its URL, which may contain a secret, and of the source it is limited to."""
    source: Mapped[str] = mapped_column(primary_key=True)
    """Empty for a finding about the whole archive."""
    kind: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    told_at: Mapped[datetime]


class ChangeRow(Base):
    """What a crawl saw happen to a release. Triggers of the database write the rows; they never
    change."""

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    release: Mapped[str] = mapped_column(ForeignKey("release_records.id"))
    what: Mapped[str]
    """`new`, `edited`, `withdrawn`, or `returned` (a withdrawn release was there again)."""
    at: Mapped[datetime]
    """When the crawl saw it."""
    version_id: Mapped[int | None]
    """Of `versions`, for `new` and `edited`. No foreign key: a better reading may show that two
    versions are one."""

    __table_args__ = (UniqueConstraint("release", "what", "at"),)


class WatchPosition(Base):
    """Up to which of the `changes` a watch was delivered to one receiver."""

    __tablename__ = "watch_positions"

    watch: Mapped[str] = mapped_column(primary_key=True)
    receiver: Mapped[str] = mapped_column(primary_key=True)
    """`mail`, SHA-256 of a webhook's URL or of a command; empty: where the watch began."""
    position: Mapped[int]
    saved_at: Mapped[datetime]


class Sketch(Base):
    """A text of at least `fingerprint.LEAST_WORDS` words, however many releases have it."""

    __tablename__ = "sketches"

    id: Mapped[int] = mapped_column(primary_key=True)
    text_hash: Mapped[str] = mapped_column(unique=True)
    algorithm: Mapped[int]
    bands: Mapped[list[int]] = mapped_column(Numbers)
    """Its bands, as the index has them."""
    first: Mapped[str] = mapped_column(ForeignKey("release_records.id"))
    """The earliest release with it."""
    leader: Mapped[int | None] = mapped_column(ForeignKey("sketches.id"), index=True)
    """The text it is a copy of; null if it is a leader."""


class Band(Base):
    """The index for finding copies: a band, and a text that has it."""

    __tablename__ = "bands"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    member: Mapped[bool] = mapped_column(primary_key=True)
    """Whether the text is a copy; leaders come first."""
    sketch: Mapped[int] = mapped_column(primary_key=True)
    """Of `sketches`. No foreign key: enforcing it would read the whole index when a text is
    removed."""

    __table_args__ = ({"sqlite_with_rowid": False},)


class Rebuild(Base):
    """An index that is being rebuilt, or whose rebuild was interrupted."""

    __tablename__ = "rebuilds"

    name: Mapped[str] = mapped_column(primary_key=True)
    """`search`, `duplicates`, `people` or `events`."""
    started_at: Mapped[datetime]
    done: Mapped[int]
    """Entries of `total` that are in the index again."""
    total: Mapped[int]


class AsRead(Base):
    """What the reader read of a version, where people have changed it: evidence under lock, which
    no page and no export shows."""

    __tablename__ = "as_read"

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    release: Mapped[str] = mapped_column(index=True)
    columns: Mapped[dict[str, Any]]
    """The columns of `versions` that differ, as stored."""


class CorrectionRow(Base):
    """A correction by a person; its release may be one that the archive does not have yet."""

    __tablename__ = "corrections"

    release: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    reason: Mapped[str]
    who: Mapped[str]
    made_on: Mapped[date]


class SuppressionRow(Base):
    """What was taken down, lifted or erased, and why. Rows are only added."""

    __tablename__ = "suppressions"

    id: Mapped[str] = mapped_column(primary_key=True)
    """Random, so that lists of several archives can be joined."""
    action: Mapped[str]
    """`suppress`, `lift`, `erase`."""
    of: Mapped[str | None]
    """The suppression that is lifted or erased."""
    release: Mapped[str] = mapped_column(index=True)
    what: Mapped[str]
    """`release`, `version`, `passage`."""
    version: Mapped[int | None]
    """The version's number then; what follows finds it later, when it may have another one."""
    seen_at: Mapped[datetime | None]
    sha256: Mapped[str | None]
    record_id: Mapped[str | None]
    words: Mapped[int | None]
    """How many words a passage has. It is found again by `digest`: it is not kept itself."""
    salt: Mapped[str | None]
    digest: Mapped[str | None]
    reason: Mapped[str]
    who: Mapped[str]
    made_at: Mapped[datetime]


class Erasure(Base):
    """A captured response whose bytes were overwritten. Rows are only added."""

    __tablename__ = "erasures"

    record_id: Mapped[str] = mapped_column(primary_key=True)
    file: Mapped[str]
    offset: Mapped[int]
    release: Mapped[str]
    suppression: Mapped[str]
    erased_at: Mapped[datetime]


class ChainRow(Base):
    """A chain of events: this archive's own is number 1, the others came in by a merge. Rows are
    only added; see `archive.proof`."""

    __tablename__ = "chains"

    id: Mapped[int] = mapped_column(primary_key=True)
    genesis: Mapped[str]
    """The hash of its first event, in hex: copies of an archive share it."""
    parent: Mapped[int | None] = mapped_column(ForeignKey("chains.id"))
    """The chain from which it differs only after event `shared`, where an archive was copied and
    both went on."""
    shared: Mapped[int] = mapped_column(server_default="0")
    added_at: Mapped[datetime]


class EventRow(Base):
    """Something that happened in an archive. Rows are only added."""

    __tablename__ = "events"

    chain: Mapped[int] = mapped_column(ForeignKey("chains.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """From 1, without gaps."""
    release: Mapped[str | None]
    """The release it is about, as in `content`; null for one about the archive."""
    content: Mapped[str]
    """Canonical JSON."""
    hash: Mapped[bytes]
    """SHA-256 of the hash before it and of the SHA-256 of `content`."""

    __table_args__ = (
        Index("ix_events_release", "release", "chain", "number"),
        {"sqlite_with_rowid": False},
    )


class StampRow(Base):
    """What a time-stamping service (RFC 3161) has signed. Rows are only added."""

    __tablename__ = "stamps"

    chain: Mapped[int] = mapped_column(ForeignKey("chains.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """The event whose hash was stamped."""
    service: Mapped[str] = mapped_column(primary_key=True)
    """Its URL."""
    at: Mapped[datetime]
    """The time in the stamp."""
    answer: Mapped[bytes]
    """The service's answer (`TimeStampResp`), with the certificates it sent."""
