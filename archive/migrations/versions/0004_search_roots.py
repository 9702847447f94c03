"""The search index learns the roots of words beside the words as printed."""

import sqlalchemy as sa
from alembic import op

from archive.search import index

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(sa.text("DROP TABLE search_index"))
    op.execute(sa.text("DROP VIEW search_texts"))
    op.create_table(
        "search_roots",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_roots"),
        sa.ForeignKeyConstraint(["id"], ["versions.id"], name="fk_search_roots_id"),
    )
    op.execute(sa.text(SEARCH_TEXTS))
    op.execute(sa.text(SEARCH_INDEX))
    index.fill(op.get_bind())


# What is searched: the current wordings. The index keeps no second copy of the texts.
SEARCH_TEXTS = """
CREATE VIEW search_texts AS
SELECT v.id, v.title, coalesce(v.dateline, '') || v.body || coalesce(' ' || v.byline, '') AS text,
       s.title AS title_roots, s.text AS text_roots
FROM versions AS v
JOIN release_records AS r ON r.id = v.release AND r.version = v.version
JOIN search_roots AS s ON s.id = v.id
"""

SEARCH_INDEX = """
CREATE VIRTUAL TABLE search_index USING fts5(
    title, text, title_roots, text_roots, content='search_texts', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2'
)
"""
