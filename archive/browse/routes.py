"""The URL of every page.

A page is a module in `pages/`, which looks up its content, and a template in `templates/`, which
extends `page.html`.
"""

from __future__ import annotations

from typing import Any

from archive.browse.page import page
from archive.browse.pages import (
    captured,
    changes,
    codebook,
    feeds,
    question,
    release,
    results,
    source,
    sources,
    speakers,
    spreadsheet,
    start,
)
from archive.i18n import N_

_RELEASE = r"(?P<release>[a-z0-9-]+:[0-9a-f]{16})"

ROUTES: list[tuple[str, Any]] = [
    (r"^/$", page(start.look_up, "start.html")),
    (r"^/search$", page(results.look_up, "results.html")),
    (r"^/search\.xml$", page(feeds.of_search)),
    (r"^/feeds/(?P<watch>[a-z0-9-]+)\.xml$", page(feeds.of_watch)),
    (r"^/search\.xlsx$", page(spreadsheet.download)),
    (rf"^/release/{_RELEASE}/changes$", page(changes.look_up, "changes.html")),
    (rf"^/release/{_RELEASE}/captured$", page(captured.look_up, "captured.html")),
    (rf"^/capture/{_RELEASE}/(?P<version>\d{{1,6}})$", page(captured.framed)),
    (rf"^/capture/{_RELEASE}/(?P<version>\d{{1,6}})/download$", page(captured.download)),
    (r"^/release/(?P<release>.+)$", page(release.look_up, "release.html")),
    (r"^/codebook$", page(codebook.look_up, "codebook.html")),
    (r"^/codebook\.md$", page(codebook.as_markdown)),
    (r"^/codebook\.json$", page(codebook.as_json)),
    (r"^/sources$", page(sources.look_up, "sources.html")),
    (r"^/source/(?P<source>[a-z0-9-]+)$", page(source.look_up, "source.html")),
    (r"^/speakers$", page(speakers.all_of_them, "speakers.html")),
    (r"^/speaker$", page(speakers.look_up, "speaker.html")),
    (r"^/questions$", page(question.all_of_them, "questions.html")),
    (r"^/questions/(?P<question>[a-z0-9-]+)$", page(question.look_up, "question.html")),
]
"""The first that fits counts; Datasette's own come after these."""


MENU = [
    ("/search", N_("Search")),
    ("/sources", N_("Sources")),
    ("/speakers", N_("Speakers")),
    ("/questions", N_("Questions")),
    ("/archive", N_("Tables and SQL")),
]
"""What stands at the top of every page: address and name."""
