"""Gold pages are found with all their parts."""

from __future__ import annotations

from pathlib import Path

from bench.gold import learn_frames, load_gold
from tests.bench.made_up import FIRST, RELEASE, SECOND, html, save


def test_a_page_comes_with_its_source_and_what_is_expected(tmp_path: Path) -> None:
    save(tmp_path / "city", html(FIRST, SECOND))
    (gold,) = load_gold(tmp_path)
    assert (gold.family, gold.name) == ("city", "gudang")
    assert gold.source.select.title == "h1"
    assert gold.page.captured_at.utcoffset() is not None
    assert gold.expected == RELEASE


def test_the_parts_of_a_release_follow_in_order(tmp_path: Path) -> None:
    parts = [html(str(number)) for number in range(1, 12)]
    save(tmp_path / "city", *parts)
    (gold,) = load_gold(tmp_path)
    assert [gold.page.body, *gold.page.continuations] == [part.encode() for part in parts]


def test_a_page_without_a_release_expects_nothing(tmp_path: Path) -> None:
    save(tmp_path / "city", html(), expected=None)
    (gold,) = load_gold(tmp_path)
    assert gold.expected is None


def test_a_page_is_read_with_what_its_site_repeats_and_its_own_json_says(tmp_path: Path) -> None:
    for name in ("satu", "dua", "tiga"):
        paragraphs = (f"{FIRST} Gudang {name}.", f"{SECOND} Rapat {name}.", "Layanan Warga 24 Jam")
        save(tmp_path / "city", html(*paragraphs), name=name)
    save(tmp_path / "city", html(FIRST), name="empat", template={"signatures": ["rtw"]})
    frames = learn_frames(load_gold(tmp_path))
    assert all("Layanan Warga 24 Jam" in template.blocks for template in frames.values())
    assert [key for key, template in frames.items() if template.signatures] == ["city/empat"]


def test_the_floors_file_beside_the_families_is_no_page(tmp_path: Path) -> None:
    (tmp_path / "floors.json").write_text("{}")
    assert load_gold(tmp_path) == []
