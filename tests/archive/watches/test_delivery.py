"""Nothing is lost, and what is told twice has the same id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from archive.watches import delivery, watch_file
from archive.watches.delivery import Notice, deliver
from archive.watches.watch import Watch
from tests.archive.conftest import Run
from tests.archive.hook import Hook
from tests.archive.watches.conftest import Days


class Killed(Exception):
    """A stand-in for the end of the program."""


def test_what_was_handed_over_but_not_noted_is_told_again_with_the_same_id(
    days: Days, begun: Any, engine: Engine
) -> None:
    watch = begun()
    days.publish()
    first: list[Notice] = []

    def hand_over(told: Any) -> None:
        first.extend(told)
        raise Killed

    with pytest.raises(Killed):
        deliver(engine, [watch], "mail", hand_over)
    days.publish(body="Panitia menunda semuanya.")
    again = [one.event.id for one in days.told(watch)]
    assert [one.event.id for one in first] == again[:1]
    assert len(again) == 2


def test_each_receiver_has_its_own_place(days: Days, begun: Any) -> None:
    watch = begun()
    days.publish()
    assert len(days.told(watch, to="mail")) == 1
    assert len(days.told(watch, to="hook")) == 1
    assert days.told(watch, to="hook") == []


def test_a_change_that_several_watches_tell_of_comes_once(days: Days, begun: Any) -> None:
    watches = begun("satu"), begun("dua", words="pemilih")
    days.publish()
    (told,) = days.told(*watches)
    assert told.watches == watches


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 9])
def test_many_come_in_several_messages_and_none_is_left_out(
    days: Days, begun: Any, engine: Engine, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(delivery, "MOST", most)
    watches = begun("satu"), begun("dua", words="pasar"), begun("tiga", on=("edited",))
    for number in range(4):
        days.publish(number, body=("Pasar" if number % 2 else "Panitia") + f" nomor {number}.")
    days.publish(1, body="Pasar ditutup.")
    messages: list[list[Notice]] = []
    assert deliver(engine, watches, "mail", lambda told: messages.append(list(told))) == 5
    assert max(map(len, messages)) <= most
    numbers = [one.event.number for told in messages for one in told]
    assert numbers == sorted(numbers)
    both = {len(one.watches) for told in messages for one in told if "Pasar" in one.event.body}
    assert both <= {2, 3}


def test_a_watch_tells_of_nothing_before_it_began(days: Days) -> None:
    days.publish()
    assert days.told(Watch(name="belum")) == []


def test_a_mail(run: Run, days: Days, watches: Path) -> None:
    assert run("watch", "add", "angka", "jumlah", "pemilih", "--region", "64").exit_code == 0
    assert "There is no receiver: give --mail" in run("watch", "run").output
    assert run("watch", "run", "--mail").stdout == "", "cron mails what is printed"
    days.publish(body="Jumlah pemilih 1.200 orang di kota ini.")
    days.publish(body="Jumlah pemilih 1.300 orang di kota ini.", title="Jumlah\u202e Pemilih")
    done = run("watch", "run", "--mail")
    head, _, body = done.stdout.partition("\n\n")
    assert head.splitlines()[0] == "Subject: Arsip Pilkada: 2 changes (angka 2)"
    assert "Message-ID: <" in head
    assert head.isascii()
    assert "Edited (a name, a number or date) · Kantor pemkot-contoh" in body
    assert "Text: [-1.200-] {+1.300+}" in body
    assert "angka: jumlah pemilih · region: 64" in body, "why it came"
    assert "\u202e" not in body
    assert max(map(len, done.stdout.splitlines())) <= 90
    assert run("watch", "run", "--mail").stdout == ""


def test_a_command_that_fails_gets_the_mail_again(
    run: Run, days: Days, watches: Path, tmp_path: Path
) -> None:
    run("watch", "add", "semua")
    days.publish()
    assert run("watch", "run", "--pipe", "no-such-command-here").exit_code == 3
    script = tmp_path / "take"
    script.write_text(f"#!/bin/sh\ncat >>{tmp_path}/mails\n[ -f {tmp_path}/well ]\n")
    script.chmod(0o700)
    failed = run("watch", "run", "--pipe", str(script))
    assert (failed.exit_code, "took no mail: it ended with 1" in failed.output) == (3, True)
    (tmp_path / "well").touch()
    assert run("watch", "run", "--pipe", str(script)).exit_code == 0
    assert run("watch", "run", "--pipe", str(script)).exit_code == 0
    mails = (tmp_path / "mails").read_text().split("Subject: ")[1:]
    assert len(mails) == 2
    assert mails[0] == mails[1], "and with the same Message-ID"


def test_webhooks_of_watches_and_of_the_run(
    run: Run, days: Days, watches: Path, hook: Hook
) -> None:
    run("watch", "add", "hilang", "--on", "withdrawn", "--webhook", hook.url)
    run("watch", "add", "semua")
    days.publish()
    days.withdraw()
    hook.status = 500
    failed = run("watch", "run")
    assert failed.exit_code == 3
    assert "The webhook at 127.0.0.1 answered HTTP 500" in failed.output
    assert "secret" not in failed.output
    hook.status = 204
    assert "1 event to the webhook at 127.0.0.1." in run("watch", "run").output
    first, second = ([one["id"] for one in told["events"]] for told in hook.told)
    assert first == second
    (event,) = hook.told[1]["events"]
    assert (event["what"], event["watches"]) == ("withdrawn", ["hilang"])
    assert hook.told[1]["text"].startswith("1 change (hilang 1)\nWithdrawn: Warga Diajak")
    assert run("watch", "run", "--webhook", f"{hook.url}/all").exit_code == 0
    whole = hook.told[2]["events"]
    assert [one["watches"] for one in whole] == [["semua"], ["hilang", "semua"]]


def test_watches_are_listed_and_removed(run: Run, days: Days, watches: Path) -> None:
    assert "There is no watch yet" in run("watch", "list").output
    run("watch", "add", "semua", "--title", "Semua", "--webhook", "http://127.0.0.1:9/secret")
    days.publish()
    (listed,) = json.loads(run("watch", "list", "--json").output)
    assert (listed["name"], listed["title"], listed["waiting"]) == ("semua", "Semua", 1)
    days.withdraw()
    assert run("watch", "run", "--pipe", "true", "semua").exit_code == 3, "the webhook is nowhere"
    (listed,) = json.loads(run("watch", "list", "--json").output)
    assert listed["waiting"] == 0, "the command was told"
    shown = run("watch", "list").output
    assert "everything" in shown
    assert "127.0.0.1" in shown
    assert "secret" not in shown
    assert run("watch", "remove", "semua").exit_code == 0
    assert watch_file.load(watches) == []
    assert run("watch", "remove", "semua").exit_code == 2


def test_a_watch_that_was_removed_begins_anew(run: Run, days: Days, watches: Path) -> None:
    run("watch", "add", "semua")
    days.publish()
    run("watch", "remove", "semua")
    run("watch", "add", "semua")
    assert run("watch", "run", "--mail").stdout == ""


def test_passing_over_what_was_not_told(run: Run, days: Days, watches: Path) -> None:
    run("watch", "add", "semua")
    days.publish()
    run("watch", "run", "--from-now")
    assert run("watch", "run", "--mail").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["add", "A B"], "name must be small letters and digits with hyphens"),
        (["add", "a", "pasar", "NOT"], "NOT needs something to search for"),
        (["add", "a", "--region", "99"], "The archive has no source in the region 99"),
        (["run", "nope"], "has no watch nope"),
        (["run", "--webhook", "ftp://a.example/"], "it is not an http:// or https:// URL"),
    ],
)
def test_wrong_usage(
    run: Run, days: Days, watches: Path, arguments: list[str], sentence: str
) -> None:
    done = run("watch", *arguments)
    assert (done.exit_code, sentence in " ".join(done.output.split())) == (2, True)
    assert not watches.exists()


def test_a_watch_can_be_added_before_the_first_crawl(run: Run, url: str, watches: Path) -> None:
    assert run("watch", "add", "semua", "--region", "64").exit_code == 0
    assert not Path(url.removeprefix("sqlite:///")).exists()
    assert run("watch", "run").exit_code == 3
