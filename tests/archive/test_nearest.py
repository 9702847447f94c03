"""Mistyped names of all kinds are answered with what they may have meant."""

from __future__ import annotations

import pytest

from archive.ingest.store import Store
from archive.nearest import did_you_mean
from tests.archive.conftest import Run


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("search --topic coklt", 0, "No release of the archive is on the topic coklt. Did you mean coklit?"),
        ("search --tag diskomimfo", 0, "is signed diskomimfo. Did you mean diskominfo?"),
        ("search --topic zzz", 0, "No release of the archive is on the topic zzz.\n"),
        ("search --source pemkot-contho", 2, "The archive has no source pemkot-contho. Did you mean pemkot-contoh"),
        ("search --kind pemkto", 2, "The archive has no kind pemkto. Did you mean pemkot?"),
        ("search --region 64.17", 2, "no source in the region 64.17. Did you mean 64.71?"),
        ("source pemkot-contho", 1, "Did you mean pemkot-contoh"),
        ("author diskomimfo", 1, "No release is signed with 'diskomimfo'. Did you mean diskominfo?\n"),
        ("show pemkot-contho:1f3a", 1, "Did you mean pemkot-contoh"),
        ("serch x", 2, "Did you mean search"),
    ],
)  # fmt: skip
def test_what_a_mistyped_name_may_mean(
    run: Run, filled: Store, words: str, code: int, said: str
) -> None:
    done = run(*words.split())
    assert done.exit_code == code
    assert said in done.stderr


def test_a_mistyped_id(run: Run, filled: Store) -> None:
    id = run("export", "--source", "kpu-contoh").output.partition('"id":"')[2].partition('"')[0]
    digits = id.rpartition(":")[2]
    swapped = digits[:-2] + digits[-1] + ("0" if digits[-2] != "0" else "1")
    for typed, meant in ((f"kpu-contoh:{swapped}", id), (swapped, digits)):
        assert f"Did you mean {meant}?" in run("show", typed).stderr
    assert run("show", "zzzz").stderr == "Error: There is no release 'zzzz' in the archive.\n"


def test_only_what_is_spelled_alike() -> None:
    assert did_you_mean("Netralits", ["netralitas", "kampanye"]) == " Did you mean netralitas?"
    assert did_you_mean("x", ["netralitas"]) == did_you_mean("", []) == ""
