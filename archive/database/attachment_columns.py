"""The attachments of a version as SQL: what the page links to, with the captures of the documents.

A version holds what its page says: address, type, label. The captures of a release's documents are
rows of `attachment_captures`; the last one of a document is the one that counts. What is suppressed
has none; a version of which a passage is masked shows no text of its documents, which may have that
passage too."""

from __future__ import annotations

_LAST = """(
    SELECT c.{column} FROM attachment_captures AS c
    WHERE c.release = {version}.release AND c.url = linked.value ->> 'url'{until}
    ORDER BY c.seen_at DESC, c.id DESC LIMIT 1
)"""
_UNTIL = """ AND c.seen_at < coalesce((
        SELECT later.seen_at FROM versions AS later
        WHERE later.release = {version}.release AND later.version = {version}.version + 1
    ), '9999')"""
_LIST = """CASE WHEN {version}.suppressed OR coalesce({version}.attachments, '[]') = '[]'
THEN '[]' ELSE (
    SELECT json_group_array(json_object(
        'url', linked.value ->> 'url', 'type', linked.value ->> 'type',
        'label', linked.value ->> 'label', 'capture', {last}
    )) FROM json_each({version}.attachments) AS linked
) END"""
_TEXT = """(
    SELECT group_concat({last}, char(10, 10))
    FROM json_each(coalesce({version}.attachments, '[]')) AS linked
    WHERE NOT {version}.suppressed AND {version}.withheld IS NULL
)"""


def attachments(version: str, *, is_current: bool) -> str:
    """The list of the record, as JSON. `version`: name of a row of `versions`. Of an earlier
    version, captures count that were made before the next version was seen."""
    last = _last("capture_record_id", version, is_current=is_current)
    return _LIST.format(version=version, last=last)


def attachment_text(version: str, *, is_current: bool) -> str:
    """The texts of its documents with a blank line between; null if none has one."""
    last = _last("text", version, is_current=is_current)
    return _TEXT.format(version=version, last=last)


def _last(column: str, version: str, *, is_current: bool) -> str:
    until = "" if is_current else _UNTIL.format(version=version)
    return _LAST.format(column=column, version=version, until=until)
