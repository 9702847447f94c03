"""What to ask for to see a release: as a page linked it, beside the address it is kept under."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("addresses", sa.Column("requested", sa.Text))
