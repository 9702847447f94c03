"""The country's offices and governments, named by rule."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from crawler.registry import office_entries
from crawler.registry.office_entries import Generated, generate, offices
from crawler.registry.reader import SourceError, load_sources

OFFICES = {office.id: office for office in offices()}
HAND_MADE = """\
# The city's own portal moved in 2021.
[[source]]
id = "pemkot-denpasar"
kind = "pemkot"
publisher = "Pemerintah Kota Denpasar"
region = "51.71"
home = "https://kabar.denpasarkota.go.id/"  # seen
"""


@pytest.mark.parametrize(
    ("id", "hosts"),
    [
        # a city beside a regency of the same name
        ("kpu-bogor", "kota-bogor.kpu.go.id"),
        ("kpu-kab-bogor", "kab-bogor.kpu.go.id"),
        ("pemkot-bogor", "bogorkota.go.id bogor.go.id kotabogor.go.id"),
        ("pemkot-kab-bogor", "bogorkab.go.id bogor.go.id kabbogor.go.id"),
        # several words, a doubled word, a level within the name
        ("kpu-kab-kayong-utara", "kab-kayongutara.kpu.go.id"),
        ("kpu-bau-bau", "kota-baubau.kpu.go.id"),
        ("kpu-kotamobagu", "kota-kotamobagu.kpu.go.id"),
        ("kpu-kab-lima-puluh-kota", "kab-limapuluhkota.kpu.go.id kab-50kota.kpu.go.id"),
        # islands, with and without the word
        ("kpu-kab-kepulauan-mentawai", "kab-kepulauanmentawai.kpu.go.id kab-mentawai.kpu.go.id"),
        # known by a short name: where one was seen it comes first
        ("kpu-kab-pangkajene-dan-kepulauan", "kab-pangkep.kpu.go.id kab-pangkajenedankepulauan.kpu.go.id"),
        ("kpu-kab-polewali-mandar", "kab-polewalimandar.kpu.go.id kab-polman.kpu.go.id"),
        ("pemkot-kab-polewali-mandar", "polmankab.go.id polewalimandarkab.go.id polewalimandar.go.id kabpolewalimandar.go.id polman.go.id kabpolman.go.id"),
        # provinces, mostly by a short name
        ("kpu-prov-bali", "bali.kpu.go.id"),
        ("kpu-prov-sumatera-barat", "sumbar.kpu.go.id sumaterabarat.kpu.go.id"),
        ("pemkot-prov-jawa-timur", "jatimprov.go.id jatim.go.id jawatimurprov.go.id jawatimur.go.id"),
        # Aceh, Jakarta and the country
        ("kpu-kab-aceh-besar", "kip-acehbesar.kpu.go.id"),
        ("kpu-prov-aceh", "kipaceh.kpu.go.id aceh.kpu.go.id"),
        ("kpu-jakarta-pusat", "jakartapusat.kpu.go.id kota-jakartapusat.kpu.go.id"),
        ("pemkot-jakarta-pusat", "pusat.jakarta.go.id"),
        ("kpu-ri", "www.kpu.go.id"),
        # supervisors: bare names, with the level where regions share one
        ("bawaslu-kab-sukoharjo", "sukoharjo.bawaslu.go.id sukoharjokab.bawaslu.go.id"),
        ("bawaslu-bogor", "bogorkota.bawaslu.go.id bogor.bawaslu.go.id"),
        ("bawaslu-kab-gorontalo", "gorontalokab.bawaslu.go.id gorontalo.bawaslu.go.id"),
        ("bawaslu-prov-jawa-timur", "jatim.bawaslu.go.id jawatimur.bawaslu.go.id"),
        ("bawaslu-ri", "www.bawaslu.go.id"),
    ],
)  # fmt: skip
def test_where_an_office_is_likely_to_be(id: str, hosts: str) -> None:
    assert OFFICES[id].hosts == tuple(hosts.split())


@pytest.mark.parametrize(
    ("id", "publisher"),
    [
        ("kpu-kab-aceh-besar", "KIP Kabupaten Aceh Besar"),
        ("kpu-jakarta-selatan", "KPU Kota Jakarta Selatan"),
        ("pemkot-kab-bogor", "Pemerintah Kabupaten Bogor"),
        ("pemkot-prov-bali", "Pemerintah Provinsi Bali"),
        ("kpu-prov-daerah-istimewa-yogyakarta", "KPU Daerah Istimewa Yogyakarta"),
        ("kpu-ri", "KPU Republik Indonesia"),
        ("bawaslu-kab-sukoharjo", "Bawaslu Kabupaten Sukoharjo"),
    ],
)
def test_what_an_office_is_called(id: str, publisher: str) -> None:
    assert OFFICES[id].publisher == publisher


def test_no_two_offices_are_expected_at_one_home() -> None:
    homes = [office.home for office in OFFICES.values()]
    assert len(OFFICES) == 553 + 553 + 552
    assert len(set(homes)) == len(homes)


def test_a_registry_is_written_a_file_a_province_and_nothing_in_it_is_vouched_for(
    tmp_path: Path,
) -> None:
    assert generate(tmp_path / "sources") == Generated(added=1658)
    sources = load_sources(tmp_path / "sources")
    assert [source.id for source in sources if source.vouched] == []
    assert len({source.file for source in sources}) == 39
    assert {source.id: source.publisher for source in sources} == {
        office.id: office.publisher for office in OFFICES.values()
    }


@pytest.fixture
def one_province(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only Bali's offices are written, for entries alone: the country takes a hundred times as
    long."""
    bali = [office for office in OFFICES.values() if office.region.code.startswith("51")]
    monkeypatch.setattr(office_entries, "offices", lambda: bali)


@pytest.mark.usefixtures("one_province")
def test_what_somebody_has_written_wins_and_stays_to_the_letter(tmp_path: Path) -> None:
    (tmp_path / "bali.toml").write_text(HAND_MADE, encoding="utf-8")
    assert generate(tmp_path) == Generated(added=29, kept=1)
    text = (tmp_path / "bali.toml").read_text(encoding="utf-8")
    assert text.startswith(HAND_MADE)
    assert len(tomllib.loads(text)["source"]) == 30
    assert generate(tmp_path) == Generated(kept=30)
    assert (tmp_path / "bali.toml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("touch", "renewed"),
    [
        ("", True),
        ('note = "asked by telephone"\n', False),
        ('checked = { on = 2026-11-20, outcome = "blocked", reason = "HTTP 403" }\n', False),
    ],
)
@pytest.mark.usefixtures("one_province")
def test_only_untouched_entries_follow_the_rules(touch: str, renewed: bool, tmp_path: Path) -> None:
    generate(tmp_path)
    file = tmp_path / "bali.toml"
    text = file.read_text(encoding="utf-8")
    candidates = 'candidates = ["denpasar.go.id", "kotadenpasar.go.id"]\n'
    assert candidates in text
    file.write_text(text.replace(candidates, touch), encoding="utf-8")
    assert generate(tmp_path).renewed == renewed
    assert (candidates in file.read_text(encoding="utf-8")) == renewed


@pytest.mark.usefixtures("one_province")
def test_an_address_that_somebody_has_corrected_is_not_put_back(tmp_path: Path) -> None:
    generate(tmp_path)
    file = tmp_path / "bali.toml"
    text = file.read_text(encoding="utf-8").replace("kota-denpasar", "denpasar-baru")
    file.write_text(text, encoding="utf-8")
    assert generate(tmp_path) == Generated(kept=30)
    assert file.read_text(encoding="utf-8") == text


def test_a_registry_with_mistakes_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bali.toml").write_text(HAND_MADE + 'hom = "x"\n', encoding="utf-8")
    with pytest.raises(SourceError, match=r"bali\.toml:8"):
        generate(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["bali.toml"]
