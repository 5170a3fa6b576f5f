"""A spec of two stages: the second trains what the first leaves, and each model knows its parent."""

from __future__ import annotations

import running

from workbench import launch
from workbench.store import models

STEPS = {"num_train_epochs": 1, "learning_rate": 1e-3, "old_task": "none"}


def test_both_stages_train_the_second_from_what_the_first_leaves(shared, tmp_path):
    running.done(shared, "pull", name="tiny")
    rows, pairs = str(running.instructions(tmp_path, 8)), str(running.pairs(tmp_path, 8))
    stages = [
        {"kind": "train-sft", "name": "adapted", "params": {"model": "tiny", "data": rows, **STEPS}},
        {"kind": "train-dpo", "params": {"data": pairs, **STEPS}},
    ]
    first, second = (running.finished(shared, job.id) for job in launch.submit_stages(shared, stages))
    adapted, aligned = models.by_name(shared, "adapted"), models.by_name(shared, second.result["model"])
    assert (adapted.job_id, adapted.parent_id) == (first.id, models.by_name(shared, "tiny").id)
    assert (aligned.name, aligned.parent_id) == ("adapted-dpo-1", adapted.id)
    # DPO began at what the first stage left, and both have moved.
    assert aligned.details["parent_weights"] == adapted.weights_hash
    assert len({models.by_name(shared, "tiny").weights_hash, adapted.weights_hash, aligned.weights_hash}) == 3
