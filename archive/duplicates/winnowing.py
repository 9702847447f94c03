"""Bands: the hashes by which copies of a text are found."""

from __future__ import annotations

from archive.duplicates.sentences import Text

ALGORITHM = 1
"""Raise it with every change to spelling, words, shingles or bands: stored ones are then out of
date. Add a migration, so that `upgrade` rebuilds them."""

WINDOW = 12
"""Shingles per window: every window gives a band, so bands are at most this far apart."""


def bands(text: Text) -> list[int]:
    """MinHash by window: the smallest of every 12 consecutive shingles (winnowing; Schleimer,
    Wilkerson and Aiken 2003), in rising order. Two texts with 15 equal words in a row share a band,
    wherever these are and however long the texts; one sketch of a whole text would not show that a
    short text is contained in it."""
    shingles = text.shingles
    if len(shingles) <= WINDOW:
        return [min(shingles)]
    starts = range(len(shingles) - WINDOW + 1)
    return sorted({min(shingles[start : start + WINDOW]) for start in starts})
