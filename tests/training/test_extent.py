"""How many steps a run makes."""

from __future__ import annotations

from workbench.training.extent import updates
from workbench.training.settings import SFTSettings


def test_updates_are_counted_as_transformers_does():
    # 9 rows, 2 at once: 5 batches, 2 to an update: 3 a pass; 2.5 passes: 7.5, made 8
    settings = SFTSettings(per_device_train_batch_size=2, gradient_accumulation_steps=2, num_train_epochs=2.5)
    assert updates(9, settings) == (3, 8)


def test_steps_that_were_given_count():
    assert updates(9, SFTSettings(trainer={"max_steps": 20}))[1] == 20


def test_processes_share_a_pass():
    # 9 rows, 2 at once in each of 2 processes: 3 batches, each with an update
    assert updates(9, SFTSettings(per_device_train_batch_size=2, gradient_accumulation_steps=1), 2)[0] == 3
