"""The files in deploy/ are what systemd, cron, Docker, GitHub and logrotate want to read."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.conftest import ROOT

DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent


def lint(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


def tool(name: str) -> str:
    """A program that is there, or the test is skipped."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed here")
    return found


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    verify = tool("systemd-analyze")
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text()
        assert "/srv/arsip-pilkada" in text
        (tmp_path / unit.name).write_text(text.replace("/srv/arsip-pilkada", str(ROOT)))
    done = lint(verify, "verify", "--man=no", *map(str, tmp_path.iterdir()))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_unit_is_hardened(tmp_path: Path) -> None:
    """systemd's own measure: 0 is safest, 10 is none at all; its word for below 2.1 is OK."""
    unit = DEPLOY / "systemd" / "arsip-pilkada.service"
    done = lint(tool("systemd-analyze"), "security", "--offline=yes", "--threshold=21", str(unit))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_timer_is_at_the_hour_that_cron_and_ci_say() -> None:
    timer = (DEPLOY / "systemd" / "arsip-pilkada.timer").read_text()
    calendar = tool("systemd-analyze"), "calendar", re.findall(r"OnCalendar=(.*)", timer)[0]
    assert "22:15:00 UTC" in lint(*calendar).stdout
    assert re.search(r"^15 22 \* \* \* ", (DEPLOY / "crontab").read_text(), re.M)
    assert workflow()[True]["schedule"] == [{"cron": "15 22 * * *"}]  # YAML reads `on` as true


def test_the_crontab_has_five_fields_and_a_command() -> None:
    lines = (DEPLOY / "crontab").read_text().splitlines()
    entries = [line for line in lines if line and not line.startswith(("#", "MAILTO="))]
    assert [len(re.findall(r"[0-9*]+ ", line[:12])) for line in entries] == [5]


def test_logrotate_accepts_its_file(tmp_path: Path) -> None:
    rotate = tool("logrotate")
    text = (DEPLOY / "logrotate").read_text()
    text = text.replace("/home/arsip/arsip-pilkada", str(tmp_path)).replace("su arsip arsip", "")
    (tmp_path / "rotate.conf").write_text(text)
    (tmp_path / "rotate.conf").chmod(0o644)
    (tmp_path / "morning.log").write_text("a morning\n")
    state = ("-s", str(tmp_path / "state"))
    done = lint(rotate, "-f", *state, str(tmp_path / "rotate.conf"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "morning.log").read_text() == ""
    assert (tmp_path / "morning.log.1").read_text() == "a morning\n"


def test_the_script_is_sound() -> None:
    done = lint(str(BIN / "shellcheck"), "deploy/morning.sh")
    assert (done.returncode, done.stdout) == (0, "")
    assert os.access(DEPLOY / "morning.sh", os.X_OK)


def test_the_settings_are_those_the_script_and_the_crawler_know() -> None:
    names = set(re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "arsip.env").read_text(), re.M))
    read = (DEPLOY / "morning.sh").read_text() + (ROOT / "crawler" / "settings.py").read_text()
    assert names
    for name in names:
        assert re.search(rf'\$\{{{name}:|environ.get\("{name}"', read), name
    assert names >= set(re.findall(r"\$\{([A-Z_]+):", (DEPLOY / "morning.sh").read_text()))


def test_the_container_is_sound() -> None:
    done = lint(str(BIN / "hadolint"), "deploy/Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_container_gets_what_a_crawl_needs_and_no_more() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line]
    allowed = [line[1:] for line in lines if line.startswith("!")]
    assert "*" in lines
    assert all((ROOT / name).exists() for name in allowed)
    needed = ("requirements.txt", "scrapy.cfg", "archive", "crawler", "deploy")
    assert sorted(allowed) == sorted(needed)
    for secret in ("arsip.env", "archive.db", "captures", ".venv", ".git", "backup"):
        assert not any(fnmatch.fnmatch(secret, name) for name in allowed)
    copied = re.findall(r"^COPY (\S+)", (DEPLOY / "Dockerfile").read_text(), re.M)
    assert copied == ["requirements.txt", "."]


def workflow() -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load((DEPLOY / "github-actions.yml").read_text())
    return loaded


def test_the_workflow_is_one() -> None:
    command = (str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows")
    done = lint(*command, "deploy/github-actions.yml")
    assert done.returncode == 0, done.stdout


GH = """\
#!/bin/sh
# GitHub's releases, as folders.
set -eu
cd "$RELEASES"
case "$1 $2" in
"release view") [ -d "$3" ] || exit 1; [ "${4:-}" != --json ] || ls "$3" ;;
"release create") mkdir "$3" ;;
"release download") cp "$3"/$5 "$OLDPWD" ;;
"release upload") to=$3; shift 3; cd "$OLDPWD"; cp "$@" "$RELEASES/$to" ;;
"release delete-asset") rm "$3/$4" ;;
*) exit 9 ;;
esac
"""


@pytest.mark.soak
def test_the_workflow_crawls_keeps_and_commits(
    place: Path, bare_environment: dict[str, str], tmp_path: Path
) -> None:
    """Its own steps, twice, each time in a fresh clone; only GitHub itself is played."""
    origin, releases = tmp_path / "origin.git", tmp_path / "releases"
    releases.mkdir()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(GH)
    (tmp_path / "bin" / "gh").chmod(0o755)
    (place / ".gitignore").write_text((ROOT / ".gitignore").read_text() + "/.venv\n")
    settings = (place / "arsip.env").read_text()
    (place / "arsip.env").unlink()
    me = ("-c", "user.name=uji", "-c", "user.email=uji@contoh.id")
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("add", "-A"),
        (*me, "commit", "-q", "-m", "code"),
        ("clone", "-q", "--bare", ".", str(origin)),
    ):
        subprocess.run(["git", *arguments], cwd=place, check=True)
    env = bare_environment | dict(line.split("=", 1) for line in settings.splitlines())
    job = workflow()["jobs"]["crawl"]
    env |= {"EXPORT": job["env"]["EXPORT"], "RELEASES": str(releases)}
    env["PATH"] = f"{tmp_path / 'bin'}:{env['PATH']}"
    for morning in ("one", "two"):
        clone = tmp_path / morning
        subprocess.run(["git", "clone", "-q", str(origin), str(clone)], check=True)
        (clone / ".venv").symlink_to(place / ".venv")
        env["GITHUB_OUTPUT"] = str(tmp_path / f"{morning}.txt")
        env["PYTHONPATH"] = f"{tmp_path}:{clone}"
        for step in job["steps"]:
            if "run" in step and step["name"] != "Install" and "if" not in step:
                done = subprocess.run(
                    ["bash", "-eo", "pipefail", "-c", step["run"]],
                    cwd=clone,
                    env=env,
                    capture_output=True,
                    text=True,
                    check=False,
                    timeout=120,
                )
                assert done.returncode == 0, step["name"] + done.stdout + done.stderr
        assert Path(env["GITHUB_OUTPUT"]).read_text() == "code=0\n"
        if morning == "one":
            (kept,) = (releases / "archive").iterdir()
            kept.rename(kept.with_name("archive-20240901-221500.db.zst"))
    log = ["git", "-C", str(origin), "log", "--format=%s", "main"]
    subjects = subprocess.run(log, capture_output=True, text=True, check=True).stdout.splitlines()
    # Also where nothing is new: GitHub stops the schedules of a repository that lies still.
    assert [subject[:11] for subject in subjects] == ["Releases of", "Releases of", "code"]
    show = ["git", "-C", str(origin), "show", "main:exports/releases.jsonl"]
    export = subprocess.run(show, capture_output=True, check=True).stdout
    assert len(export.splitlines()) == 4
    assert len(list((releases / "archive").iterdir())) == 2
    (captures,) = releases.glob("captures-*")
    assert len(list(captures.glob("*.warc.gz"))) == 2
