"""The archive: releases, their versions and withdrawals, in one SQLite file."""

__version__ = "0.1.0"
