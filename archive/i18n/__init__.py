"""Messages in Indonesian or English.

In code and templates the English text is the key: `_("Releases")`, `ngettext("%(num)s copy",
"%(num)s copies", n)`. `id.po` has the Indonesian; `make messages` adds new messages to it.
Errors, and the keys of JSON and CSV, are never translated.
"""

from __future__ import annotations

from archive.i18n.catalogue import catalogue
from archive.i18n.languages import LANGUAGES as LANGUAGES
from archive.i18n.languages import language as language
from archive.i18n.languages import speaking as speaking


def gettext(message: str) -> str:
    """The message in the reader's language; imported as `_`."""
    return catalogue(language()).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """The same for a number of things."""
    return catalogue(language()).ngettext(one, many, number)


def N_(message: str) -> str:
    """Marks a message that is translated where it is shown."""
    return message
