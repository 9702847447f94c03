"""The days of releases, without reading their texts: how often each source publishes."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_index(
        "ix_versions_release_version_published_on",
        "versions",
        ["release", "version", "published_on"],
    )
