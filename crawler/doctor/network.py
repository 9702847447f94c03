"""Judges the network by the first responses of some unrelated hosts.

No verdict depends on words: that unrelated hosts fail alike, send the same page or redirect to
one other host is evidence about the network, not about the hosts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from crawler.doctor.check import FAIL, PASS, WARN, Check
from crawler.run.connectivity_check import NO_SUCH_HOST, Contact

_TELLING = 3
"""From this many unrelated hosts on, a failure is the network's rather than theirs."""
_MOST = 2 / 3
_SLOW = 5.0
"""Seconds for a robots.txt; city sites take 1.6 s (median)."""
_DEAD = ("no-network", "captive-portal")
_ADVICE = {
    "no-network": "Connect this machine to the internet, or fix its DNS server, and try again.",
    "captive-portal": "Open any page in a browser, sign in to the network, and try again.",
    "certificates": (
        "Set the clock, update this machine's certificates (the package ca-certificates), or ask "
        "the network's administrator whether it intercepts encrypted connections."
    ),
    "refused": (
        "Try from a network in Indonesia; write to the offices if they refuse you there as well."
    ),
    "slow": "Use a better connection, or crawl at a quieter hour.",
    "hosts": "Check whether these sites open in a browser; the other sources can be crawled.",
}
_SAID = {
    NO_SUCH_HOST: "This machine has no network or no DNS: {of} host names are not found.",
    "no-route": "This machine has no network: there is no route to {of} hosts.",
}


def judge_network(contacts: Sequence[Contact]) -> Check:
    """One verdict about all hosts."""
    asked = len(contacts)
    if not asked:
        return Check(name="network", verdict=WARN, cause="not-asked", said="No host was asked.")
    for judge in (_failed_alike, _answered_by_another, _refused):
        if check := judge(contacts):
            return check
    silent = [each for each in contacts if each.reason is not None]
    if silent:
        listed = ", ".join(f"{each.host} ({each.reason})" for each in silent)
        verdict = FAIL if len(silent) == asked else WARN
        return _check(
            "hosts", f"{_of(len(silent), asked)} hosts did not answer: {listed}.", verdict
        )
    seconds = median(each.seconds for each in contacts)
    if seconds > _SLOW:
        result = f"{asked} hosts answered, but took {seconds:.0f} s for a small file (median)."
        return _check("slow", result, WARN)
    return Check(name="network", verdict=PASS, said=f"{asked} hosts answered.")


def find_dead_network(contacts: Sequence[Contact]) -> Check | None:
    """The verdict if a crawl certainly cannot work: there is no network, or something else
    responds in the hosts' place. Hosts that refuse us are not a fault of the network."""
    check = judge_network(contacts)
    return check if check.cause in _DEAD else None


def _failed_alike(contacts: Sequence[Contact]) -> Check | None:
    """Whether most hosts failed in the same way."""
    reasons = Counter(each.reason for each in contacts if each.reason is not None)
    if not reasons:
        return None
    reason, number = reasons.most_common(1)[0]
    if not _is_most(number, contacts):
        return None
    of = _of(number, len(contacts))
    if result := _SAID.get(reason or ""):
        return _check("no-network", result.format(of=of))
    if reason == "certificate":
        return _check("certificates", f"The certificates of {of} unrelated hosts are not trusted.")
    if reason == "timeout":
        result = f"{of} hosts do not answer from here in time, perhaps because it is abroad."
        return _check("no-answer", result)
    result = f"{of} hosts refuse connections from here ({reason}), perhaps because it is abroad."
    return _check("refused", result)


def _answered_by_another(contacts: Sequence[Contact]) -> Check | None:
    """Whether something responds in the hosts' place: the same page, the same redirect."""
    for kind, what in (
        (
            Counter(each.leads_to for each in contacts if each.leads_to),
            "lead to the same other host",
        ),
        (Counter(each.page for each in contacts if each.page), "answer with the same page"),
    ):
        number = max(kind.values(), default=0)
        if _is_most(number, contacts):
            result = f"{_of(number, len(contacts))} unrelated hosts {what}: another server answers."
            return _check("captive-portal", result)
    return None


def _refused(contacts: Sequence[Contact]) -> Check | None:
    number = sum(each.refused for each in contacts)
    if not _is_most(number, contacts):
        return None
    of = _of(number, len(contacts))
    return _check("refused", f"{of} hosts answer, but refuse requests from here.")


def _is_most(number: int, contacts: Sequence[Contact]) -> bool:
    return number >= _TELLING and number >= _MOST * len(contacts)


def _of(number: int, asked: int) -> str:
    return f"{number} of {asked}"


def _check(cause: str, said: str, verdict: str = FAIL) -> Check:
    advice = _ADVICE.get(cause) or _ADVICE["refused"]
    return Check(name="network", verdict=verdict, cause=cause, said=said, advice=advice)
