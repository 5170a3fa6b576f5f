"""What a narrow training forgets, and what a share of older rows in it keeps."""

from __future__ import annotations

import pytest
from dpo_runs import Recorder
from sft_runs import example

from workbench.training import sft, task_losses
from workbench.training.settings import SFTSettings
from workbench.training.weights import load

OLD = [example(f"How many are {n} and {n}?", f"They are {2 * n}.") for n in range(8)]
NEW = [example(f"Name a stone, number {n}.", "Granite, of course!") for n in range(8)]
REPLAYED = OLD[::4]  # two rows beside the eight new ones


def learn(base, rows, folder):
    settings = SFTSettings(method="full", learning_rate=5e-3, num_train_epochs=8)
    return sft.run(settings, base, rows, folder, Recorder(), saved=folder / "new").saved


def loss(model, rows):
    """Nats a token of the answers."""
    engine = load(model)
    asked = task_losses.samples([{**row, "task": "asked"} for row in rows], engine.tokenizer, 1024)
    return task_losses.losses(engine.model, asked, Recorder())["asked"]


@pytest.fixture(scope="module")
def models(base, tmp_path_factory):
    """One that has learned the old task, what the new one alone makes of it, and what both together do."""
    folder = tmp_path_factory.mktemp("replay")
    able = learn(base, OLD, folder / "able")
    return able, learn(able, NEW, folder / "narrow"), learn(able, [*NEW, *REPLAYED], folder / "replayed")


def test_a_fifth_of_older_rows_keeps_most_of_what_was_learned(models):
    able, narrow, replayed = (loss(model, [row for row in OLD if row not in REPLAYED]) for model in models)
    assert narrow > able + 1.0  # it forgot
    assert replayed - able < (narrow - able) / 2


def test_and_the_new_task_is_learned_all_the_same(models):
    able, narrow, replayed = (loss(model, NEW) for model in models)
    assert max(narrow, replayed) < able / 2
