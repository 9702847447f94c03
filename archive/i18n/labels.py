"""Labels for words of the database. A word without a label is shown as it is."""

from __future__ import annotations

from archive.i18n import N_, gettext

LABELS: dict[str, dict[str, str]] = {
    "kind": {
        "pemkot": N_("City government"),
        "kpu": N_("Election office"),
        "bawaslu": N_("Election supervisors"),
    },
    "outcome": {
        "ok": N_("well"),
        "partial": N_("in part"),
        "failed": N_("failed"),
        "silent": N_("found nothing"),
        "blocked": N_("was blocked"),
        "unmet": N_("less than expected"),
        "stopped": N_("was stopped"),
        "unfinished": N_("not finished"),
        "never": N_("never"),
    },
    "change": {
        "new": N_("New"),
        "edited": N_("Edited"),
        "withdrawn": N_("Withdrawn"),
        "returned": N_("There again"),
    },
    "state": {
        "current": N_("Up to date"),
        "quiet": N_("Quiet"),
        "unknown": N_("Not visited yet"),
        "impaired": N_("With gaps or flaws"),
        "stale": N_("Stale"),
    },
    "field": {
        "title": N_("Title"),
        "published_on": N_("Date"),
        "published_at": N_("Time"),
        "dateline": N_("Dateline"),
        "body": N_("Text"),
        "byline": N_("Byline"),
        "place": N_("Place"),
        "author_tags": N_("Signed"),
        "credits": N_("Credits"),
        "election": N_("Election"),
        "topics": N_("Topics"),
        "language": N_("Language"),
    },
    "suppressed": {
        "release": N_("release"),
        "version": N_("version"),
        "passage": N_("passage"),
    },
    "weight": {
        "spelling": N_("spelling"),
        "wording": N_("wording"),
        "number": N_("a number or date"),
        "name": N_("a name"),
        "quote": N_("a quote"),
        "statement": N_("a statement"),
    },
    "evidence": {
        "page": N_("printed on the page"),
        "selector": N_("printed on the page"),
        "feed": N_("from the feed"),
        "rest": N_("from the site's interface"),
        "schema": N_("from the page's metadata"),
        "text": N_("named in the text"),
        "url": N_("from the address"),
        "correction": N_("corrected by a person"),
    },
    "role": {
        "writer": N_("Writer"),
        "photo": N_("Photo"),
        "editor": N_("Editor"),
        "unit": N_("Desk"),
        "source": N_("From"),
    },
    "stage": {
        "badan ad hoc": N_("ad hoc bodies"),
        "voter lists": N_("voter lists"),
        "candidates": N_("candidates"),
        "campaign": N_("campaign"),
        "quiet days": N_("quiet days"),
        "vote": N_("vote"),
        "recapitulation": N_("recapitulation"),
        "vote again": N_("vote again"),
    },
    "flag": {
        "text-in-attachment": N_("The text is in a document."),
        "text-doubtful": N_("Another reading of the page finds much more text."),
        "dates-disagree": N_("The page names another date as well."),
        "weekday-mismatch": N_("The weekday printed does not fit the date."),
        "year-from-weekday": N_("The year was worked out from the weekday."),
        "relative-date": N_("The date was printed as “… ago”."),
        "date-of-change": N_("The date is that of a change."),
        "https-downgrade": N_("The page came without encryption."),
        "certificate-unchecked": N_("The site's certificate was not checked."),
    },
}


def label(word: str, of: str) -> str:
    """What a word of the database is called: `"partial"|label("outcome")`."""
    return gettext(LABELS[of].get(word, word))


def plain(markdown: str) -> str:
    """A note of docs/questions.md without its marks."""
    return markdown.replace("`", "").replace("*", "")
