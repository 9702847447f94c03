"""What every entry of the registry keeps to."""

import csv
import re
from pathlib import Path

import pytest

from crawler import settings
from crawler.declaration import KINDS
from crawler.discovery.articles import is_release
from crawler.regions import region
from crawler.source import Source, load_sources

REGISTRY = Path(__file__).parents[2] / "crawler" / "sources"
SHAPES = Path(__file__).parents[3] / "shared" / "url_shapes.tsv"
SOURCES = load_sources(REGISTRY)
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


def every(*kinds: str) -> pytest.MarkDecorator:
    chosen = [source for source in SOURCES if source.kind in kinds]
    return pytest.mark.parametrize("source", chosen, ids=lambda source: source.id)


def test_the_first_cities_have_a_government_and_an_election_office() -> None:
    declared = {(source.region, source.kind) for source in SOURCES}
    cities = [f"{province}.{city}" for province, some in FIRST_CITIES.items() for city in some]
    assert len(cities) == 12
    assert {(city, kind) for city in cities for kind in KINDS} <= declared


def test_no_site_is_declared_twice() -> None:
    hosts = [host for source in SOURCES for host in source.hosts]
    assert len(hosts) == len(set(hosts))


@every("kpu", "pemkot")
def test_an_id_is_kind_and_city_and_the_publisher_names_it(source: Source) -> None:
    place = region(source.region)
    assert place is not None
    city = place.name.removeprefix("Kota ")
    assert source.id == f"{source.kind}-{city.lower().replace(' ', '-')}"
    assert source.publisher.endswith(f"Kota {city}")


@every("kpu", "pemkot")
def test_a_file_holds_one_province(source: Source) -> None:
    province = region(source.region.split(".")[0])
    assert province is not None
    assert source.file is not None
    assert source.file.stem == province.name.lower().replace(" ", "-")


@every("kpu")
def test_an_election_office_takes_five_lines_and_the_usual_name(source: Source) -> None:
    assert source.file is not None
    entry = source.file.read_text(encoding="utf-8").split("\n")[source.line or 0 :]
    keys = [line.split(" = ")[0] for line in "\n".join(entry).split("\n\n")[0].splitlines()]
    assert keys == ["id", "kind", "publisher", "region", "home"]
    assert source.home == f"https://kota-{source.id.removeprefix('kpu-')}.kpu.go.id/"


@every("kpu", "pemkot")
def test_a_delay_below_the_usual_one_has_its_reason_written_down(source: Source) -> None:
    assert source.delay is None or source.delay >= settings.DOWNLOAD_DELAY or source.note


@every("kpu", "pemkot")
def test_nobody_has_seen_the_sites_live_yet(source: Source) -> None:
    assert source.verified is None


def test_each_declared_pattern_has_an_example_that_fits() -> None:
    declared = {source.id: source for source in SOURCES if source.article}
    assert declared.keys() == EXAMPLES.keys()
    assert [name for name, url in EXAMPLES.items() if not declared[name].is_article(url)] == []


@every("pemkot")
def test_a_pattern_leaves_home_and_listings_alone(source: Source) -> None:
    assert not any(source.is_article(url) for url in (source.home, *source.listing))


@pytest.mark.skipif(not SHAPES.exists(), reason="the collected URL shapes are not beside us")
def test_articles_seen_on_declared_hosts_are_recognised() -> None:
    with SHAPES.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter="\t") if row["example"]]
    seen = [row["example"] for row in rows if re.search("ARTICLE|posted twice|twin", row["note"])]
    ours = [(source, url) for url in seen for source in SOURCES if source.owns(url)]
    assert len(ours) >= 6
    assert [url for source, url in ours if not is_release(url, source)] == []
