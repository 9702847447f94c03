"""The codebook beside an export: `FILE.codebook.md`, and its entry in `datapackage.json`."""

from __future__ import annotations

from archive.atomic_file import whole_file
from archive.codebook.contents import Codebook
from archive.codebook.data_package import Export, enter
from archive.codebook.markdown import markdown

_ENDING = ".codebook.md"


def write_beside(book: Codebook, export: Export) -> None:
    """Writes both. Raises ForeignPackage, OSError."""
    folder = export.file.parent
    with whole_file(folder / f"{export.file.name}{_ENDING}") as file:
        file.write(markdown(book, export).encode())
    enter(folder, book, export)
