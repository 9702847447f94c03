"""Alembic runs this with the connection that `archive.database.migrate` hands over."""

from alembic import context

from archive.database.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter most things in place
)
with context.begin_transaction():
    context.run_migrations()
