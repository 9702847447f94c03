"""The people who are quoted, to be found without reading the texts. They are entered after the
migrations, in steps (`archive/search/quoted_people_upgrade.py`)."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "quoted_people",
        sa.Column("version_id", sa.Integer, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("quotes", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("version_id", "person", "role", name="pk_quoted_people"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name="fk_quoted_people_version_id"
        ),
    )
