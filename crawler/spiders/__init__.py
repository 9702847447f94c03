"""Spiders: one a kind of source, thin on a shared base."""
