"""Deliveries that are killed at any moment, beside a crawl that goes on: nothing is lost, and what
is told twice has the same id."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.archive.conftest import Run
from tests.archive.hook import Hook
from tests.archive.watches.conftest import Days

KILLS = 20


@pytest.mark.soak
def test_no_event_is_lost_in_twenty_kills(
    run: Run,
    days: Days,
    engine: Engine,
    url: str,
    watches: Path,
    hook: Hook,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    run("watch", "add", "semua", "--webhook", hook.url)
    run("watch", "add", "pasar", "pasar", "--webhook", hook.url)
    enough = threading.Event()

    def crawling() -> None:
        """Until all kills are done: without news there is nothing to kill amid."""
        for number in itertools.count():
            if number >= 300 and enough.wait(0.1):
                return
            days.publish(number, body=f"Pasar nomor {number}.")
            if number % 3 == 0:
                days.publish(number, body=f"Pasar nomor {number} ditutup.")
            if number % 7 == 0:
                days.withdraw(number)

    crawl = threading.Thread(target=crawling)
    crawl.start()
    mails = tmp_path / "mails"
    take = tmp_path / "take"
    take.write_text(f"#!/bin/sh\ncat >>{mails}\n")
    take.chmod(0o700)
    command = [sys.executable, "-m", "archive", "watch", "run", "--pipe", str(take)]
    environment = os.environ | {"ARCHIVE_URL": url, "WATCHES": str(watches)}
    chance = random.Random(23)
    killed = 0
    while killed < KILLS:
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        # Every other time when the webhook has the message and has not answered yet.
        hook.heard = process.kill if killed % 2 else int
        try:
            process.wait(60 if killed % 2 else chance.uniform(0.4, 1.4))
        except subprocess.TimeoutExpired:
            process.kill()
        killed += process.wait() == -signal.SIGKILL
    hook.heard = int
    enough.set()
    crawl.join()
    deadline = time.monotonic() + 60
    while subprocess.run(command, env=environment, check=False).returncode:
        assert time.monotonic() < deadline
    with engine.connect() as connection:
        happened = connection.execute(text("SELECT release, what, at FROM changes")).all()
    expected = {
        f"tag:arsip-pilkada,2026:{release}/{what}"
        + ("" if what == "new" else "/" + at.replace("-", "").replace(":", ""))
        for release, what, at in happened
    }
    told = [event["id"] for message in hook.told for event in message["events"]]
    assert len(expected) == len(happened) > 400
    assert set(told) == expected
    mailed = mails.read_text()
    assert all(release in mailed for release, _, _ in happened)
    doubles = len(told) - len(expected)
    assert doubles > 0, "no kill came at the worst moment"
    record_property("measured", f"{killed} kills, {len(expected)} events, {doubles} told twice")
