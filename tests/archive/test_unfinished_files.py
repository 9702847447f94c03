"""What a dead program left unfinished goes; what a living one makes, and everything else, stays."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive.atomic_file import whole_file
from archive.unfinished_files import ENDING, remove_leftovers, unfinished_file, unfinished_folder

HOLD = """
import sys
from pathlib import Path
from archive.unfinished_files import unfinished_file, unfinished_folder
with unfinished_file(Path(sys.argv[1])) as file, unfinished_folder(Path(sys.argv[1])) as folder:
    (folder / "archive.db").write_bytes(b"half")
    Path(file.name + "-journal").write_bytes(b"half")
    print("held", flush=True)
    sys.stdin.read()
"""


def unfinished(folder: Path) -> list[Path]:
    return sorted(folder.glob(f".*{ENDING}*"))


def test_leftovers_of_the_dead_are_removed_by_whoever_comes_next(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "yesterday.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as maker:
        assert maker.stdout is not None
        assert maker.stdout.readline() == b"held\n"
        remove_leftovers(tmp_path)
        assert len(unfinished(tmp_path)) == 3, "a living program was robbed"
        maker.send_signal(signal.SIGKILL)
    assert len(unfinished(tmp_path)) == 3
    with whole_file(tmp_path / "today.db") as file:
        file.write(b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["today.db"]


def test_nothing_else_is_touched(tmp_path: Path) -> None:
    for name in (".backup-2024", ".notes.part", "a.part", f"a{ENDING}"):
        (tmp_path / name).mkdir()
    (tmp_path / f".link{ENDING}").symlink_to(tmp_path / "a.part")
    before = sorted(tmp_path.iterdir())
    with unfinished_folder(tmp_path / "b") as folder:
        (folder / "x").touch()
    with pytest.raises(OSError, match="full"), unfinished_file(tmp_path / "b"):
        raise OSError(28, "full")
    assert sorted(tmp_path.iterdir()) == before
