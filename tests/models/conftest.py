"""The `tiny` model, made once a test run."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.models import hf, tiny
from workbench.models.hf import HFModel
from workbench.models.machine import Settings


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.make(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def model(tiny_folder: Path) -> HFModel:
    """In float32 on one thread; small batches, so that a few rows make several."""
    return hf.load(tiny_folder, Settings(max_rows=4, scoring_budget=16))
