"""What every entry of the registry keeps to."""

import csv
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from crawler import settings
from crawler.discovery.release_url import is_release
from crawler.regions import all_regions, region
from crawler.registry.checks import KINDS
from crawler.registry.office_entries import generate, offices
from crawler.registry.reader import load_sources
from crawler.registry.source import Source

REGISTRY = Path(__file__).parents[3] / "crawler" / "sources"
SHAPES = Path(__file__).parents[4] / "shared" / "url_shapes.tsv"
FIRST_CITIES = {
    "12": ["71"],
    "32": ["71", "73"],
    "33": ["74"],
    "35": ["73", "78"],
    "61": ["71"],
    "64": ["71", "72", "74"],
    "65": ["71"],
    "73": ["71"],
}

# For each declared pattern an address it fits: seen ones, or ones of the shape that was seen.
EXAMPLES = {
    "pemkot-balikpapan": "https://web.balikpapan.go.id/berita/read/9754",
    "pemkot-bandung": "https://www.bandung.go.id/news/read/8129/rapat-pleno",
    "pemkot-bogor": "https://kotabogor.go.id/index.php/show_post/detail/103498",
    "pemkot-bontang": "https://mediacenter.bontangkota.go.id/2022/10/12/rapat-paripurna-2/",
    "pemkot-malang": "https://malangkota.go.id/2024/06/11/hadapi-pilkada/",
    "pemkot-medan": "https://portal.medan.go.id/berita/apel-pagi__read6470.html",
    "pemkot-samarinda": "http://diskominfo.samarindakota.go.id/berita-ppid/buka-puasa-bersama",
    "pemkot-semarang": "http://semarangkota.go.id/berita/read/7/berita-kota/1661/hut-kota",
    "pemkot-surabaya": "https://surabaya.go.id/id/berita/65135/pemkot-surabaya-targetkan-62-ri",
    "pemkot-tarakan": "http://portal.tarakankota.go.id/post/kunjungan-komisi-pemilihan-umum",
}


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return load_sources(REGISTRY)


def test_the_first_cities_have_a_government_and_an_election_office(sources: list[Source]) -> None:
    declared = {(source.region, source.kind) for source in sources if source.vouched}
    cities = [f"{province}.{city}" for province, some in FIRST_CITIES.items() for city in some]
    assert len(cities) == 12
    assert {(city, kind) for city in cities for kind in ("kpu", "pemkot")} <= declared


def test_every_region_has_a_government_and_an_election_office_and_the_country_an_office(
    sources: list[Source],
) -> None:
    declared = {(source.region, source.kind) for source in sources}
    regions = {(each.code, kind) for each in all_regions() for kind in KINDS}
    assert regions - declared == {("00", "pemkot")}


def test_no_site_is_declared_twice(sources: list[Source]) -> None:
    hosts = Counter(host for source in sources for host in source.hosts)
    assert [host for host, times in hosts.items() if times > 1] == []


def test_an_id_is_kind_and_region_and_the_publisher_names_it(sources: list[Source]) -> None:
    named = {source.id: region(source.region) for source in sources}
    assert [
        source.id
        for source in sources
        if (place := named[source.id]) is None
        or source.id != f"{source.kind}-{place.slug}"
        or not (place.level == "country" or source.publisher.endswith(place.bare))
    ] == []


def test_a_file_holds_one_province(sources: list[Source]) -> None:
    files = {source.id: region(source.region[:2]) for source in sources}
    assert [
        source.id
        for source in sources
        if source.file is None
        or (province := files[source.id]) is None
        or source.file.stem != province.name.lower().replace(" ", "-")
    ] == []


def test_an_election_office_needs_no_more_than_its_home(sources: list[Source]) -> None:
    declared = {"listing": (), "article": None, "feed": (), "sitemap": ()}
    assert [
        source.id
        for source in sources
        if source.kind == "kpu"
        and any(getattr(source, key) != default for key, default in declared.items())
    ] == []


def test_a_delay_below_the_usual_one_has_its_reason_written_down(sources: list[Source]) -> None:
    assert [
        source.id
        for source in sources
        if source.delay is not None and source.delay < settings.DOWNLOAD_DELAY and not source.note
    ] == []


def test_generating_again_gives_exactly_what_is_here(tmp_path: Path) -> None:
    """Entries nobody has looked at follow the rules; whoever knows better says so by taking out
    `verified = false`, or by a line in crawler/data/seen_hosts.tsv."""
    shutil.copytree(REGISTRY, tmp_path, dirs_exist_ok=True)
    generate(tmp_path)
    assert [
        file.name
        for file in sorted(tmp_path.glob("*.toml"))
        if file.read_bytes() != (REGISTRY / file.name).read_bytes()
    ] == []


def test_what_nobody_has_looked_at_stands_where_the_rules_say(sources: list[Source]) -> None:
    ruled = {office.id: office for office in offices()}
    never = [each for each in sources if each.verified is False and each.checked.on is None]
    assert [
        source.id
        for source in never
        if (source.home, list(source.candidates))
        != (ruled[source.id].home, ruled[source.id].candidates)
    ] == []


def test_each_declared_pattern_has_an_example_that_fits(sources: list[Source]) -> None:
    declared = {source.id: source for source in sources if source.article}
    assert declared.keys() == EXAMPLES.keys()
    assert [name for name, url in EXAMPLES.items() if not declared[name].is_article(url)] == []


def test_a_pattern_leaves_home_and_listings_alone(sources: list[Source]) -> None:
    assert [
        source.id
        for source in sources
        if any(source.is_article(url) for url in (source.home, *source.listing))
    ] == []


@pytest.mark.skipif(not SHAPES.exists(), reason="the collected URL shapes are not beside us")
def test_articles_seen_on_declared_hosts_are_recognised(sources: list[Source]) -> None:
    with SHAPES.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter="\t") if row["example"]]
    seen = [row["example"] for row in rows if re.search("ARTICLE|posted twice|twin", row["note"])]
    ours = [(source, url) for url in seen for source in sources if source.owns(url)]
    assert len(ours) >= 6
    assert [url for source, url in ours if not is_release(url, source)] == []
