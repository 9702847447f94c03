"""Which crawls came in with another archive."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("crawls", sa.Column("merged", sa.Boolean, nullable=False, server_default="0"))
