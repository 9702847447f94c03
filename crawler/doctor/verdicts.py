"""Judges a family of sites by the crawl of one source."""

from __future__ import annotations

from datetime import date
from statistics import median

from crawler.doctor.check import FAIL, PASS, WARN, Check
from crawler.doctor.trial_crawls import Canary

_FEW_WORDS, _TOO_FEW_WORDS = 60, 20
"""Median words of the releases: below the first, text may be missing; below the second, it is."""
_LATE, _TOO_LATE = 60, 730
"""Days since the newest release: offices publish every few days."""
_PROBE = "Run arsip probe {home} to see which seeds lead to releases, and report the page."
_REPORT = "Compare a release with its record, and report it with the file of this run."
_REACH = {
    "blocked": "Open the site in a browser and write to the office; the crawler evades nothing.",
    "failed": "Open the site in a browser; if it has moved, correct its home in the registry.",
    "silent": _PROBE,
    "needs-javascript": "Declare a feed, a sitemap or WordPress's REST address in its TOML.",
    "stopped": "Run the doctor again, or for this source alone: --source {id}",
}


def judge_canary(canary: Canary, today: date) -> list[Check]:
    """A check for each field that should be extracted; only `site` if no release was read."""
    checks = [_judge_site(canary)]
    if canary.outcome in ("blocked", "failed") and not canary.releases:
        return checks
    checks.append(_judge_list(canary))
    if canary.releases:
        for judge in (_judge_titles, _judge_words, _judge_bylines, _judge_doubts):
            checks.append(judge(canary))
        checks.append(_judge_dates(canary, today))
    if canary.rejected or canary.failed:
        checks.append(_judge_refusals(canary))
    return checks


def _judge_site(canary: Canary) -> Check:
    if canary.outcome in ("ok", "partial", "unmet"):
        return Check(name="site", verdict=PASS, said=f"{canary.requests} requests.")
    advice = _REACH.get(canary.outcome, _PROBE)
    verdict = WARN if canary.outcome == "stopped" or canary.releases else FAIL
    return Check(
        name="site",
        verdict=verdict,
        cause=canary.outcome,
        said=canary.reason or canary.outcome,
        advice=_fill(advice, canary),
    )


def _judge_list(canary: Canary) -> Check:
    if canary.named:
        by = f" ({', '.join(canary.seeds)})" if canary.seeds else ""
        return Check(name="list", verdict=PASS, said=f"{canary.named} releases named{by}.")
    return Check(
        name="list",
        verdict=FAIL,
        cause="no-stories",
        said="No list named a release.",
        advice=_fill(_PROBE, canary),
    )


def _judge_titles(canary: Canary) -> Check:
    titles = [each.title.casefold() for each in canary.releases]
    if len(titles) > 1 and len(set(titles)) == 1:
        return _bad("title", FAIL, "all-alike", f"All {len(titles)} have the same title.")
    return Check(name="title", verdict=PASS, said=f"{len(titles)} of {len(titles)}.")


def _judge_words(canary: Canary) -> Check:
    words = median(each.words for each in canary.releases)
    result = f"{words:.0f} words (median)."
    if words >= _FEW_WORDS:
        return Check(name="words", verdict=PASS, said=result)
    return _bad("words", FAIL if words < _TOO_FEW_WORDS else WARN, "short", result)


def _judge_bylines(canary: Canary) -> Check:
    signed = sum(each.signed for each in canary.releases)
    result = f"{signed} of {len(canary.releases)} signed."
    if signed:
        return Check(name="byline", verdict=PASS, said=result)
    advice = "Check whether these releases are signed; many desks do not sign."
    return Check(name="byline", verdict=WARN, cause="unsigned", said=result, advice=advice)


def _judge_doubts(canary: Canary) -> Check:
    doubtful, of = sum(each.doubtful for each in canary.releases), len(canary.releases)
    result = f"{doubtful} of {of} texts are doubtful."
    if not doubtful:
        return Check(name="doubt", verdict=PASS, said=result)
    return _bad("doubt", FAIL if 2 * doubtful > of else WARN, "text-doubtful", result)


def _judge_dates(canary: Canary, today: date) -> Check:
    dated = [each.published_on for each in canary.releases if each.published_on is not None]
    of = len(canary.releases)
    if not dated:
        return _bad("date", FAIL, "undated", f"None of {of} has a date.")
    newest = max(dated)
    result = f"{len(dated)} of {of} dated, the newest {newest}."
    days = (today - newest).days
    if days < -1:  # it may be tomorrow already in the east
        return _bad("date", FAIL, "future", result)
    if days > _LATE:
        verdict = FAIL if days > _TOO_LATE else WARN
        advice = "Check whether the site has newer releases; it may have moved."
        return Check(name="date", verdict=verdict, cause="old", said=result, advice=advice)
    if len(dated) < of:
        return _bad("date", WARN, "undated", result)
    return Check(name="date", verdict=PASS, said=result)


def _judge_refusals(canary: Canary) -> Check:
    both = {**canary.failed, **canary.rejected}
    result = ", ".join(f"{count} × {reason}" for reason, count in sorted(both.items()))
    verdict = WARN if canary.releases else FAIL
    return _bad("refusals", verdict, "refused", f"No release in {sum(both.values())}: {result}.")


def _bad(name: str, verdict: str, cause: str, said: str) -> Check:
    return Check(name=name, verdict=verdict, cause=cause, said=said, advice=_REPORT)


def _fill(advice: str, canary: Canary) -> str:
    return advice.format(home=canary.source.home, id=canary.source.id)
