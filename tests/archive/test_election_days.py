"""The days of votes, by region."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from archive.election_days import local_votes, vote_days, votes
from archive.ingest.store import Store
from archive.lookup.stats import stats
from archive.report.figures import figures
from crawler.regions import region
from tests.archive.samples import MORNING, release, source


def test_every_vote_has_a_source_and_a_region_that_exists() -> None:
    for vote in votes():
        assert vote.source
        assert vote.kind in {"general", "local", "psu", "repeat"}
        assert vote.region == "*" or (region(vote.region) and vote.name), vote


def test_a_region_has_the_votes_of_the_country_and_its_own() -> None:
    assert vote_days("64.71")[-1] == date(2024, 11, 27)
    assert vote_days("19.71")[-1] == date(2025, 8, 27)
    assert vote_days("91.71")[-1] == date(2025, 8, 6), "a vote of its province"
    assert vote_days("91.71")[:-1] == vote_days("64.71")


def test_a_day_that_no_source_names_is_unknown() -> None:
    [vote] = local_votes("63.72")
    assert (vote.kind, vote.day) == ("psu", None)
    assert vote_days("63.72") == vote_days("64.71")


def test_report_and_stats_show_the_repeated_votes_of_their_regions(
    store: Store, engine: Engine
) -> None:
    store.register([source("pemkot-bangka", region="19.01")])
    for day in (1, 31):
        on = date(2025, 8, day)
        store.store(release(day, source="pemkot-bangka", published_on=on), None)
    published = figures(engine, MORNING).published
    assert published is not None
    assert [(stage.name, stage.regions) for stage in published.stages] == [
        ("vote again", ["Bangka"])
    ]
    [bangka] = [one for one in stats(engine).sources if one.source == "pemkot-bangka"]
    assert bangka.votes[-1] == "2025-08-27"
