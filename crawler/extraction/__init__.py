"""Extracts releases from pages. Pure: no network, no database."""
