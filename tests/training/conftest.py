"""One tiny base, a few pairs and one uninterrupted run, shared by the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from dpo_runs import SETTINGS, Recorder, eight_pairs

from workbench.models import tiny
from workbench.training import dpo
from workbench.training.dpo import DPOOutcome
from workbench.training.pair_rows import PairRow


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.make(tmp_path_factory.mktemp("base") / "tiny", seed=0)


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.make(tmp_path_factory.mktemp("other") / "tiny", seed=1)


@pytest.fixture(scope="session")
def rows() -> list[PairRow]:
    return eight_pairs()


@pytest.fixture(scope="session")
def whole_run(base: Path, rows: list[PairRow], tmp_path_factory: pytest.TempPathFactory) -> tuple[DPOOutcome, Recorder]:
    """A run from the first step to the last: what every interrupted one must equal."""
    folder = tmp_path_factory.mktemp("whole")
    recorder = Recorder()
    return dpo.run(SETTINGS, base, rows, folder, recorder, merged=folder / "merged"), recorder
