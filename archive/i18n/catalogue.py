"""The messages of a language, read from its `.po` file on first use, so nothing has to be
compiled."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def catalogue(language: str) -> NullTranslations:
    """The messages; those of English are their own translation."""
    path = _FOLDER / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    # Imported here: a command that speaks English does without.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
