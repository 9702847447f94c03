"""Checks whether sources are where the registry expects them, and saves what it learns."""
