"""Words of the codebook in the reader's language."""

from __future__ import annotations

from archive.i18n import N_, gettext

_HOW = {
    "registry": N_("from the registry"),
    "printed": N_("printed"),
    "metadata": N_("page metadata"),
    "computed": N_("computed"),
    "people": N_("by people"),
    "crawl": N_("by the crawl"),
}
_GAPS = {
    "never-crawled": N_("No crawl has worked."),
    "before-first-crawl": N_("Before the first crawl: edits and withdrawals were not seen."),
    "not-crawled": N_("No crawl: what came and went was not seen."),
    "crawls-failed": N_("Crawls did not work: what came and went was not seen."),
    "pages-refused": N_("Pages that gave no release."),
    "taken-down": N_("Releases that were taken down."),
    "finding": N_("Found by health."),
}
_VOTES = {
    "general": N_("general election"),
    "local": N_("regional election"),
    "psu": N_("repeated by order of the Constitutional Court"),
    "repeat": N_("repeated after the empty box had won"),
}


def how(word: str) -> str:
    """How a field is obtained."""
    return gettext(_HOW[word])


def gap_kind(word: str) -> str:
    """What kind of gap it is, in a sentence."""
    return gettext(_GAPS[word])


def vote_kind(word: str) -> str:
    return gettext(_VOTES[word])
