"""The items of a bundled benchmark are never trained on, by whatever name or path; sets that are for training are."""

from __future__ import annotations

import shutil

import pytest

from workbench import jobs as kinds
from workbench.data import sources
from workbench.errors import DataError
from workbench.jobs import generate
from workbench.store import data, jobs, prompts, settings
from workbench.worker.context import WarmModel, WorkerContext


def begun(store, kind, **values):
    """The job's context and its parameters."""
    spec = kinds.parse(kind, values)
    kinds.check(store, spec)
    jobs.enqueue(store, spec, "light", kind)
    return WorkerContext(store, jobs.claim(store, "light", 1, 0.0, "here"), WarmModel()), spec


def imported(store, path, name):
    context, spec = begun(store, "import-data", path=str(path), name=name)
    kinds.execute(context, spec)
    return name


@pytest.fixture(params=["its name", "its path", "a copy", "an import", "an import renamed"])
def reference(request, store, tmp_path):
    """The bundled set question_answering, whose rows are converted on the way in."""
    path = sources.bundled_path("question_answering")
    copied = shutil.copy(path, tmp_path / "mine.jsonl")
    return {
        "its name": lambda: "question_answering",
        "its path": lambda: str(path),
        "a copy": lambda: str(copied),
        "an import": lambda: imported(store, path, "question_answering"),
        "an import renamed": lambda: imported(store, copied, "homework"),
    }[request.param]()


def test_a_mixture_of_them_is_refused(store, reference):
    with pytest.raises(DataError, match="is a benchmark of this program"):
        kinds.check(store, kinds.parse("mix-data", {"sources": {"part": {"data": reference}}, "name": "mixed"}))


def test_a_training_on_them_is_refused(store, reference):
    with pytest.raises(DataError, match="is a benchmark of this program"):
        kinds.check(store, kinds.parse("train-sft", {"data": reference, "model": "tiny"}))


@pytest.mark.parametrize("name", ["prompts", "instructions", "preferences"])
def test_sets_to_train_on_are_mixed(store, name):
    kinds.check(store, kinds.parse("mix-data", {"sources": {name: {}}, "name": "mixed"}))


def test_what_a_model_is_asked_of_them_is_for_evaluation_only(store):
    settings.put(store, settings.EVALUATION_SHARE, "0")
    context, spec = begun(store, "generate", model="tiny", data="instruction_following", limit=3)
    asked = generate._prompts(context, generate.Params(**spec.params))
    assert [one.evaluation_only for one in asked] == [True] * 3


def test_what_a_model_is_asked_of_other_sets_is_not(store):
    settings.put(store, settings.EVALUATION_SHARE, "0")
    context, spec = begun(store, "generate", model="tiny", data="prompts", limit=3)
    generate._prompts(context, generate.Params(**spec.params))
    assert (prompts.evaluation_only(store), data.names(store)) == ([], ["prompts"])
