"""Two processes train one model through accelerate, on the CPU: watched, cancelled, killed and resumed like one."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import running

from workbench import launch
from workbench.errors import TrainingRefused, UsageError
from workbench.store import Store, jobs, models, open_store
from workbench.training import launcher
from workbench.training.settings import SFTSettings
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
    pairs = {"data": str(running.pairs(tmp_path, 8)), "num_train_epochs": 2, "method": method, "trainer": {}}
    two = running.done(store, "train-dpo", name=f"two-{method}", **{**values, **pairs})
    alone = {**values, **pairs, "launcher": "none", "accelerate_config": None, "per_device_train_batch_size": 2}
    one = running.done(store, "train-dpo", name=f"one-{method}", **alone)
    assert two.result["processes"] == 2
    assert two.result["first_loss"] == pytest.approx(0.6931, abs=1e-3)
    assert two.result["gate"]["reference"] < 1e-3
    assert two.result["settings"]["precompute_ref_log_probs"]  # of two epochs: read once, before the first step
    assert losses(store, two) == pytest.approx(losses(store, one), abs=1e-3)  # 8 pairs, two a step


def test_kto_reads_its_reference_once_for_both_processes(there, tmp_path):
    store, values = there
    rows = [
        {**row, "label": at % 2 == 0, "completion": row["chosen" if at % 2 == 0 else "rejected"]}
        for at, row in enumerate(map(json.loads, running.pairs(tmp_path, 8).read_text().splitlines()))
    ]
    labels = tmp_path / "labels.json"
    kept = ("prompt", "completion", "label")
    labels.write_text(json.dumps([{name: row[name] for name in kept} for row in rows]))
    given = {"data": str(labels), "num_train_epochs": 2, "per_device_train_batch_size": 2, "trainer": {}}
    result = running.done(store, "train-kto", name="kto", **{**values, **given}).result
    assert (result["processes"], result["settings"]["precompute_ref_log_probs"]) == (2, True)
    assert result["gate"]["reference"] < 1e-3
    assert result["first_loss"] == pytest.approx(0.5, abs=1e-3)  # the policy is its reference


def test_what_is_refused_in_a_process_is_refused_here(there, tmp_path):
    store, values = there
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps([{"instruction": "a", "output": " "}]))
    job = running.submit(store, "train-sft", **{**values, "data": str(empty)})
    job = running.until(store, job.id, lambda job: job.ended)
    assert (job.state, "1 have an empty answer" in job.error) == ("failed", True)


def test_what_is_refused_in_one_process_alone_ends_all_with_its_sentence(there, tmp_path, monkeypatch):
    store, values = there
    script = Path(__file__).with_name("one_of_several.py")

    def command(folder, config):
        accelerate = [sys.executable, "-m", "accelerate.commands.launch", "--config_file", str(config)]
        return [*accelerate, str(script), str(folder)]

    monkeypatch.setattr(launcher, "_command", command)
    rows = [{"prompt": [{"role": "user", "content": "Hello"}], "completion": [{"role": "assistant", "content": "Hi"}]}]
    with pytest.raises(TrainingRefused, match=r"needs about .* GB of memory"):
        launcher.run(
            "sft", SFTSettings(method="full"), Path(models.by_name(store, "tiny").path), rows * 4, tmp_path, Deaf(),
            saved=tmp_path / "new", config=Path(values["accelerate_config"]),
        )  # fmt: skip
    assert not any(folder.exists() for folder in (tmp_path / "new", tmp_path / "checkpoints" / "checkpoint-1"))


class Deaf:
    """A Watch to which nothing matters."""

    def progress(self, done: int, total: int, message: str = "") -> None: ...

    def metrics(self, step: int, values: dict[str, float]) -> None: ...

    def cancelled(self) -> bool:
        return False

    def ending(self) -> bool:
        return False


def test_a_configuration_that_is_not_there_is_refused(there):
    store, values = there
    with pytest.raises(UsageError, match="There is no file /nowhere"):
        running.submit(store, "train-sft", **{**values, "accelerate_config": "/nowhere"})
