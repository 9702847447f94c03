"""The archive: releases, their versions and what became of them, in one SQLite file."""
