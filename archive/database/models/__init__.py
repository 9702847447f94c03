"""The tables, a module a subject. docs/query.md explains each column."""

from archive.database.models.attachments import Attachment, AttachmentCapture
from archive.database.models.base import Base, table_of
from archive.database.models.clock_corrections import ClockCorrection, CorrectedStamp
from archive.database.models.crawls import Crawl, Lesson, Rejection, SourceRow
from archive.database.models.curation import AsRead, CorrectionRow, Erasure, SuppressionRow
from archive.database.models.frontier import Address, Alias
from archive.database.models.indexes import (
    Band,
    QuotedPerson,
    Rebuild,
    SearchRoots,
    Signature,
    Sketch,
)
from archive.database.models.notifications import ChangeRow, ReportedFinding, WatchPosition
from archive.database.models.proof import ChainRow, EventRow, StampRow
from archive.database.models.releases import MoveRow, ReleaseRecord, Sighting, Version

__all__ = [
    "Address",
    "Alias",
    "AsRead",
    "Attachment",
    "AttachmentCapture",
    "Band",
    "Base",
    "ChainRow",
    "ChangeRow",
    "ClockCorrection",
    "CorrectedStamp",
    "CorrectionRow",
    "Crawl",
    "Erasure",
    "EventRow",
    "Lesson",
    "MoveRow",
    "QuotedPerson",
    "Rebuild",
    "Rejection",
    "ReleaseRecord",
    "ReportedFinding",
    "SearchRoots",
    "Sighting",
    "Signature",
    "Sketch",
    "SourceRow",
    "StampRow",
    "SuppressionRow",
    "Version",
    "WatchPosition",
    "table_of",
]
