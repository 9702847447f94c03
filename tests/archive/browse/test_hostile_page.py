"""A captured page that wants to run, fetch and send things, in a real browser: nothing comes of it.

A server on another loopback address counts what a browser asks of it, connections without a request
included.
"""

from __future__ import annotations

import os
import shutil
import socketserver
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest

from archive.browse.captured_page import harmless
from archive.database.connection import open_archive
from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from tests.archive.browse.conftest import CAPTURED, EVIL_URL
from tests.archive.captures.samples import exchange, writer
from tests.archive.samples import MORNING, release, source

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium"),
]
HOSTILE = """<!doctype html><html><head><title>Rilis</title>
<link rel="preconnect" href="{away}"><link rel="dns-prefetch" href="{away}">
<link rel="preload" as="image" href="{away}preload"><link rel="prefetch" href="{away}prefetch">
<link rel="stylesheet" href="{away}sheet.css"><link rel="icon" href="{away}icon.ico">
<link rel="manifest" href="{away}manifest"><link rel="modulepreload" href="{away}module.js">
<base href="{away}based/">
<meta http-equiv="refresh" content="0; url={away}refreshed">
<meta http-equiv="Content-Security-Policy" content="default-src * 'unsafe-inline'">
<style>@import "{away}import.css"; @font-face {{ font-family: F; src: url("{away}font.woff2") }}
body {{ font-family: F; background: url("{away}ground.png") }}
p::before {{ content: url("{away}before.png") }}</style>
<script>new Image().src = "{away}ran-in-head"; fetch("{away}fetched"); top.location = "{away}top"</script>
<script src="{away}script.js"></script></head>
<body onload="new Image().src = '{away}onload'" background="{away}background.png">
<p style="background-image: url('{away}style.png')">Pasar dibuka.</p>
<img src="{away}image.png" srcset="{away}set.png 2x" onerror="fetch('{away}onerror')"><img src="relative.png">
<picture><source srcset="{away}source.png"><img src="x"></picture>
<iframe src="{away}frame"></iframe><iframe srcdoc="<img src='{away}srcdoc'>"></iframe>
<object data="{away}object"></object><embed src="{away}embed"><frameset><frame src="{away}f"></frameset>
<video autoplay poster="{away}poster.png" src="{away}video"><track default src="{away}track"></video>
<audio autoplay src="{away}audio"></audio>
<svg xmlns="http://www.w3.org/2000/svg" onload="fetch('{away}svgload')"><script>fetch("{away}svgscript")</script>
<image href="{away}svg.png" width="9" height="9"/><use href="{away}use.svg#a"/>
<foreignObject><img src="{away}foreign.png"></foreignObject></svg>
<math><mtext><img src="{away}math.png" onerror="fetch('{away}mathload')"></mtext></math>
<form action="{away}form" id="f"><input name="a" autofocus onfocus="fetch('{away}focus')"><input type="image" src="{away}button.png"></form>
<noscript><img src="{away}noscript.png"></noscript><template><img src="{away}template.png"></template>
<details open ontoggle="fetch('{away}toggle')"><summary>Isi</summary></details>
<script>document.getElementById("f").submit()</script></body></html>"""


class Away(socketserver.ThreadingTCPServer):
    """Another host."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.99", 0), _Asked)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.99:{self.server_address[1]}/"


class _Asked(socketserver.StreamRequestHandler):
    server: Away

    def handle(self) -> None:
        self.server.asked.append(self.rfile.readline().decode(errors="replace").strip())
        answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        self.wfile.write(answer)


@pytest.fixture
def away() -> Iterator[Away]:
    with Away() as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def look_at(url: str, profile: Path) -> str:
    """Opens a page in a browser that gives it five seconds of its time. Its DOM."""
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    options += [f"--user-data-dir={profile}", "--virtual-time-budget=5000", "--dump-dom"]
    command = [str(CHROMIUM), *options, url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


@contextmanager
def served(folder: Path, page: bytes) -> Iterator[str]:
    """An archive with a release that has this page as its capture, in the browser's reach."""
    engine = open_archive(str(folder / "archive.db"), create=True)
    store = Store(engine)
    store.register([source("pemkot-contoh")])
    with writer(folder / "captures") as written:
        capture = written.write(exchange(9, page, url=EVIL_URL)).result()
    fetch = Fetch(
        source="pemkot-contoh", url=EVIL_URL, at=MORNING, outcome="release", capture=capture
    )
    store.store(release(9, title="Pasar Pagi", body="Pasar dibuka."), None, fetch)
    engine.dispose()
    command = [sys.executable, "-m", "archive", "--archive", str(folder / "archive.db"), "serve"]
    command += ["--port", "0", "--captures", str(folder / "captures")]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[0]
        process.terminate()


def test_it_asks_nothing_of_another_host(away: Away, tmp_path: Path) -> None:
    page = HOSTILE.format(away=away.url).encode()
    with served(tmp_path, page) as site:
        around = look_at(f"{site}release/{CAPTURED}/captured", tmp_path / "profile")
        alone = look_at(f"{site}capture/{CAPTURED}/1", tmp_path / "profile")
        with urlopen(f"{site}capture/{CAPTURED}/1/download") as answer:
            assert answer.status == 200
    assert "Pasar Pagi" in around
    assert "Pasar dibuka." in alone
    assert away.asked == []


def test_cleaned_alone_it_asks_nothing_either(away: Away, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(harmless(HOSTILE.format(away=away.url).encode(), "text/html"), "utf-8")
    look_at(file.as_uri(), tmp_path / "profile")
    assert away.asked == []


def test_without_protection_it_asks(away: Away, tmp_path: Path) -> None:
    """Else the test above would show nothing."""
    file = tmp_path / "page.html"
    file.write_text(HOSTILE.format(away=away.url), "utf-8")
    look_at(file.as_uri(), tmp_path / "profile")
    assert len({line.split()[1] for line in away.asked if line}) >= 5, away.asked
