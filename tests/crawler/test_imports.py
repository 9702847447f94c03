"""What is loaded where: what nobody needs there costs every start, and every reader."""

from __future__ import annotations

import subprocess
import sys
from pkgutil import iter_modules

import pytest

from archive import commands
from crawler import commands as ours

READING = ("trafilatura", "htmldate", "py3langid", "numpy", "dateparser")
CRAWLING = (
    "crawler.commands.crawlall, crawler.console.crawl_command, crawler.spiders.kinds, crawler.pipelines, crawler.run.crawl_run, "
    "crawler.extensions.warc_capture, crawler.middlewares.robots_txt"
)
READERS = (
    "crawler.extraction.worker_preload, crawler.responses.page_reading_preload, "
    "crawler.responses.page_reading, crawler.extraction.worker_pool"
)


@pytest.mark.parametrize(
    ("modules", "needless"),
    [
        pytest.param(CRAWLING, (*READING, "alembic"), id="the crawling process"),
        pytest.param(
            READERS,
            ("scrapy", "twisted", "alembic", "crawler.run", "crawler.crawl"),
            id="the readers, their tasks included",
        ),
        pytest.param(
            ", ".join(f"crawler.commands.{name.name}" for name in iter_modules(ours.__path__)),
            ("sqlalchemy", "alembic", "rich", "archive.database", "crawler.crawl", *READING),
            id="Scrapy, which imports all its commands to run one",
        ),
        pytest.param(
            ", ".join(f"archive.commands.{name.name}" for name in iter_modules(commands.__path__)),
            ("scrapy", "twisted", "alembic", *READING),
            id="the archive's commands",
        ),
    ],
)
def test_a_process_does_not_load_what_another_needs(
    modules: str, needless: tuple[str, ...]
) -> None:
    assert not loaded_by(modules).intersection(needless)


def loaded_by(modules: str) -> set[str]:
    """All modules there are in a process of its own after an import."""
    program = f"import sys, {modules}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return set(done.stdout.decode().split())
