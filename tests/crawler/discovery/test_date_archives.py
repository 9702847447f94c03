"""Archives by year and month."""

from __future__ import annotations

import pytest

from crawler.discovery.date_archives import archives
from crawler.discovery.links import Link

HOME = "https://a.example/"


def linked(*paths: str, text: str = "Arsip") -> list[Link]:
    return [Link(f"https://a.example{path}", text, frozenset()) for path in paths]


@pytest.mark.parametrize(
    "paths",
    [
        ["/2024/12/", "/2024/11/", "/2023/12/"],
        ["/arsip/2024-12", "/arsip/2024-11"],
        ["/berita/2024", "/berita/2023"],
        ["/berita?tahun=2024", "/berita?tahun=2023"],
        ["/berita?tahun=2024&bulan=12", "/berita?tahun=2024&bulan=2"],
        ["/?m=202412", "/?m=202402"],
    ],
)
def test_the_newest_comes_first(paths: list[str]) -> None:
    assert archives(linked(*reversed(paths)), HOME) == [HOME.rstrip("/") + path for path in paths]


@pytest.mark.parametrize(
    "paths",
    [
        ["/agenda/2024/12", "/agenda/2024/11"],
        ["/kalender?tahun=2024", "/kalender?tahun=2023"],
        ["/berita/12", "/berita/13"],
        ["/anggaran/2024"],
        ["/berita?page=2024", "/berita?page=2023"],
    ],
)
def test_what_is_no_archive(paths: list[str]) -> None:
    assert archives(linked(*paths), HOME) == []


def test_one_year_is_enough_where_its_link_says_it() -> None:
    assert archives(linked("/arsip/2024", text="2024"), HOME) == ["https://a.example/arsip/2024"]
    assert archives(linked("/2024/12/", "/2024/11/"), "https://b.example/") == []
