"""Changing the registry's files without losing a line."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.registry.editor import NotWritten, RegistryFile

FILE = """\
# Of two cities.

# About the first.
[[source]]
id = "a"   # short
home = "https://a.test/"      # the scheme is not on record
verified = false
[source.expect]
per_month = 30

# About the second.
[[source]]
id = "b"
home = 'https://b.test/'
note = \"\"\"
verified = false
[[source]]\"\"\"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "kota.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def test_a_key_changes_and_its_comment_stays(path: Path) -> None:
    file = RegistryFile.open(path)
    file.set("a", {"home": "https://www.a.test/", "verified": date(2026, 11, 24)})
    assert file.save()
    assert lines(path.read_text(encoding="utf-8")) == lines(
        FILE.replace('"https://a.test/"', '"https://www.a.test/"').replace(
            "verified = false\n[source.expect]", "verified = 2026-11-24\n[source.expect]"
        )
    )


def test_a_new_key_stands_with_its_own_source_and_above_what_follows(path: Path) -> None:
    file = RegistryFile.open(path)
    file.set("a", {"checked": {"on": date(2026, 11, 24), "outcome": "unknown"}})
    file.set("b", {"verified": False})
    file.save()
    text = path.read_text(encoding="utf-8")
    checked = 'checked = {on = 2026-11-24, outcome = "unknown"}\n'
    assert f"verified = false\n{checked}" in text
    assert lines(text.replace(checked, "")) == [*lines(FILE), "verified = false"]
    assert text.endswith('[[source]]"""\nverified = false\n')


def test_a_key_that_is_taken_away_takes_nothing_with_it(path: Path) -> None:
    file = RegistryFile.open(path)
    file.set("b", {"note": None})
    file.save()
    assert path.read_text(encoding="utf-8") == FILE.split("note = ")[0]


def test_what_is_the_same_is_not_written(path: Path) -> None:
    before = path.stat()
    file = RegistryFile.open(path)
    file.set("a", {"home": "https://a.test/", "verified": False, "note": None})
    assert not file.save()
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_saved_on_windows_stay_so(mark: str, path: Path) -> None:
    path.write_bytes((mark + FILE.replace("\n", "\r\n")).encode())
    file = RegistryFile.open(path)
    file.set("b", {"verified": False})
    file.save()
    body = path.read_bytes().decode()
    assert body == mark + (FILE + "verified = false\n").replace("\n", "\r\n")


def test_permissions_and_links_stay(path: Path, tmp_path: Path) -> None:
    path.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    file = RegistryFile.open(link)
    file.set("b", {"verified": False})
    file.save()
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["kota.toml", "link.toml"]


def test_a_source_that_is_gone_is_said(path: Path) -> None:
    with pytest.raises(NotWritten, match="no longer declares c"):
        RegistryFile.open(path).set("c", {"verified": False})
    path.write_text("id = ", encoding="utf-8")
    with pytest.raises(NotWritten, match=r"kota\.toml cannot be read"):
        RegistryFile.open(path)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_reason_comes_back_as_it_was(reason: str) -> None:
    file = RegistryFile(Path("kota.toml"), FILE)
    file.set("a", {"checked": {"reason": reason}})
    again = RegistryFile(Path("kota.toml"), file.text)
    assert again._table("a")["checked"]["reason"] == reason
