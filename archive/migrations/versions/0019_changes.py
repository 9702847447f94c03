"""What crawls saw happen to releases, one row each, and how far each watch was delivered.

Triggers write the rows in the transaction that stores what happened, whichever program part does
it: a change is noted exactly if it is stored. Only crawls count. Another reading of a capture, and
what web archives have, is no change at the source."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("version_id", sa.Integer),
        sa.ForeignKeyConstraint(
            ["release"], ["release_records.id"], name="fk_changes_release_release_records"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sa.UniqueConstraint("release", "what", "at", name="uq_changes_release_what_at"),
    )
    op.create_table(
        "watch_positions",
        sa.Column("watch", sa.Text, nullable=False),
        sa.Column("receiver", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("saved_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("watch", "receiver", name="pk_watch_positions"),
    )
    for statement in (BEFORE, ADDED, WITHDRAWN, CAME_WITHDRAWN, RETURNED):
        op.execute(sa.text(statement))


# What is known of the time before: returns are not.
BEFORE = """
INSERT OR IGNORE INTO changes (release, what, at, version_id)
SELECT release, what, at, version_id FROM (
    SELECT release, CASE version WHEN 1 THEN 'new' ELSE 'edited' END AS what, seen_at AS at,
           id AS version_id
    FROM versions WHERE crawl IS NOT NULL AND via IS NULL
    UNION ALL
    SELECT id, 'withdrawn', gone_at, NULL FROM release_records WHERE gone_at IS NOT NULL
) ORDER BY at
"""

# The first version is not always number 1 when it comes: a crawl may bring an older one later.
ADDED = """
CREATE TRIGGER change_of_wording AFTER INSERT ON versions
WHEN NEW.crawl IS NOT NULL AND NEW.via IS NULL
BEGIN
    INSERT OR IGNORE INTO changes (release, what, at, version_id)
    SELECT NEW.release, CASE count(*) WHEN 1 THEN 'new' ELSE 'edited' END, NEW.seen_at, NEW.id
    FROM versions WHERE release = NEW.release;
END
"""

WITHDRAWN = """
CREATE TRIGGER change_to_withdrawn AFTER UPDATE OF gone_at ON release_records
WHEN OLD.gone_at IS NULL AND NEW.gone_at IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO changes (release, what, at)
    VALUES (NEW.id, 'withdrawn', NEW.gone_at);
END
"""

# Of another archive, by a merge.
CAME_WITHDRAWN = """
CREATE TRIGGER change_before_it_came AFTER INSERT ON release_records
WHEN NEW.gone_at IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO changes (release, what, at)
    VALUES (NEW.id, 'withdrawn', NEW.gone_at);
END
"""

RETURNED = """
CREATE TRIGGER change_to_returned AFTER UPDATE OF gone_at ON release_records
WHEN OLD.gone_at IS NOT NULL AND NEW.gone_at IS NULL
BEGIN
    INSERT OR IGNORE INTO changes (release, what, at)
    VALUES (NEW.id, 'returned', NEW.last_seen_at);
END
"""
