"""Backup and restore, verification, WACZ packages, and repair of wrong clocks."""
