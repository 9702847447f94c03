"""Parses printed dates, and the labels next to them."""
