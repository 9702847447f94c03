"""`python -m demo`: what it runs, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from demo.__main__ import FOLDER, main
from demo.sites import sites
from demo.web import Web


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of an earlier demo."""
    monkeypatch.chdir(tmp_path)
    FOLDER.mkdir(parents=True)
    file = FOLDER / "archive.db"
    file.touch()
    return file


@pytest.mark.parametrize("words", [["--help"], ["serve", "-h"], ["sevre"], ["--hlep"]])
def test_only_the_bare_command_starts_the_demo_afresh(kept: Path, words: list[str]) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == (0 if words[-1] in ("--help", "-h") else 2)
    assert "Usage:" in done.output
    assert kept.exists()


def test_its_sites_have_the_same_addresses_every_time() -> None:
    try:
        with Web(own_ports=True) as web:
            first = web.homes
            with pytest.raises(OSError, match="cannot be served at port 8710"):
                Web(own_ports=True)
    except OSError as taken:
        pytest.skip(str(taken))  # somebody's demo is running on this machine
    with Web(own_ports=True) as web:
        assert web.homes == first
    assert [home.rstrip("/").rpartition(":")[2] for home in first.values()] == [
        str(site.port) for site in sites()
    ]
    assert len({site.port for site in sites()}) == len(sites())
