"""A registered name is a file name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import workbench
from workbench import jobs, registry
from workbench.errors import UnknownName

PACKAGES = ("workbench.jobs", "workbench.cli")


@pytest.mark.parametrize("package", PACKAGES)
def test_the_names_are_the_files(package):
    folder = Path(workbench.__file__).parent / package.split(".")[1]
    files = sorted(path.stem.replace("_", "-") for path in folder.glob("[!_]*.py"))
    assert list(registry.names(package)) == files


@pytest.mark.parametrize("name", registry.names("workbench.jobs"))
def test_every_kind_of_job_has_parameters_a_lane_a_title_and_a_body(name):
    module = jobs.kind(name)
    assert module.__name__ == f"workbench.jobs.{name.replace('-', '_')}"
    assert module.LANE in ("heavy", "light")
    assert callable(module.title)
    assert callable(module.execute)
    undescribed = [key for key, field in module.Params.model_fields.items() if not field.description]
    assert undescribed == []


def test_listing_imports_nothing(monkeypatch):
    monkeypatch.delitem(sys.modules, "workbench.jobs.pull", raising=False)
    registry.names.cache_clear()
    registry.names("workbench.jobs")
    assert "workbench.jobs.pull" not in sys.modules


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(
        UnknownName, match=r"Unknown kind of job 'train-dop'. Did you mean train-dpo or train-kto or train-sft\?"
    ):
        jobs.kind("train-dop")


def test_a_name_that_is_near_to_nothing_is_refused_with_all():
    with pytest.raises(UnknownName, match=f"Known: {', '.join(jobs.kinds())}"):
        jobs.kind("zzz")


def test_a_private_module_is_no_name():
    with pytest.raises(UnknownName):
        jobs.kind("_params")
