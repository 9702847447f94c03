from datetime import date
from pathlib import Path

import pytest

from crawler.registry.reader import load_sources
from crawler.registry.source import KEYS, REQUIRED, Select, Source, owners

FIVE_LINES = """
[[source]]
id = "pemkot-balikpapan"
kind = "pemkot"
publisher = "Pemerintah Kota Balikpapan"
region = "64.71"
home = "https://web.balikpapan.go.id"
"""


def load(tmp_path: Path, text: str) -> list[Source]:
    file = tmp_path / "sources.toml"
    file.write_text(text, encoding="utf-8")
    return load_sources(file)


def test_five_lines_are_enough(tmp_path: Path) -> None:
    assert load(tmp_path, FIVE_LINES) == [
        Source(
            id="pemkot-balikpapan",
            kind="pemkot",
            publisher="Pemerintah Kota Balikpapan",
            region="64.71",
            home="https://web.balikpapan.go.id/",
            timezone="Asia/Makassar",
            file=tmp_path / "sources.toml",
            line=2,
        )
    ]


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    (source,) = load(
        tmp_path,
        FIVE_LINES
        + """
timezone = "Asia/Jayapura"
listing = ["/berita", "http://lain.test:8080/arsip"]
article = "/berita/read/{id}"
feed = "/feed/"
sitemap = "https://web.balikpapan.go.id/sitemap.xml"
delay = 7
select.title = "h1.judul::text"
insecure = "certificate ran out in 2023"
verified = 2026-11-24
note = "slow"
[source.expect]
per_month = 30
""",
    )
    assert source.timezone == "Asia/Jayapura"
    assert source.listing == ("https://web.balikpapan.go.id/berita", "http://lain.test:8080/arsip")
    assert source.feed == ("https://web.balikpapan.go.id/feed/",)
    assert source.sitemap == ("https://web.balikpapan.go.id/sitemap.xml",)
    assert (source.delay, source.insecure) == (7.0, "certificate ran out in 2023")
    assert source.select == Select(title="h1.judul::text")
    assert source.expect.per_month == 30
    assert (source.verified, source.note) == (date(2026, 11, 24), "slow")


@pytest.mark.parametrize("spelling", ["\ufeff{}", "# a comment\r\n{}"])
def test_files_saved_on_windows_are_read(tmp_path: Path, spelling: str) -> None:
    text = spelling.format(FIVE_LINES).replace("\n", "\r\n").replace("\r\r", "\r")
    (tmp_path / "windows.toml").write_bytes(text.encode())
    (source,) = load_sources(tmp_path / "windows.toml")
    assert text.split("\r\n")[(source.line or 0) - 1] == "[[source]]"


def test_a_folder_is_read_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b", "a"):
        text = FIVE_LINES.replace("pemkot-balikpapan", f"pemkot-{name}")
        (tmp_path / f"{name}.toml").write_text(text)
    (tmp_path / "README.md").write_text("not read")
    (tmp_path / ".b.toml").write_text("not read: an editor's")
    assert [source.id for source in load_sources(tmp_path)] == ["pemkot-a", "pemkot-b"]


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://web.kota.test/berita/1", True),
        ("http://www.web.kota.test/berita/1", True),
        ("https://WEB.kota.test:443/berita/1", True),
        ("https://arsip.kota.test:8443/berita/1", True),
        ("https://arsip.kota.test/berita/1", False),
        ("https://kota.test/berita/1", False),
        ("https://web.kota.test.lain.test/berita/1", False),
        ("https://web.kota.test:99999/berita/1", False),
        ("mailto:humas@web.kota.test", False),
        ("/berita/1", False),
    ],
)
def test_an_article_lies_on_the_source_s_own_hosts(url: str, ours: bool) -> None:
    source = Source(
        id="x",
        kind="pemkot",
        publisher="X",
        region="64.71",
        timezone="Asia/Makassar",
        home="https://web.kota.test/",
        listing=("https://arsip.kota.test:8443/",),
        article="/berita/{id}",
    )
    assert source.owns(url) is ours
    assert source.is_article(url) is ours


def test_the_owners_of_an_address_are_found_by_its_host(tmp_path: Path) -> None:
    text = FIVE_LINES + FIVE_LINES.replace("pemkot-", "kpu-").replace("web.", "arsip.")
    one, two = load(tmp_path, text + 'listing = "http://web.balikpapan.go.id/kpu"\n')
    own = owners([one, two])
    assert own("https://www.web.balikpapan.go.id/x") == [one, two]
    assert own("https://arsip.balikpapan.go.id/") == [two]
    assert own("https://balikpapan.go.id/") == own("mailto:x") == []


def test_without_a_pattern_nothing_is_known_to_be_an_article(tmp_path: Path) -> None:
    (source,) = load(tmp_path, FIVE_LINES)
    assert not source.is_article("https://web.balikpapan.go.id/berita/read/1")


def test_the_page_on_sources_names_every_key_and_its_example_loads(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "add-a-source.md").read_text(encoding="utf-8")
    (source,) = load(tmp_path, page.split("```toml\n")[1].split("```")[0])
    assert source.id == "pemkot-balikpapan"
    told = page.split("## What you can declare")[1].split("## The article")[0]
    names = [
        f"{key}.{inner}" if inner else key
        for key, check in KEYS.items()
        if key not in REQUIRED
        for inner in ([""] if callable(check) else check)
    ]
    assert [name for name in names if f"`{name}`" not in told] == []
