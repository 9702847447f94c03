"""A place where a schedule runs: this checkout's code, a site on loopback, no politeness."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawler.commands.test_commands import declaration
from tests.crawler.whole_crawls.test_crawl import paged_site
from tests.site import Site, serve

ROOT = Path(__file__).parents[2]
CODE = ("archive", "crawler", "deploy", "scrapy.cfg")
_FAST = """\
from crawler.settings import *
DOWNLOAD_DELAY, AUTOTHROTTLE_ENABLED, CONCURRENT_REQUESTS_PER_DOMAIN, RETRY_TIMES = 0, False, 8, 0
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(paged_site(2)) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, site: Site) -> Path:
    """`arsip-pilkada` in a home of its own, as a clone leaves it, with an arsip.env."""
    home = tmp_path / "arsip-pilkada"
    home.mkdir()
    for name in CODE:
        ignore = shutil.ignore_patterns("__pycache__")
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, home / name, ignore=ignore)
        else:
            shutil.copy(source, home / name)
    (home / ".venv").symlink_to(Path(sys.executable).parents[1])
    (tmp_path / "fast.py").write_text(_FAST)
    (tmp_path / "sources.toml").write_text(declaration(site.home))
    settings = {
        "CONTACT": "redaksi@contoh.id",
        "SOURCES": str(tmp_path / "sources.toml"),
        "SCRAPY_SETTINGS_MODULE": "fast",
        "PYTHONPATH": f"{tmp_path}:{home}",
    }
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    (home / "arsip.env").write_text("".join(lines))
    return home


@pytest.fixture
def bare_environment(tmp_path: Path) -> dict[str, str]:
    """What cron gives a program."""
    kept = ("PATH", "LANG", "TMPDIR")
    return {"HOME": str(tmp_path)} | {name: os.environ[name] for name in kept if name in os.environ}


def sh(command: str, env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", command],
        env=env,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
