"""Workspaces for the screens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import workspaces

from workbench.store import Store


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    with workspaces.empty(tmp_path / "ws") as store:
        yield store


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Store]:
    with workspaces.filled(tmp_path / "ws") as store:
        yield store
