"""Every console line of README and docs is run as typed, page by page, in a checkout of its own.

The made-up web of the demo stands for the sites that the docs name. `docs_lines_not_run.toml` lists
the lines that need something else, such as the internet or another machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.web import Web

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "README.id.md", *sorted((ROOT / "docs").glob("*.md"))]
LISTED = tomllib.loads((ROOT / "tests" / "docs_lines_not_run.toml").read_text("utf-8"))
NOT_RUN = {line for group in LISTED["not_run"] for line in group["lines"]}
EXIT_CODES = {line: group["code"] for group in LISTED["exit_code"] for line in group["lines"]}
STANDS_FOR = {
    "pemkot-tanjung-asri": "pemkot-balikpapan",
    "kpu-tanjung-asri": "kpu-balikpapan",
    "pemkot-batu-ampar-baru": "pemkot-bogor",
    "kpu-muara-kencana": "kpu-bogor",
    "pemkot-sungai-lestari": "pemkot-kab-badung",
    "pemkot-muara-kencana": "kpu-kab-badung",
}
"""Which source of the docs a source of the demo's plays."""

BEFORE = [
    "arsip crawlall",
    "arsip package -o crawl.wacz netralitas",
    "arsip backup archive-2026-11-24.db.zst",
    "cp $(find captures -name '*.warc.gz' | head -1) old.warc.gz",
    "mkdir -p ~/data build/demo && cp archive.db ~/data/ && cp archive.db build/demo/",
    "arsip doctor || true  # it finds the newest release of the made-up web old",
    "find . -name 'doctor-*.wacz' ! -name doctor-2026-11-29.wacz -exec mv {} doctor-2026-11-29.wacz \\;",
]
"""What somebody at that desk has done before: the pages name these files."""

_SHELL = re.compile(r"^ *```sh\n(.*?)^ *```", re.M | re.S)
_PROMPTED = re.compile(r"^ *\$ (.+)$", re.M)
_BLOCK = re.compile(r"^ *```.*?^ *```", re.M | re.S)
_IN_TEXT = re.compile(r"`([^`]+)`")
_COMMAND = re.compile(r"(?:\.venv/bin/)?arsip \S+ \S")
_PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b(?!=)|…")


def lines_of(page: Path) -> list[str]:
    """What a page tells people to type: lines of shell blocks, lines after a `$`, and the
    commands with their arguments in its text, unless an argument is a placeholder (`ID`)."""
    text = page.read_text("utf-8")
    lines = [
        line.strip()
        for block in _SHELL.findall(text)
        for line in block.replace("\\\n", " ").splitlines()
    ]
    lines += _PROMPTED.findall(text)
    in_text = (" ".join(span.split()) for span in _IN_TEXT.findall(_BLOCK.sub("", text)))
    lines += [s for s in in_text if _COMMAND.match(s) and not _PLACEHOLDER.search(s)]
    return [bare for line in lines if (bare := re.sub(r"(^| +)# .*", "", line))]


@dataclass(frozen=True)
class Desk:
    """A folder like a checkout in which somebody has crawled, and what the shell knows there."""

    folder: Path
    env: dict[str, str]

    def run(self, lines: list[str]) -> Iterator[tuple[str, int, str]]:
        """The lines, exit codes and outputs, in one shell, so that `cd` and `export` hold."""
        results = self.folder.parents[1] / "results"
        results.mkdir()
        script = "".join(
            f"{{ {line}\n}} >{results}/{n}.out 2>&1 </dev/null\necho $? >{results}/{n}.code\n"
            for n, line in enumerate(lines)
        )
        subprocess.run(["bash", "-c", script], cwd=self.folder, env=self.env, check=True)
        for n, line in enumerate(lines):
            code = int((results / f"{n}.code").read_text())
            yield line, code, (results / f"{n}.out").read_text("utf-8", "replace")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk on which all sites of the demo are archived. No politeness: they are ours."""
    with Web() as web:
        place = tmp_path_factory.mktemp("docs")
        desk = checkout(place, registry(web))
        for line, code, output in desk.run(BEFORE):
            assert code == 0, f"{line}\n{output}"
        shutil.rmtree(place / "results")
        yield desk


def registry(web: Web) -> str:
    """The demo's sources under the ids that the docs name."""
    text = web.sources_toml
    for ours, named in STANDS_FOR.items():
        text = text.replace(f'id = "{ours}"', f'id = "{named}"')
    return text


def checkout(place: Path, registry: str) -> Desk:
    folder = place / "home" / "arsip-pilkada"
    folder.mkdir(parents=True)
    for name in ("archive", "crawler", "demo", "deploy", "docs", "tests", "scrapy.cfg"):
        if name == "crawler":
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            (folder / name).symlink_to(ROOT / name)
    with (folder / "crawler" / "settings.py").open("a") as settings:
        settings.write("\nDOWNLOAD_DELAY, AUTOTHROTTLE_ENABLED, RETRY_TIMES = 0, False, 0\n")
    (folder / ".venv").symlink_to(sys.prefix)
    (place / "sources.toml").write_text(registry, "utf-8")
    env = {
        "HOME": str(place / "home"),
        "PATH": f"{sys.prefix}/bin:{os.environ['PATH']}",
        "PYTHONPATH": str(folder),
        "SOURCES": str(place / "sources.toml"),
        "CONTACT": "redaksi@contoh.id",
        "LANG": "C.UTF-8",
    }
    return Desk(folder, env)


@pytest.fixture
def desk(crawled: Desk, tmp_path: Path) -> Desk:
    """A copy of that desk for one page."""
    first, place = crawled.folder.parents[1], tmp_path / "place"
    shutil.copytree(first, place, symlinks=True)
    env = {name: value.replace(str(first), str(place)) for name, value in crawled.env.items()}
    return Desk(place / crawled.folder.relative_to(first), env)


@pytest.mark.soak
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_line_works_as_typed(page: Path, request: pytest.FixtureRequest) -> None:
    lines = [line for line in lines_of(page) if line not in NOT_RUN]
    if not lines:
        pytest.skip("nothing to type")
    desk: Desk = request.getfixturevalue("desk")
    wrong = [
        f"{line}\nexit {code}\n{output}"
        for line, code, output in desk.run(lines)
        if code != EXIT_CODES.get(line, 0)
    ]
    assert not wrong, "\n\n".join(wrong)


def test_lines_that_are_not_run_are_counted(
    record_property: Callable[[str, object], None],
) -> None:
    typed = [line for page in PAGES for line in lines_of(page)]
    missed = [line for line in typed if line in NOT_RUN]
    record_property("measured", f"console lines of the docs: {len(typed)}, not run {len(missed)}")
    gone = (NOT_RUN | EXIT_CODES.keys()) - set(typed)
    assert not gone, "listed, and on no page"
    assert len(missed) == LISTED["count"]
