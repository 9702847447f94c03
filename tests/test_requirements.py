"""What is imported is asked for, and what is asked for is listed with its licence."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
OURS = {"archive", "crawler", "bench", "demo", "docs", "tests"}


def asked_for(*files: str) -> set[str]:
    lines = [line for file in files for line in (ROOT / file).read_text("utf-8").splitlines()]
    wanted = [said for line in lines if (said := line.partition("#")[0].strip())]
    return {canonicalize_name(Requirement(line).name) for line in wanted if line[0] != "-"}


@cache
def distributions_by_import() -> Mapping[str, list[str]]:
    return packages_distributions()


def imported(folder: str) -> set[str]:
    names: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module)
    return {name.partition(".")[0] for name in names} - OURS - sys.stdlib_module_names


@pytest.mark.parametrize("folder", ["archive", "crawler", "demo", "tests"])
def test_what_is_imported_is_asked_for(folder: str) -> None:
    files = ["requirements.txt", "requirements-extra.txt"]
    allowed = asked_for(*files, *(["requirements-dev.txt"] if folder == "tests" else []))
    distributions = distributions_by_import()
    for name in imported(folder):
        by = {canonicalize_name(found) for found in distributions.get(name, [name])}
        assert by & allowed, f"{folder}/ imports {name}, which no requirements file asks for"


def test_licences_are_listed() -> None:
    asked = asked_for("requirements.txt", "requirements-extra.txt")
    command = ["-m", "piplicenses", "--from=mixed", "--format=json", "--packages", *asked]
    done = subprocess.run([sys.executable, *command], capture_output=True, check=True)
    licences = {canonicalize_name(one["Name"]): one["License"] for one in json.loads(done.stdout)}
    rows = (ROOT / "docs" / "licences.md").read_text("utf-8").splitlines()
    cells = [row.strip("| ").split(" | ") for row in rows if row.startswith("| ")]
    listed = {canonicalize_name(name): licence for name, licence in cells}
    for name in asked:
        assert listed.get(name) == licences[name], name
