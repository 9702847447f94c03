"""The releases of the demo web: what its sites print, and what a crawl must make of it.

One Markdown file a release, in a folder named after its source; `demo/releases/README.md` says
what may stand in the front matter.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Edit:
    """On that morning, `new` stands where `old` stood."""

    morning: int
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRelease:
    """One release as its site prints it on a given morning: the ground truth of the demo."""

    site: str
    """The id of its source."""
    slug: str
    number: int
    """The id its site gives it."""
    title: str
    published: datetime
    """Local time at the source, without offset."""
    text: str
    """All of it as printed, paragraphs joined by a blank line."""
    dateline: str | None = None
    byline: str | None = None
    author_tags: tuple[str, ...] = ()
    election: bool = False
    language: str = "id"
    categories: tuple[str, ...] = ()
    caption: str | None = None
    """Stands under the picture, photo credit included; never part of the release."""
    page_break: int | None = None
    """The release continues on a second page after this paragraph (counted from 1)."""
    repost_of: str | None = None
    """`site/slug` of the release whose text this is."""
    leaves_out: tuple[int, ...] = ()
    """Paragraphs of that release which are missing here; empty: the same text."""
    curly_quotes: bool = False
    """Whether this site's CMS prints the reposted text's straight quotes as curly ones."""
    twin_of: str | None = None
    """The slug of the release this one translates."""
    appears: int = 1
    """The first morning it is on the web."""
    withdrawn: int | None = None
    """The first morning it is not there any more."""
    edits: tuple[Edit, ...] = ()

    @property
    def key(self) -> str:
        """`site/slug`: its file, without the ending."""
        return f"{self.site}/{self.slug}"

    @property
    def published_on(self) -> date:
        """The date the site prints."""
        return self.published.date()

    @property
    def printed(self) -> list[str]:
        """The paragraphs as printed, dateline and byline included."""
        return self.text.split("\n\n")

    @property
    def body(self) -> str:
        """The text without dateline and byline, as the record has it."""
        return self.text.removeprefix(self.dateline or "").removesuffix(self.byline or "").strip()

    def on(self, morning: int) -> DemoRelease:
        """The wording of that morning."""
        text = self.text
        for edit in self.edits:
            if edit.morning <= morning:
                text = text.replace(edit.old, edit.new)
        return replace(self, text=text)


def load(morning: int = 1) -> list[DemoRelease]:
    """The releases standing on the demo web that morning, in their wording of that morning."""
    return [
        release.on(morning)
        for release in every()
        if release.appears <= morning and morning < (release.withdrawn or morning + 1)
    ]


@cache
def every() -> tuple[DemoRelease, ...]:
    """All releases in their first wording, whichever morning they appear, ordered by key.

    Raises ValueError for a file that contradicts itself.
    """
    files = sorted(FOLDER.glob("*/*.md"))
    releases = {release.key: release for release in map(_read, files)}
    for release in releases.values():
        if release.repost_of and not release.text:
            original = releases[release.repost_of]
            releases[release.key] = replace(release, text=_reposted(release, original))
    for release in releases.values():
        _check(release)
    return tuple(releases.values())


def _read(file: Path) -> DemoRelease:
    _, front, text = file.read_text("utf-8").split("+++\n", 2)
    said: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in tomllib.loads(front).items()
    }
    said["edits"] = tuple(Edit(**edit) for edit in said.pop("edit", ()))
    return DemoRelease(site=file.parent.name, slug=file.stem, text=text.strip(), **said)


def _reposted(repost: DemoRelease, original: DemoRelease) -> str:
    """The original's text between the repost's own dateline and byline."""
    paragraphs = original.body.split("\n\n")
    kept = [p for n, p in enumerate(paragraphs, 1) if n not in repost.leaves_out]
    # A desk signs in the last line; a `Sumber :` gets a line of its own.
    glue = " " if (repost.byline or "(").startswith(("(", "[", "*")) else "\n\n"
    text = (repost.dateline or "") + "\n\n".join(kept)
    if repost.curly_quotes:
        text = re.sub(r"(?<!\w)\"|(?<=\()\"", "“", text).replace('"', "”").replace("'", "’")
    return text + glue + repost.byline if repost.byline else text


def _check(release: DemoRelease) -> None:
    """Ground truth has to be true."""
    parts = (release.dateline or "", release.body, release.byline or "")
    if "".join("".join(parts).split()) != "".join(release.text.split()):
        raise ValueError(f"{release.key}: its text has not the dateline and byline it states")
    for edit in release.edits:
        if release.text.count(edit.old) != 1:
            raise ValueError(f"{release.key}: {edit.old!r} does not stand in it exactly once")
