"""One WordPress on loopback: PHP's own server, a MariaDB without network, made-up posts.

    apt-get install --no-install-recommends wordpress wordpress-theme-twentytwentyone \\
        wordpress-theme-twentytwentythree php-cli php-mysql php-xml php-mbstring mariadb-server
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from demo.releases import DemoRelease
from tests.web.releases import edited, further, made_up

_SOURCE = Path("/usr/share/wordpress")
_HERE = Path(__file__).parent
_PATIENCE = 60.0
"""Seconds that a server may take to start."""
_PAGES = {
    "Profil": "Kota ini tumbuh dari kampung nelayan di muara sungai. Luasnya 503 km persegi.",
    "Kontak": "Jalan Dermaga Nomor 9. Telepon 112. Layanan pengaduan dibuka setiap hari kerja.",
    "Visi dan Misi": "Terwujudnya kota yang nyaman dihuni. Misi: pelayanan cepat, warga sehat.",
}
_CONFIG = """<?php
define('DB_NAME', '{name}'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', '{home}'); define('WP_SITEURL', '{home}');
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true); define('WP_DEBUG', false);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""


class NotInstalled(Exception):
    """A package is missing; the message says how to install it."""


class WordPress:
    """`with WordPress(folder) as site:` gives a running one with `count` posts.

    `permalinks` is WordPress's own notation; `theme` a theme's folder. Raises NotInstalled, and
    OSError when a server does not start.
    """

    edits_shown = "everything"
    optional: frozenset[str] = frozenset()

    def __init__(
        self,
        folder: Path,
        *,
        name: str = "wordpress-dated",
        count: int = 120,
        address: str = "127.0.5.10",
        permalinks: str = "/%year%/%monthnum%/%day%/%postname%/",
        theme: str = "twentytwentyone",
    ) -> None:
        missing = [p for p in ("php", "mariadbd", "mariadb-install-db") if not _program(p)]
        if missing or not _SOURCE.is_dir():
            raise NotInstalled(f"Not installed: {', '.join(missing) or 'wordpress'}. {__doc__}")
        self.id = f"pemkot-{name}"
        self.city = "Muara Kencana"
        self.folder = folder.resolve()
        self.permalinks, self.theme = permalinks, theme
        self._standing = {r.number: r for r in made_up(count, site=self.id, city=self.city)}
        self.posts: dict[int, dict[str, Any]] = {}
        """What WordPress says of each: its own id and URL, by the release's number."""
        self._withdrawn: list[DemoRelease] = []
        self._address = address
        self._port = _free_port(address)
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def base(self) -> str:
        """Scheme, host and port, without a final slash."""
        return f"http://{self._address}:{self._port}"

    @property
    def entry(self) -> str:
        """Its `[[source]]`: five keys."""
        publisher = f"Pemerintah Kota {self.city}"
        return (
            f'[[source]]\nid = "{self.id}"\nhome = "{self.base}/"\nkind = "pemkot"\n'
            f'publisher = "{publisher}"\nregion = "64.71"\n'
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
        """Path and query of every request since `next_day`."""
        lines = (self.folder / "requests.log").read_text("utf-8", "replace").splitlines()
        return [line.partition(" ")[2] for line in lines]

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Copies WordPress, makes a database, installs, publishes, serves."""
        shutil.rmtree(self.folder, ignore_errors=True)
        # Debian's package is made of symbolic links into other packages.
        shutil.copytree(_SOURCE, self.folder / "www", symlinks=False, ignore_dangling_symlinks=True)
        for file in ("router.php", "manage.php"):
            shutil.copy(_HERE / file, self.folder / "www" / file)
        (self.folder / "www/wp-content/uploads").mkdir(parents=True, exist_ok=True)
        self._database()
        config = _CONFIG.format(name="arsip", socket=self._socket, home=self.base)
        (self.folder / "www/wp-config.php").write_text(config, "utf-8")
        self._order(
            "install",
            title=f"Media Center Kota {self.city}",
            permalinks=self.permalinks,
            theme=self.theme,
            pages=_PAGES,
        )
        self._publish(self.releases)
        self._serve()

    def stop(self) -> None:
        """Ends both servers; the folder stays."""
        for process in reversed(self._processes):
            # PHP's workers outlive their parent, so the whole group is told.
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(_PATIENCE)
        self._processes.clear()

    def url(self, release: DemoRelease) -> str:
        """What WordPress says it is."""
        return str(self.posts[release.number]["url"])

    def edit(self, release: DemoRelease, **changes: object) -> DemoRelease:
        """Rewords it: by `changes` (fields of DemoRelease), else by a sentence more."""
        new = replace(release, **changes) if changes else edited(release)  # type: ignore[arg-type]
        self._standing[release.number] = new
        self._order("edit", id=self.posts[release.number]["id"], post=self._post(new))
        return new

    def withdraw(self, release: DemoRelease) -> None:
        """Into the trash."""
        self._withdrawn.append(self._standing.pop(release.number))
        self._order("withdraw", id=self.posts[release.number]["id"])

    def bring_back(self, release: DemoRelease) -> None:
        """Out of the trash."""
        self._withdrawn.remove(release)
        self._standing[release.number] = release
        self._order("back", id=self.posts[release.number]["id"])

    def bring_all_back(self) -> list[DemoRelease]:
        """All of them, out of the trash."""
        back = list(self._withdrawn)
        for release in back:
            self.bring_back(release)
        return back

    def publish(self, number: int = 1) -> list[DemoRelease]:
        """New posts, newer than all others."""
        new = further(number, self.releases[0], site=self.id, city=self.city)
        self._standing |= {release.number: release for release in new}
        self._publish(new)
        return new

    def next_day(self) -> None:
        """The log begins anew; nothing else changes by itself in a WordPress."""
        (self.folder / "requests.log").write_text("", "utf-8")

    def _publish(self, releases: Iterable[DemoRelease]) -> None:
        posts = [self._post(release) for release in releases]
        for post in self._order("publish", posts=posts):
            self.posts[post["number"]] = post

    def _post(self, release: DemoRelease) -> dict[str, Any]:
        place = release.number // 7
        return {
            "number": release.number,
            "title": release.title,
            "slug": release.slug,
            "published": f"{release.published:%Y-%m-%d %H:%M:%S}",
            "text": release.text,
            "category": release.categories[0],
            "page_break": 2 if place % 11 == 0 and len(release.printed) > 3 else 0,
            "picture": place % 4 == 0,
        }

    def _order(self, does: str, **more: Any) -> list[dict[str, Any]]:
        """Has manage.php do it. Raises OSError with PHP's own words when it fails."""
        order = json.dumps({"do": does, "home": self.base, **more})
        done = subprocess.run(
            ["php", "-d", "display_errors=stderr", "manage.php"],
            cwd=self.folder / "www",
            input=order.encode(),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise OSError(f"{does}: {(done.stdout + done.stderr).decode(errors='replace')[-2000:]}")
        answer: list[dict[str, Any]] = json.loads(done.stdout.decode().rpartition("\n")[2])
        return answer

    @property
    def _socket(self) -> Path:
        # A socket's path may not be longer than 107 octets, so it stands in /tmp.
        return Path(f"/tmp/arsip-wordpress-{os.getpid()}-{self._port}.sock")

    def _database(self) -> None:
        data = self.folder / "mariadb"
        user = [f"--user={os.environ.get('USER', 'root')}"] if os.getuid() == 0 else []
        root = "--auth-root-authentication-method=normal"
        install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", root, *user]
        subprocess.run(install, check=True, capture_output=True)
        told = {
            "datadir": data,
            "socket": self._socket,
            "pid-file": self.folder / "mariadb.pid",
            "innodb-buffer-pool-size": "64M",
        }
        words = [f"--{name}={value}" for name, value in told.items()]
        self._start(
            ["mariadbd", "--no-defaults", "--skip-networking", *words, *user], "mariadb.log"
        )
        client = ["mariadb", "--no-defaults", "-uroot", f"--socket={self._socket}"]
        make = [*client, "-e", "CREATE DATABASE IF NOT EXISTS arsip"]
        _wait(lambda: subprocess.run(make, capture_output=True, check=False).returncode == 0)

    def _serve(self) -> None:
        at = f"{self._address}:{self._port}"
        words = ["php", "-S", at, "-t", ".", "router.php"]
        self._start(words, "access.log", cwd=self.folder / "www", PHP_CLI_SERVER_WORKERS="4")
        _wait(lambda: _answers(self._address, self._port))
        self.next_day()

    def _start(self, words: list[str], log: str, cwd: Path | None = None, **more: str) -> None:
        with (self.folder / log).open("wb") as output:
            environment = {**os.environ, **more}
            self._processes.append(
                subprocess.Popen(
                    words,
                    cwd=cwd,
                    env=environment,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
            )


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _free_port(address: str) -> int:
    with socket.socket() as trial:
        trial.bind((address, 0))
        port: int = trial.getsockname()[1]
        return port


def _answers(address: str, port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex((address, port)) == 0


def _wait(ready: Any) -> None:
    """Raises OSError when it takes too long."""
    end = time.monotonic() + _PATIENCE
    while not ready():
        if time.monotonic() > end:
            raise OSError("A server did not start; see its log beside the pages.")
        time.sleep(0.1)
