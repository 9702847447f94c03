"""Who read a wording, from when it may claim its text, and which stamps of wrong clocks were
corrected. `upgrade` works the claims of later wordings out afterwards, and makes all clusters
anew."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("versions", sa.Column("reader", sa.Text))
    op.add_column("versions", sa.Column("claim_on", sa.Date))
    for name in ("claim_at", "claim_seen_at"):
        op.add_column("versions", sa.Column(name, sa.Text))
    op.execute(sa.text(FIRST_CLAIMS))
    op.execute(sa.text(OLD_ORDER))
    op.create_table(
        "clock_corrections",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("crawl", sa.Integer),
        sa.Column("began_at", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clock_corrections"),
        sa.ForeignKeyConstraint(["crawl"], ["crawls.id"], name="fk_clock_corrections_crawl"),
    )
    op.create_table(
        "corrected_stamps",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("correction", sa.Integer, nullable=False),
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("row_key", sa.JSON, nullable=False),
        sa.Column("column_name", sa.Text, nullable=False),
        sa.Column("original", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_corrected_stamps"),
        sa.ForeignKeyConstraint(
            ["correction"], ["clock_corrections.id"], name="fk_corrected_stamps_correction"
        ),
    )
    op.create_index("ix_corrected_stamps_correction", "corrected_stamps", ["correction"])
    op.execute(sa.text(CLAIMS))


FIRST_CLAIMS = """
UPDATE versions SET claim_on = published_on, claim_at = published_at, claim_seen_at = seen_at
WHERE version = 1
"""

OLD_ORDER = "UPDATE sketches SET algorithm = 0"
"""Clusters were put in order by finer times than are stored; so `upgrade` makes them anew."""

CLAIMS = """
CREATE VIEW claims AS
SELECT r.id AS release, r.source,
       coalesce(v.claim_at, v.claim_on, v.claim_seen_at) AS counts_from,
       CASE WHEN v.claim_on IS NULL THEN 'archive' ELSE 'source' END AS vouched_by,
       v.claim_seen_at AS seen_at,
       v.claim_seen_at > f.seen_at AS is_replaced,
       coalesce(v.published_on < coalesce(v.claim_on, date(v.claim_seen_at, '-1 day')), 0)
           AS prints_earlier,
       v.claim_on IS NOT NULL AND EXISTS (
           SELECT 1 FROM release_records AS copy
           JOIN versions AS its ON its.release = copy.id AND its.version = copy.version
           WHERE copy.duplicate_of = r.id
             AND its.claim_seen_at < strftime('%Y-%m-%dT%H:%M:%SZ', v.claim_seen_at, '-1 day')
       ) AS is_unproven,
       EXISTS (
           SELECT 1 FROM versions AS o WHERE o.release = r.id
           AND o.seen_at = v.claim_seen_at AND o.capture_file LIKE 'imported/%'
       ) AS is_imported
FROM release_records AS r
JOIN versions AS v ON v.release = r.id AND v.version = r.version
JOIN versions AS f ON f.release = r.id AND f.version = 1
"""
