"""Two processes train one model through accelerate, on the CPU: watched, cancelled, killed and resumed like one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import psutil
import pytest
import running

from workbench import launch
from workbench.errors import UsageError
from workbench.store import Store, jobs, models, open_store
from workbench.workspace import Workspace

# torchrun's way of starting processes; without a GPU they meet over gloo.
CONFIG = """compute_environment: LOCAL_MACHINE
distributed_type: MULTI_GPU
num_processes: 2
num_machines: 1
machine_rank: 0
main_process_port: 0
mixed_precision: 'no'
use_cpu: false
"""
QUICK = {
    "learning_rate": 1e-2,
    "num_train_epochs": 4,
    "per_device_train_batch_size": 1,
    "gradient_accumulation_steps": 1,
    "eval_steps": 2,
    "trainer": {"train_sampling_strategy": "group_by_length"},  # drawn by a sampler of our own
}


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, dict]]:
    folder = tmp_path_factory.mktemp("launched")
    (folder / "two.yaml").write_text(CONFIG)
    with open_store(Workspace(folder / "workspace")) as store:
        running.done(store, "pull", name="tiny")
        rows = str(running.instructions(folder, 24))
        values = {
            "model": "tiny",
            "data": rows,
            "launcher": "accelerate",
            "accelerate_config": str(folder / "two.yaml"),
        }
        yield store, {**values, **QUICK}
        running.end_workers(store)


@pytest.fixture(scope="module")
def whole(there):
    store, values = there
    return running.done(store, "train-sft", name="whole", **values)


def losses(store, job):
    return {step: round(value, 4) for step, value in jobs.metrics(store, job.id)["loss"]}


def steps(store, job):
    """How many have been told: `done` counts the checks of the data too, which come first."""
    return len(jobs.metrics(store, job.id).get("loss", ()))


def test_both_processes_take_their_share_of_the_rows(there, whole):
    assert whole.result["processes"] == 2
    assert whole.result["steps"] == 48  # 24 rows, one a process and step, 4 epochs
    assert whole.result["last_loss"] < whole.result["first_loss"]
    assert models.by_name(there[0], "whole").details["form"] == "merged"


def test_a_killed_worker_takes_its_processes_along_and_resumes_with_the_same_losses(there, whole):
    store, values = there
    job = running.submit(store, "train-sft", name="killed", **values)
    # in the midst of the second epoch, of which the checkpoint of step 20 has seen a part
    job = running.until(store, job.id, lambda job: steps(store, job) >= 21)
    children = psutil.Process(job.pid).children(recursive=True)
    running.kill(store, job)
    deadline = time.monotonic() + running.PATIENCE
    while any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children):
        assert time.monotonic() < deadline, children
        time.sleep(0.05)
    launch.resume(store, job.id)
    running.finished(store, job.id)
    assert losses(store, job) == losses(store, whole)


def test_a_cancelled_one_stops_with_a_checkpoint(there):
    store, values = there
    job = running.submit(store, "train-sft", name="cancelled", **values)
    running.until(store, job.id, lambda job: steps(store, job) >= 3)
    launch.cancel(store, job.id)
    job = running.until(store, job.id, lambda job: job.ended)
    assert (job.state, job.error.split(" after")[0]) == ("cancelled", "The training was cancelled")


def test_one_that_shall_end_ends_well_in_every_process(there):
    store, values = there
    job = running.submit(store, "train-sft", name="ended", **values)
    running.until(store, job.id, lambda job: steps(store, job) >= 3)
    jobs.request_end(store, job.id)
    job = running.finished(store, job.id)
    assert 3 <= job.result["steps"] < 48
    assert job.result["estimate"]["steps"] == 48  # the rows are shared by two processes


@pytest.mark.parametrize("method", ["lora", "full"])
def test_dpo_has_the_reference_and_the_losses_of_one_process(method, there, tmp_path):
    """lora: the reference is the policy without its adapter; full: it is a model of its own."""
    store, values = there
    # Of two epochs a single process reads the reference once, before the first step.
    pairs = {"data": str(running.pairs(tmp_path, 8)), "num_train_epochs": 2, "method": method, "trainer": {}}
    two = running.done(store, "train-dpo", name=f"two-{method}", **{**values, **pairs})
    alone = {**values, **pairs, "launcher": "none", "accelerate_config": None, "per_device_train_batch_size": 2}
    one = running.done(store, "train-dpo", name=f"one-{method}", **alone)
    assert two.result["processes"] == 2
    assert two.result["first_loss"] == pytest.approx(0.6931, abs=1e-3)
    assert two.result["gate"]["reference"] < 1e-3
    assert losses(store, two) == pytest.approx(losses(store, one), abs=1e-3)  # 8 pairs, two a step


def test_a_reference_read_once_is_refused_in_several_processes(there, tmp_path):
    store, values = there
    pairs = {"data": str(running.pairs(tmp_path, 4)), "trainer": {"precompute_ref_log_probs": True}}
    with pytest.raises(UsageError, match="TRL cannot do in several processes"):
        running.submit(store, "train-dpo", **{**values, **pairs})


def test_what_is_refused_in_a_process_is_refused_here(there, tmp_path):
    store, values = there
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps([{"instruction": "a", "output": " "}]))
    job = running.submit(store, "train-sft", **{**values, "data": str(empty)})
    job = running.until(store, job.id, lambda job: job.ended)
    assert (job.state, "1 have an empty answer" in job.error) == ("failed", True)


def test_a_configuration_that_is_not_there_is_refused(there):
    store, values = there
    with pytest.raises(UsageError, match="There is no file /nowhere"):
        running.submit(store, "train-sft", **{**values, "accelerate_config": "/nowhere"})
