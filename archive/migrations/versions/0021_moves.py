"""Releases that their sites have given other addresses. Two keys of the record from here on, so
every release changes once. `upgrade` works the moves out afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    releases = "release_records.id"
    op.create_table(
        "moves",
        sa.Column("old", sa.Text, nullable=False),
        sa.Column("new", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("old", name="pk_moves"),
        sa.UniqueConstraint("new", name="uq_moves_new"),
        sa.ForeignKeyConstraint(["old"], [releases], name="fk_moves_old_release_records"),
        sa.ForeignKeyConstraint(["new"], [releases], name="fk_moves_new_release_records"),
        sa.ForeignKeyConstraint(["origin"], [releases], name="fk_moves_origin_release_records"),
    )
    op.create_index("ix_moves_origin", "moves", ["origin"])
    for view in ("daily", "clusters", "releases", "every_release"):
        op.execute(sa.text(f"DROP VIEW {view}"))
    for statement in (EVERY_RELEASE, RELEASES, CLUSTERS, DAILY, ADVANCE):
        op.execute(sa.text(statement))


LAST = """(
            SELECT c.{} FROM attachment_captures AS c
            WHERE c.release = v.release AND c.url = linked.value ->> 'url'
            ORDER BY c.seen_at DESC, c.id DESC LIMIT 1
        )"""

ATTACHMENTS = f"""CASE WHEN v.suppressed OR coalesce(v.attachments, '[]') = '[]' THEN '[]' ELSE (
           SELECT json_group_array(json_object(
               'url', linked.value ->> 'url', 'type', linked.value ->> 'type',
               'label', linked.value ->> 'label', 'capture', {LAST.format("capture_record_id")}
           )) FROM json_each(v.attachments) AS linked
       ) END"""  # noqa: S608 - our own names

TEXT = f"""(
           SELECT group_concat({LAST.format("text")}, char(10, 10))
           FROM json_each(coalesce(v.attachments, '[]')) AS linked WHERE NOT v.suppressed
       )"""  # noqa: S608 - our own names

# Also those that are suppressed, with empty texts. A release that has moved is no copy of itself
# under its old address, and not withdrawn there.
EVERY_RELEASE = f"""
CREATE VIEW every_release AS
SELECT r.id, r.seq, r.source, s.kind,
       CASE WHEN s.region = '00' THEN 'nasional' WHEN length(s.region) = 2 THEN 'provinsi'
            WHEN substr(s.region, 4, 2) >= '71' THEN 'kota' ELSE 'kabupaten' END AS level,
       s.publisher, s.region, r.url,
       v.title, v.published_on, v.published_at, v.published_by,
       v.dateline, v.place, v.body, v.body_by, v.byline, v.author_tags, v.credits,
       v.election, v.topics, v.language, v.quotes, v.flags,
       {ATTACHMENTS} AS attachments,
       {TEXT} AS attachment_text,
       v.via,
       CASE WHEN r.duplicate_of = came.origin THEN NULL ELSE r.duplicate_of END AS duplicate_of,
       CASE WHEN r.duplicate_of = came.origin THEN NULL ELSE r.similarity END AS similarity,
       went.new AS moved_to, came.old AS moved_from,
       v.version, r.version AS versions, r.first_seen_at, r.last_seen_at,
       CASE WHEN went.new IS NULL THEN r.gone_at END AS gone_at,
       v.sha256, v.capture_file, v.capture_offset, v.capture_record_id,
       v.corrected, v.corrections, v.withheld, v.suppressed,
       v.topic_words, v.id AS version_id
FROM release_records AS r
JOIN versions AS v ON v.release = r.id AND v.version = r.version
JOIN sources AS s ON s.id = r.source
LEFT JOIN moves AS went ON went.old = r.id
LEFT JOIN moves AS came ON came.new = r.id
"""  # noqa: S608 - our own names

RELEASES = "CREATE VIEW releases AS SELECT * FROM every_release WHERE NOT suppressed"

CLUSTERS = """
CREATE VIEW clusters AS
SELECT coalesce(r.duplicate_of, r.id) AS first, r.id AS release, r.source, r.published_on,
       r.duplicate_of IS NULL AS is_first, coalesce(r.similarity, 1.0) AS similarity
FROM releases AS r
WHERE r.duplicate_of IS NOT NULL
   OR EXISTS (
       SELECT 1 FROM release_records AS copy WHERE copy.duplicate_of = r.id
       AND NOT EXISTS (SELECT 1 FROM moves WHERE moves.new = copy.id AND moves.origin = r.id)
   )
"""

# A release that has moved counts once, on the day on which it was first published.
DAILY = """
CREATE VIEW daily AS
SELECT source, published_on, sum(moved_from IS NULL) AS releases,
       coalesce(sum(election AND moved_from IS NULL), 0) AS election,
       sum(duplicate_of IS NOT NULL AND moved_from IS NULL) AS reposts,
       sum(versions > 1) AS edited, count(gone_at) AS withdrawn
FROM releases
WHERE published_on IS NOT NULL
GROUP BY source, published_on
HAVING sum(moved_from IS NULL) OR sum(versions > 1) OR count(gone_at)
"""

# The order among themselves stays; no number is given out twice.
ADVANCE = """
UPDATE release_records SET seq = (SELECT max(seq) FROM release_records) + (
    SELECT place FROM (SELECT id, row_number() OVER (ORDER BY seq) AS place FROM release_records)
    AS numbered WHERE numbered.id = release_records.id
)
"""
