"""What is wrong with a network is named rightly, from how unrelated hosts answer."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.project import get_project_settings

from crawler.doctor.check import Check
from crawler.doctor.network import find_dead_network, judge_network
from crawler.registry.reader import load_sources
from crawler.registry.source import Source
from crawler.run import connectivity_check
from crawler.run.connectivity_check import Contact, make_contact
from tests.site import Answer, Pages, serve

Ask = Callable[..., Check]
PORTAL = Answer(b"<html><title>Selamat datang</title>", headers={"Content-Type": "text/html"})


@pytest.fixture
def ask(tmp_path: Path, event_loop_thread: asyncio.AbstractEventLoop) -> Ask:
    """Asks the hosts of these home pages, and judges."""

    def run(homes: list[str], seconds: float = 10.0) -> Check:
        own = get_project_settings()
        own.setdict({"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False}, priority="cmdline")
        work = make_contact(
            AsyncCrawlerRunner(own), own, _sources(tmp_path, homes), seconds=seconds
        )
        contacts = asyncio.run_coroutine_threadsafe(work, event_loop_thread).result(timeout=30)
        assert len(contacts) == len(homes)
        return judge_network(contacts)

    return run


def _sources(folder: Path, homes: list[str]) -> list[Source]:
    file = folder / "s.toml"
    file.write_text(
        "".join(
            f'[[source]]\nid = "kota-{n}"\nkind = "pemkot"\npublisher = "Kota {n}"\n'
            f'region = "64.71"\nhome = "{home}"\n'
            for n, home in enumerate(homes)
        ),
        encoding="utf-8",
    )
    return load_sources(file)


@pytest.fixture
def three() -> Iterator[Callable[[Pages], list[str]]]:
    """Three unrelated sites with the same pages."""
    with ExitStack() as sites:
        yield lambda pages: [sites.enter_context(serve(dict(pages))).home for _ in range(3)]


def test_a_resolver_that_does_not_answer_is_no_network(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: never.wait(5))
    monkeypatch.setattr(connectivity_check, "_RESOLVER_SECONDS", 0.1)
    monkeypatch.setattr(connectivity_check.find_unresolved, "__defaults__", (0.1,))
    found = ask([f"https://{name}.contoh-{name}.go.id/" for name in ("satu", "dua", "tiga")])
    never.set()
    assert (found.verdict, found.cause) == ("fail", "no-network")
    assert "3 of 3 host names" in found.said


def test_no_route_is_no_network(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *_: errno.ENETUNREACH)
    found = ask([f"http://127.0.2.{n}:9/" for n in (1, 2, 3)])
    assert (found.cause, "no route to 3 of 3" in found.said) == ("no-network", True)


def test_hosts_that_refuse_are_no_missing_network(ask: Ask) -> None:
    found = ask([f"http://127.0.2.{n}:9/" for n in (1, 2, 3)])
    assert (found.verdict, found.cause) == ("fail", "refused")
    assert "perhaps because it is abroad" in found.said


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (PORTAL, "captive-portal"),
        (Answer(status=302, headers={"Location": "http://masuk.hotel.example/"}), "captive-portal"),
        (Answer(b"<html>no", 403), "refused"),  # a common server's own page
        (Answer(b"<html>masuk", 511), "captive-portal"),
        (Answer(b"no", 403), "refused"),
        (Answer(b"User-agent: *\n", headers={"Content-Type": "text/plain"}), None),
        (Answer(b"", 404), None),
        (Answer(b"<html>404 Not Found", 404), None),  # servers of one make say so alike
    ],
)
def test_who_answers_is_told_by_comparison(
    ask: Ask, three: Callable[[Pages], list[str]], answer: Answer, cause: str | None
) -> None:
    assert ask(three({"*": answer})).cause == cause


def test_a_slow_network_and_one_that_never_answers(
    ask: Ask, three: Callable[[Pages], list[str]]
) -> None:
    go = threading.Event()

    def hold() -> Answer:
        go.wait(20)
        return Answer(b"")

    assert ask(three({"*": hold}), seconds=1.0).cause == "no-answer"
    go.set()
    assert judge_network([_contact(n, seconds=9.0) for n in range(3)]).cause == "slow"


def _contact(number: int, **values: Any) -> Contact:
    return Contact(source=f"kota-{number}", host=f"kota-{number}.go.id", **values)


@pytest.mark.parametrize(
    ("reasons", "verdict", "cause", "down"),
    [
        ([None, None, None], "pass", None, False),
        ([None, None, "timeout"], "warn", "hosts", False),
        (["no-such-host", "timeout", "unreachable"], "fail", "hosts", False),
        (["no-such-host"], "fail", "hosts", False),  # one host says nothing of the network
        (["certificate"] * 3, "fail", "certificates", False),
        (["no-such-host"] * 4 + [None], "fail", "no-network", True),
        (["unreachable"] * 3, "fail", "refused", False),
    ],
)
def test_a_verdict_needs_several_hosts_that_fail_alike(
    reasons: list[str | None], verdict: str, cause: str | None, down: bool
) -> None:
    contacts = [_contact(number, reason=reason) for number, reason in enumerate(reasons)]
    found = judge_network(contacts)
    assert (found.verdict, found.cause) == (verdict, cause)
    assert (find_dead_network(contacts) is not None) == down
