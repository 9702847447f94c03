"""Whatever the disk did to an archive: every command says a sentence, none ends in a traceback."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import Engine

from archive.ingest.store import Store
from tests.archive.conftest import Run
from tests.archive.database.test_connection import _file
from tests.archive.samples import release

COMMANDS: list[tuple[str, ...]] = [
    ("stats",),
    ("search", "panitia"),
    ("export",),
    ("duplicates",),
    ("duplicates", "--rebuild"),
    ("health",),
    ("verify",),
    ("verify", "--repair"),
    ("reindex",),
    ("upgrade",),
    ("author", "cha"),
    ("source", "pemkot-contoh"),
    ("captures", "--drop-older-than", "1"),
]
_PAGE = 4096


def damaged(data: bytes, how: str, chance: random.Random) -> bytes:
    """Bits that flipped, pages that were lost, an end that was cut off."""
    changed = bytearray(data)
    if how == "bits":
        for _ in range(30):
            changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif how == "pages":
        for number in chance.sample(range(1, len(data) // _PAGE), 8):
            changed[number * _PAGE : (number + 1) * _PAGE] = chance.randbytes(_PAGE)
    else:
        del changed[chance.randrange(len(data)) :]
    return bytes(changed)


def hold_against(run: Run, path: Path, data: bytes, words: tuple[str, ...], folder: Path) -> None:
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(data)
    more = ("--captures", str(folder)) if words[0] in ("verify", "captures") else ()
    done = run(*words, *more)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (0, 1, 3)
    assert done.exit_code != 3 or "Error: " in done.output


@pytest.fixture
def whole(url: str, engine: Engine, store: Store) -> bytes:
    """An archive of some releases."""
    for number in range(1, 25):
        store.store(release(number, body=f"Panitia nomor {number} mengajak warga. " * 9), None)
    engine.dispose()
    return _file(url).read_bytes()


@pytest.mark.parametrize("how", ["bits", "pages", "end"])
def test_no_command_ends_in_a_traceback(
    run: Run, url: str, whole: bytes, how: str, tmp_path: Path
) -> None:
    data = damaged(whole, how, random.Random(13))
    for words in COMMANDS:
        hold_against(run, _file(url), data, words, tmp_path / "captures")


@pytest.mark.soak
@pytest.mark.parametrize("how", ["bits", "pages", "end"])
def test_no_command_ever_ends_in_a_traceback(
    run: Run, url: str, whole: bytes, how: str, tmp_path: Path
) -> None:
    chance = random.Random(14)
    for _ in range(25):
        data = damaged(whole, how, chance)
        for words in COMMANDS:
            hold_against(run, _file(url), data, words, tmp_path / "captures")
