"""The file of watches: what it may say, and what is said of its mistakes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from archive.lookup.selection import Selection
from archive.watches import watch_file
from archive.watches.watch import CHANGES, Watch
from archive.watches.watch_file import KEYS, WatchError

DOCS = Path(__file__).parents[3] / "docs"

FULL = Watch(
    name="netralitas-kaltim",
    title='Netralitas "ASN"',
    on=("edited", "withdrawn"),
    words='netralitas "ASN"',
    selection=Selection(
        region=("64",),
        kind=("pemkot", "kpu"),
        topic=("netralitas",),
        since=date(2024, 9, 1),
        until=date(2024, 11, 27),
        election=True,
        unique=True,
    ),
    speaker="Sari",
    weight=("number", "quote"),
    webhook="https://hooks.example/abc?d=1",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "watches.toml"


def test_a_watch_is_read_as_it_was_written(file: Path) -> None:
    assert watch_file.load(file) == []
    watch_file.add(file, FULL)
    watch_file.add(file, Watch(name="semua"))
    assert watch_file.load(file) == [FULL, Watch(name="semua")]


def test_one_value_needs_no_list_and_a_day_no_quotation_marks(file: Path) -> None:
    file.write_text('[[watch]]\nname = "a"\non = "new"\nregion = "64"\nsince = 2024-09-01\n')
    (watch,) = watch_file.load(file)
    assert (watch.on, watch.selection.region) == (("new",), ("64",))
    assert watch.selection.since == date(2024, 9, 1)


def test_removing_leaves_what_people_wrote(file: Path) -> None:
    before = '# Ours.\n[[watch]]\nname = "a"\nwords = """\n[pasar]"""\n\n'
    after = '# For the desk.\n[[watch]]  # the second\nname = "c"\n'
    file.write_text(f'{before}[[watch]]\nname = "b"\nregion = [\n  "64",\n]\n{after}')
    watch_file.remove(file, "b")
    assert file.read_text() == before + after
    watch_file.remove(file, "c")
    watch_file.remove(file, "a")
    assert watch_file.load(file) == []
    with pytest.raises(WatchError, match=r"has no watch a\.$"):
        watch_file.remove(file, "a")


def test_a_second_one_of_a_name_is_refused(file: Path) -> None:
    watch_file.add(file, FULL)
    kept = file.read_text()
    with pytest.raises(WatchError, match=r"has a watch netralitas-kaltim already\.$"):
        watch_file.add(file, FULL)
    assert file.read_text() == kept


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        ('name = "a"\nregoin = "64"', 3, "unknown key regoin. Did you mean region?"),
        ('name = "A b"', 2, "name must be small letters and digits with hyphens"),
        ('words = "pasar"', 1, "the watch has no name"),
        ('name = "a"\nwords = "pasar NOT"', 3, "words: NOT needs something to search for"),
        ('name = "a"\non = ["new", "edit"]', 3, "on cannot be edit. Did you mean edited?"),
        ('name = "a"\nlevel = "kita"', 3, "level cannot be kita. Did you mean kota?"),
        ('name = "a"\nelection = "yes"', 3, "election must be true or false"),
        ('name = "a"\nsince = "September"', 3, "since must be a day such as 2024-11-27"),
        ('name = "a"\nregion = []', 3, "region must be a text or a list of texts"),
        ('name = "a"\nwebhook = "ftp://a.example/"', 3, "it is not an http:// or https:// URL"),
        ('name = "a"\n[[watch]]\nname = "a"', 4, "there are two watches a"),
        ('name = "a"\n[more]', 3, "unknown key more; a watch begins with [[watch]]"),
        ("name = a", 2, "broken TOML"),
    ],
)
def test_each_mistake_is_named_with_its_line(file: Path, lines: str, line: int, said: str) -> None:
    file.write_text(f"[[watch]]\n{lines}\n")
    with pytest.raises(WatchError) as caught:
        watch_file.load(file)
    assert f"{file}:{line}: " in str(caught.value)
    assert said in str(caught.value)


def test_its_search_is_said_in_one_line() -> None:
    assert Watch(name="semua").search() == "everything"
    assert FULL.search().startswith('on: edited, withdrawn · netralitas "ASN" · kind: pemkot, kpu')
    assert Watch(name="a", selection=Selection(election=True)).search() == "election"
    assert Watch(name="a").on == CHANGES


def test_every_key_stands_in_the_docs() -> None:
    rows = re.findall(r"^\| (`[a-z`, ]+`) \|", (DOCS / "watches.md").read_text(), re.M)
    named = {key for row in rows for key in re.findall("`([a-z]+)`", row)}
    assert named == set(KEYS)
