"""What of a text goes into the index by which its copies are found."""

from __future__ import annotations

from archive.duplicates.sentences import Text

ALGORITHM = 1
"""Goes up with every change to spelling, words, shingles or bands: what is in an archive was made
by an older one then. A migration must come with it, so that `upgrade` makes it anew."""

WINDOW = 12
"""Shingles a band stands for: a band comes at least this often, on average twice as often."""


def bands(text: Text) -> list[int]:
    """MinHash, window by window: the least of every 12 shingles in a row (winnowing; Schleimer,
    Wilkerson and Aiken 2003), in rising order. Two texts with 15 equal words in a row have a band
    in common, wherever these stand and however long the texts are; one sketch of a whole text
    would not show that a short one is contained in it."""
    shingles = text.shingles
    if len(shingles) <= WINDOW:
        return [min(shingles)]
    starts = range(len(shingles) - WINDOW + 1)
    return sorted({min(shingles[start : start + WINDOW]) for start in starts})
