from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.proof.stamp_service import Service, certified, serving


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root certificate of the service, beside what the service has."""
    return certified(tmp_path_factory.mktemp("stamps") / "service")


@pytest.fixture
def service(root: Path) -> Iterator[Service]:
    with serving(root.parent) as one:
        yield one
