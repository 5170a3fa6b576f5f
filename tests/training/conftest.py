"""One tiny base, a few pairs and one uninterrupted run, shared by the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from dpo_runs import SETTINGS, Recorder, eight_pairs

from workbench.models import tiny
from workbench.training import dpo
from workbench.training.pair_rows import PairRow
from workbench.training.run import Outcome


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.make(tmp_path_factory.mktemp("base") / "tiny", seed=0)


@pytest.fixture(scope="session")
def biased(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with biases and layer norms."""
    return tiny.make(tmp_path_factory.mktemp("biased") / "tiny", seed=0, shape="gpt2")


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.make(tmp_path_factory.mktemp("other") / "tiny", seed=1)


@pytest.fixture(scope="session")
def rows() -> list[PairRow]:
    return eight_pairs()


@pytest.fixture(scope="session")
def whole_run(base: Path, rows: list[PairRow], tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Recorder]:
    """A run from the first step to the last: what every interrupted one must equal."""
    folder = tmp_path_factory.mktemp("whole")
    recorder = Recorder()
    return dpo.run(SETTINGS, base, rows, folder, recorder, saved=folder / "merged"), recorder
