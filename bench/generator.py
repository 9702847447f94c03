"""A site of a real static generator: Nikola builds it from made-up posts, and we serve its
files."""

from __future__ import annotations

import mimetypes
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from demo.releases import DemoRelease
from demo.shapes import Answer
from tests.web.releases import edited, further, made_up
from tests.web.server import Server
from tests.web.shapes.static import conditional

_CONF = """
BLOG_AUTHOR = "Humas"
BLOG_TITLE = "Pemerintah Kota {city}"
SITE_URL = "{base}/"
BLOG_EMAIL = "humas@example.invalid"
BLOG_DESCRIPTION = "Kabar resmi"
DEFAULT_LANG = "id"
TRANSLATIONS = {{DEFAULT_LANG: ""}}
TIMEZONE = "Asia/Makassar"
THEME = "bootblog4"
POSTS = (("posts/*.md", "posts", "post.tmpl"),)
PAGES = (("pages/*.md", "", "page.tmpl"),)
COMPILERS = {{"markdown": [".md"]}}
NAVIGATION_LINKS = {{DEFAULT_LANG: (("/archive.html", "Arsip"), ("/profil/", "Profil"))}}
INDEX_DISPLAY_POST_COUNT = 10
DISABLED_PLUGINS = ["render_galleries", "render_listings"]
"""
_POST = """<!--
.. title: {title}
.. slug: {slug}
.. date: {date} UTC+08:00
.. category: {category}
.. tags: {tags}
-->

{text}
"""
_PROFILE = (
    "Kota ini tumbuh dari kampung nelayan di muara sungai dan dihuni warga dari banyak pulau."
)
_TAGS = 150


class Generated:
    """`with Generated(folder) as site:`; Nikola has to be installed (requirements-bench.txt)."""

    edits_shown = "lead"
    optional: frozenset[str] = frozenset()

    def __init__(self, folder: Path, *, count: int = 120, address: str = "127.0.5.20") -> None:
        if find_spec("nikola") is None:
            raise ModuleNotFoundError("Not installed: nikola (requirements-bench.txt).")
        self.id = "pemkot-nikola"
        self.city = "Batu Kapur"
        self.folder = folder.resolve()
        self._standing = {r.number: r for r in made_up(count, site=self.id, city=self.city)}
        self._withdrawn: list[DemoRelease] = []
        self.server = Server(address, self._respond)

    @property
    def base(self) -> str:
        """Scheme, host and port, without a final slash."""
        return self.server.base

    @property
    def entry(self) -> str:
        """Its `[[source]]`: five keys."""
        return (
            f'[[source]]\nid = "{self.id}"\nhome = "{self.base}/"\nkind = "pemkot"\n'
            f'publisher = "Pemerintah Kota {self.city}"\nregion = "64.71"\n'
        )

    @property
    def releases(self) -> list[DemoRelease]:
        """Those standing now, newest first."""
        return sorted(self._standing.values(), key=lambda r: r.published, reverse=True)

    @property
    def truth(self) -> dict[str, DemoRelease]:
        """Canonical URL of each release standing now."""
        return {self.url(release): release for release in self.releases}

    @property
    def targets(self) -> list[str]:
        """What was asked for since `next_day`."""
        return self.server.log.targets

    def url(self, release: DemoRelease) -> str:
        """Nikola's pretty addresses."""
        return f"{self.base}/posts/{release.slug}/"

    def __enter__(self) -> Self:
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "posts").mkdir(parents=True)
        (self.folder / "pages").mkdir()
        (self.folder / "conf.py").write_text(_CONF.format(city=self.city, base=self.base), "utf-8")
        page = {"title": "Profil", "slug": "profil", "category": "", "tags": "", "text": _PROFILE}
        page["date"] = "2020-02-03 09:00:00"
        (self.folder / "pages/profil.md").write_text(_POST.format(**page), "utf-8")
        self._write(self._standing.values())
        self._build()
        return self

    def __exit__(self, *exception: object) -> None:
        self.server.down()

    def edit(self, release: DemoRelease, **changes: object) -> DemoRelease:
        """Rewords it, and builds the site."""
        new = replace(release, **changes) if changes else edited(release)  # type: ignore[arg-type]
        self._standing[release.number] = new
        self._write([new])
        self._build()
        return new

    def withdraw(self, release: DemoRelease) -> None:
        """Removes its file, and what the generator made of it."""
        self._withdrawn.append(self._standing.pop(release.number))
        (self.folder / f"posts/{release.slug}.md").unlink()
        shutil.rmtree(self.folder / f"output/posts/{release.slug}")
        self._build()

    def bring_back(self, release: DemoRelease) -> None:
        """Puts its file back."""
        self._withdrawn.remove(release)
        self._standing[release.number] = release
        self._write([release])
        self._build()

    def publish(self, number: int = 1) -> list[DemoRelease]:
        """New ones, newer than all others."""
        new = further(number, self.releases[0], site=self.id, city=self.city)
        self._standing |= {release.number: release for release in new}
        self._write(new)
        self._build()
        return new

    def next_day(self) -> None:
        """The log begins anew; nothing changes by itself in files."""
        self.server.log.clear()

    def _write(self, releases: Iterable[DemoRelease]) -> None:
        for release in releases:
            tag = release.number // 7 % _TAGS
            post = _POST.format(
                # A colon would end a field of the head.
                title=release.title,
                slug=release.slug,
                date=f"{release.published:%Y-%m-%d %H:%M:%S}",
                category=release.categories[0],
                tags=f"kabar-{tag}, kelurahan-{tag * 7 % _TAGS}",
                text=release.text,
            )
            (self.folder / f"posts/{release.slug}.md").write_text(post, "utf-8")

    def _build(self) -> None:
        """Raises OSError with Nikola's own words when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "nikola", "build"],
            cwd=self.folder,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise OSError((done.stdout + done.stderr).decode(errors="replace")[-2000:])

    def _respond(self, target: str, headers: Mapping[str, str]) -> Answer:
        path = unquote(urlsplit(target).path).lstrip("/")
        file = (self.folder / "output" / path).resolve()
        if file.is_dir() and target.endswith("/"):
            file /= "index.html"
        elif file.is_dir():
            return Answer.redirect(f"/{path}/")
        if not file.is_file() or not file.is_relative_to(self.folder):
            return Answer(b"<h1>404</h1>", 404)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        changed = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return conditional(Answer(file.read_bytes(), 200, kind), headers, changed)
