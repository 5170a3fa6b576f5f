"""The metrics as `evaluate` modules: loaded by path, with no network."""

from __future__ import annotations

from math import isnan
from pathlib import Path

import cases
import pytest

from workbench import metrics, registry

FOLDER = Path(metrics.__file__).parent.parent / "evaluate_modules"


@pytest.fixture(scope="module", autouse=True)
def offline(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evaluate.config.HF_EVALUATE_OFFLINE", True)
        patch.setattr("evaluate.config.HF_MODULES_CACHE", str(tmp_path_factory.mktemp("modules")))
        yield


def loaded(name, folder):
    import evaluate

    return evaluate.load(str(FOLDER / f"{name.replace('-', '_')}.py"), cache_dir=str(folder))


def test_every_family_is_a_module():
    assert registry.names("workbench.evaluate_modules") == metrics.names()


@pytest.mark.parametrize("name", metrics.names())
def test_a_module_gives_the_value_its_n_and_its_interval(name, tmp_path):
    gold, given = cases.ORDINARY[metrics.get(name).KIND]
    found = loaded(name, tmp_path).compute(predictions=given, references=gold)
    for metric, one in cases.measured(name, (gold, given)).items():
        at = one.interval
        its = [found[f"{metric}{part}"] for part in ("", "_low", "_high", "_n")]
        assert its == pytest.approx([at.estimate, at.low, at.high, at.n], rel=0, abs=0, nan_ok=True)


def test_a_module_says_why_a_number_is_missing(tmp_path):
    found = loaded("matthews", tmp_path).compute(predictions=["a", "a"], references=["a", "b"])
    assert isnan(found["matthews"])
    assert found["matthews_reason"] == "no variation: gold or given is the same throughout"
