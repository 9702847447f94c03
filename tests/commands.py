"""Commands of Scrapy's, each in a process of its own that is forked from a warm one.

Starting Python and importing Scrapy takes two seconds, a fork takes a tenth of one. The command has
a reactor, signals, output and an exit code of its own all the same.
"""

from __future__ import annotations

import os
import pkgutil
import subprocess
from collections.abc import Mapping
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from scrapy.cmdline import execute

import crawler.commands
import crawler.console
import crawler.extensions
import crawler.middlewares
import crawler.spiders
from tests import fork_server

ROOT = Path(__file__).parents[1]
_WARM = (
    crawler.commands,
    crawler.console,
    crawler.extensions,
    crawler.middlewares,
    crawler.spiders,
)
for package in _WARM:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        import_module(module.name)


def run(
    *arguments: str, environment: Mapping[str, str], timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """`scrapy …` in the checkout, with these variables beside the test's own."""
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = get_context("forkserver").Process(
            target=_execute,
            args=(arguments, os.environ | environment, str(out), str(err), fork_server.place()),
        )
        process.start()
        process.join(timeout)
        if process.is_alive():
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(arguments, timeout, out.read_text(), err.read_text())
        code = process.exitcode
        assert code is not None
        return subprocess.CompletedProcess(arguments, code, out.read_text(), err.read_text())


def _execute(
    arguments: tuple[str, ...],
    environment: dict[str, str],
    out: str,
    err: str,
    place: dict[str, object],
) -> None:
    fork_server.use(place)
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    for path, number in ((out, 1), (err, 2)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    execute(["scrapy", *arguments])
