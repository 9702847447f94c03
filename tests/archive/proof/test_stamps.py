"""The head of the log is stamped by a service, and what a stamp covers and when it is one."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from archive.curation.erasure import erase
from archive.curation.takedown import Wanted, suppress
from archive.fingerprint import release_id
from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from archive.preservation.repair import repair
from archive.proof import stamping
from archive.proof.stamp_check import Stamps, check_stamps
from tests.archive.captures.samples import exchange, files, writer
from tests.archive.conftest import Run
from tests.archive.proof.stamp_service import Service, certified, serving
from tests.archive.proof.test_log import forge, kinds, log
from tests.archive.samples import BODY, DAY, MORNING, release

SOURCE = "pemkot-contoh"
ID = release_id(SOURCE, release(1).url)


@pytest.fixture
def captures(tmp_path: Path, store: Store) -> Path:
    """Two releases with their captures."""
    folder = tmp_path / "captures"
    with writer(folder) as written:
        for number in (1, 2):
            url = release(number).url
            fetch = Fetch(
                source=SOURCE,
                url=url,
                at=MORNING,
                outcome="release",
                capture=written.write(exchange(number, BODY.encode() * 9, url=url)).result(),
            )
            store.store(release(number), None, fetch)
    return folder


def stamp(run: Run, captures: Path, *services: str, code: int = 0) -> dict[str, Any]:
    named = [part for one in services for part in (("--service", one) if "/" in one else (one,))]
    done = run("stamp", "--captures", str(captures), "--json", *named)
    assert done.exit_code == code, done.output
    told: dict[str, Any] = json.loads(done.output)
    return told


def outcomes(told: dict[str, Any]) -> list[str]:
    return [one["outcome"] for one in told["services"]]


def verified(
    run: Run, captures: Path, *options: str | Path
) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    told = json.loads(
        run("verify", "--json", "--captures", str(captures), *map(str, options)).output
    )
    return [(one["what"], one["where"]) for one in told["findings"]], told["proof"]


def test_a_stamp_covers_what_was_before_it(
    run: Run, engine: Engine, store: Store, captures: Path, service: Service, root: Path
) -> None:
    told = stamp(run, captures, service.url)
    assert (told["files_entered"], outcomes(told)) == (1, ["stamped"])
    assert kinds(engine) == ["begin", "release", "release", "captures", "stamp"]
    store.store(
        release(3), None, Fetch(source=SOURCE, url=release(3).url, at=MORNING, outcome="release")
    )
    findings, proof = verified(run, captures, "--roots", root)
    assert (findings, proof["stamped"], proof["versions"]) == ([], 2, 3)
    assert (proof["issuers_not_checked"], proof["not_checked"]) == (0, 0)
    shown = run("verify", "--captures", str(captures)).output
    assert "2 of 3 versions existed before 20" in shown
    assert "UTC (127.0.0.1); 1 are not yet stamped." in shown
    assert "who issued their certificates is not checked" in shown
    assert verified(run, captures, "--roots", certified(captures.parent / "other"))[0] == [
        ("stamp", "of event 4 by 127.0.0.1")
    ]


def test_a_service_is_asked_once_a_day_and_only_for_news(
    run: Run, store: Store, captures: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp(run, captures, service.url)
    assert outcomes(stamp(run, captures, service.url, "--now")) == ["unchanged"]
    store.store(release(3), None)
    assert outcomes(stamp(run, captures, service.url)) == ["today"]
    assert service.asked == 1
    assert outcomes(stamp(run, captures, service.url, "--now")) == ["stamped"]
    store.store(release(4), None)
    monkeypatch.setattr(stamping, "DAILY", -DAY)
    assert outcomes(stamp(run, captures, service.url)) == ["stamped"]


def test_what_one_stamp_misses_the_next_one_covers(
    run: Run, engine: Engine, captures: Path, service: Service
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{nobody.getsockname()[1]}/tsr"
        told = stamp(run, captures, away, service.url, code=1)
        assert outcomes(told) == ["failed", "stamped"]
        assert "could not be asked" in told["services"][0]["why"]
    assert verified(run, captures)[1]["stamped"] == 2
    sentence = run("stamp", "--captures", str(captures), "--service", away)
    assert (sentence.exit_code, sentence.output.count("\n")) == (1, 1)
    assert "The next one covers this too." in sentence.output


def test_only_a_stamp_of_this_request_is_stored(
    run: Run, engine: Engine, captures: Path, service: Service
) -> None:
    for status, answer, why in (
        (500, b"x", "HTTP 500"),
        (302, b"x", "HTTP 302"),
        (200, b"<html>", "no time stamp"),
        (200, b"x" * 70_000, "65,536 bytes"),
        (200, bytes.fromhex("30053003020102"), "it was refused"),
    ):
        service.status, service.answer = status, answer
        assert why in stamp(run, captures, service.url, code=1)["services"][0]["why"]
    service.status, service.answer = 200, b""
    stamp(run, captures, service.url)
    with engine.connect() as connection:
        [(replayed,)] = connection.exec_driver_sql("SELECT answer FROM stamps")
    service.answer = replayed
    store = Store(engine)
    store.store(release(3), None)
    told = stamp(run, captures, service.url, "--now", code=1)
    assert told["services"][0]["why"] == "its answer is refused: it is of something else"
    assert kinds(engine).count("stamp") == 1


def test_the_services_stand_in_the_environment(
    run: Run, engine: Engine, captures: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMESTAMP_SERVICES", f"{service.url} {service.url}/second")
    assert outcomes(stamp(run, captures)) == ["stamped", "stamped"]


def test_wrong_usage(run: Run, engine: Engine, captures: Path) -> None:
    for arguments in ((), ("--service", "ftp://x/"), ("--service", "http://x/", "--roots", "none")):
        assert run("stamp", "--captures", str(captures), *arguments).exit_code == 2


@pytest.mark.parametrize(
    ("forgery", "where"),
    [
        (
            "UPDATE stamps SET answer = CAST(substr(answer, 1, 300) || x'00' || substr(answer, 302) AS BLOB)",
            "of event 4 by 127.0.0.1",
        ),
        ("UPDATE stamps SET answer = zeroblob(9)", "of event 4 by 127.0.0.1"),
        ("UPDATE stamps SET at = '2020-01-01T00:00:00Z'", "of event 4 by 127.0.0.1"),
        ("UPDATE stamps SET number = 3", "of event 3 by 127.0.0.1"),
        ("DELETE FROM stamps", "of event 4 by 127.0.0.1"),
        ("DELETE FROM events WHERE number >= 4", "of event 4 by 127.0.0.1"),
    ],
)
def test_a_forged_stamp_is_named(
    run: Run, engine: Engine, captures: Path, service: Service, forgery: str, where: str
) -> None:
    stamp(run, captures, service.url)
    forge(engine, forgery)
    assert ("stamp", where) in verified(run, captures)[0]


def test_any_byte_of_a_stamp_counts(
    run: Run, engine: Engine, captures: Path, service: Service
) -> None:
    stamp(run, captures, service.url)
    with engine.connect() as connection:
        [(answer,)] = connection.exec_driver_sql("SELECT answer FROM stamps")
    for place in range(0, len(answer), 97):
        changed = bytearray(answer)
        changed[place] ^= 1
        forge(engine, f"UPDATE stamps SET answer = x'{changed.hex()}'")  # noqa: S608
        with engine.connect() as connection:
            [doubt] = check_stamps(connection, (), Stamps())
        assert (doubt.what, doubt.where) == ("stamp", "of event 4 by 127.0.0.1")


def test_a_swapped_stamp_is_named(
    run: Run, engine: Engine, store: Store, captures: Path, service: Service
) -> None:
    """Of an earlier head, put in the place of a later one, with the log made to agree."""
    stamp(run, captures, service.url)
    store.store(release(3), None)
    stamp(run, captures, service.url, "--now")
    forge(
        engine,
        "UPDATE stamps SET answer = (SELECT answer FROM stamps ORDER BY number LIMIT 1)",
    )
    assert [word for word, _ in verified(run, captures)[0] if word == "stamp"] == ["stamp"]


def test_a_changed_capture_is_named_even_if_its_digests_agree(
    run: Run, engine: Engine, captures: Path, service: Service
) -> None:
    stamp(run, captures, service.url)
    [path] = files(captures)
    name = path.relative_to(captures).as_posix()
    kept = path.read_bytes()
    (captures / "other").mkdir()
    with writer(captures / "other") as written:  # the same place and length, other words
        body = BODY.replace("warga", "wakil").encode() * 9
        written.write(exchange(1, body, url=release(1).url)).result()
    [forged] = files(captures / "other")
    with engine.connect() as connection:
        rows = "SELECT capture_offset, capture_record_id FROM versions WHERE release = :one"
        [(offset, record)] = connection.exec_driver_sql(rows.replace(":one", f"'{ID}'"))
    forged.rename(path)
    forge(
        engine,
        f"UPDATE versions SET capture_record_id = '{_record(path)}' WHERE release = '{ID}'",  # noqa: S608
    )
    findings = verified(run, captures)[0]
    assert ("capture-file", name) in findings
    assert ("event", ID) in findings
    assert ("capture", ID) in findings
    path.write_bytes(kept)
    forge(engine, f"UPDATE versions SET capture_record_id = '{record}' WHERE release = '{ID}'")  # noqa: S608
    assert verified(run, captures)[0] == []
    assert offset > 0


def _record(path: Path) -> str:
    from tests.archive.captures.samples import records

    return next(one["WARC-Record-ID"] for one in records(path) if one["WARC-Type"] == "response")


def test_capture_files_may_move_be_dropped_and_be_erased(
    run: Run, engine: Engine, captures: Path, service: Service
) -> None:
    ways = captures / "2020-01-01" / "arsip-20200101000000-1-a-ways.warc.gz"
    ways.parent.mkdir()
    ways.write_bytes(files(captures)[0].read_bytes())
    stamp(run, captures, service.url)
    assert run("captures", "--drop-older-than", "90", "--captures", str(captures)).exit_code == 0
    assert kinds(engine)[-1] == "captures-dropped"
    [path] = files(captures)
    path.rename(path.with_name("moved.warc.gz"))
    assert {word for word, _ in verified(run, captures)[0]} == {"capture"}
    repair(engine, captures)
    assert verified(run, captures)[0] == []
    one = suppress(engine, Wanted(ID), "Putusan", "Sari", MORNING)
    assert erase(engine, captures, one.id, "Putusan", "Sari", datetime.now(UTC)) == 1
    assert verified(run, captures)[0] == []
    assert BODY[:20] not in json.dumps(log(engine))
    stamp(run, captures, service.url, "--now")
    assert verified(run, captures)[0] == []
    files(captures)[0].unlink()
    assert "capture-file" in {word for word, _ in verified(run, captures)[0]}


def test_two_services_are_asked(
    run: Run, engine: Engine, captures: Path, service: Service, tmp_path: Path
) -> None:
    certified(tmp_path / "second", "Another Root")
    with serving(tmp_path / "second") as second:
        assert outcomes(stamp(run, captures, service.url, second.url)) == ["stamped", "stamped"]
    assert verified(run, captures)[1]["issuers_not_checked"] == 2
