"""From ratings to a KTO round, and a method that leaves an adapter: each step by a real worker, on `tiny`."""

from __future__ import annotations

import json
from pathlib import Path

import given
import pytest
import running

from workbench.errors import TrainingRefused
from workbench.models.adapter_folder import is_adapter
from workbench.models.weights import weights_hash
from workbench.store import exports, models, open_store
from workbench.workspace import Workspace


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with open_store(Workspace(tmp_path_factory.mktemp("kto") / "workspace")) as opened:
        running.done(opened, "pull", name="tiny")
        batch = given.batch(opened, [[f"They are {n}.", f"Nobody knows {n}!"] for n in range(4)])
        given.judged(opened, batch, {one: (5, 4, 5) if one % 2 else (1, 2, 1) for one in range(1, 9)})
        yield opened
        running.end_workers(opened)


def test_ratings_become_labelled_answers_and_these_a_model(store):
    made = running.done(store, "export-kto", name="labels").result
    assert (made["desirable"], made["undesirable"]) == (4, 4)
    rows = [json.loads(line) for line in Path(made["path"]).read_text().splitlines()]
    assert {row["completion"][0]["content"]: row["label"] for row in rows} == {
        text: label for n in range(4) for text, label in ((f"They are {n}.", True), (f"Nobody knows {n}!", False))
    }
    trained = running.done(store, "train-kto", model="tiny", data="labels", num_train_epochs=1).result
    assert (trained["steps"], trained["preflight"]["kept"], trained["first_loss"]) == (
        2,
        8,
        pytest.approx(0.5, abs=1e-3),
    )
    new = models.by_name(store, "tiny-kto-1")
    (export,) = exports.all_exports(store)
    assert (new.details["labels"], new.details["export"], new.kind) == (8, export.id, "trained")
    assert new.details["settings"]["learning_rate"] == pytest.approx(5e-6)  # the preset, filled in


def test_a_prefix_stays_an_adapter_that_answers_but_trains_no_further(store, tmp_path):
    rows = str(running.instructions(tmp_path, 4))
    result = running.done(store, "train-sft", model="tiny", data=rows, method="prefix", num_train_epochs=1).result
    new = models.by_name(store, "tiny-sft-1")
    assert (new.details["form"], result["form"]) == ("adapter", "adapter")
    assert is_adapter(Path(new.path))
    assert new.weights_hash == weights_hash(Path(new.path))
    answered = running.done(store, "generate", model="tiny-sft-1", data="prompts", limit=2, n=1, max_new_tokens=6)
    assert answered.result["answers"] == 2
    with pytest.raises(TrainingRefused, match="cannot be merged into its base"):
        running.submit(store, "train-sft", model="tiny-sft-1", data=rows)
