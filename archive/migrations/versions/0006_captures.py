"""Captures: where the bytes of a rejected page lie, and those of each address' last answer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("rejections", sa.Column("capture_file", sa.Text))
    op.add_column("rejections", sa.Column("capture_offset", sa.Integer))
    op.add_column("rejections", sa.Column("capture_record_id", sa.Text))
    op.add_column("addresses", sa.Column("capture", sa.JSON))
