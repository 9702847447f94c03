"""Queries about one release, source, author tag or speaker, and counts of the whole archive."""
