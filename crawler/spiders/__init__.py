"""Spiders, one for each kind of source, on a shared base."""
