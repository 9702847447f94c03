"""Writes `schema.sql` anew, after a migration was added or changed."""

from __future__ import annotations

from archive.database import migrate
from archive.migrations.schema import migrated_schema

(migrate.SCRIPTS / migrate.SCHEMA).write_text(migrated_schema(), encoding="utf-8")
