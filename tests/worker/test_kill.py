"""kill -9 at any moment: the resumed job equals the uninterrupted one, and nothing is there twice.

Each trial runs a job in a worker of its own, kills that worker somewhere between claim and end, and resumes.
WORKBENCH_KILL_TRIALS sets how many trials each kind of job gets (default: few, so that the tests stay short).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import given
import pytest
import running

from workbench import launch
from workbench.store import Store, batches, data, exports, jobs, models, open_store, ratings
from workbench.workspace import Workspace

TRIALS = int(os.environ.get("WORKBENCH_KILL_TRIALS", "0"))  # 0: each kind's own number
CURVES = ("loss", "rewards/margins", "rewards/accuracies", "logps/chosen")
HEAVY, LIGHT = TRIALS or 2, TRIALS or 3


@dataclass
class Kind:
    """A job, the workspace it begins in, and what it must leave behind, as plain values."""

    name: str
    values: dict[str, Any]
    start: Path
    outcome: Callable[[Store], Any]


@contextmanager
def copied(kind: Kind, folder: Path) -> Iterator[Store]:
    """The kind's beginning in a folder of its own, with a model cache of its own."""
    shutil.copytree(kind.start, folder / "workspace")
    with pytest.MonkeyPatch.context() as patch:
        if kind.name == "pull":
            patch.setenv("WORKBENCH_CACHE", str(folder / "cache"))
        with open_store(Workspace(folder / "workspace")) as store:
            yield store
            running.end_workers(store)


def uninterrupted(kind: Kind, folder: Path) -> tuple[Any, float]:
    """(what it leaves behind, the seconds from claim to end)."""
    with copied(kind, folder) as store:
        job = running.submit(store, kind.name, **kind.values)
        running.until(store, job.id, lambda job: job.state != "queued")
        began = time.monotonic()
        running.finished(store, job.id)
        return kind.outcome(store), time.monotonic() - began


def killed(kind: Kind, folder: Path, after: float) -> tuple[Any, bool]:
    """(what the resumed job leaves behind, whether the kill came before the end)."""
    with copied(kind, folder) as store:
        job = running.submit(store, kind.name, **kind.values)
        running.until(store, job.id, lambda job: job.state != "queued")
        time.sleep(after)
        job = running.kill(store, jobs.by_id(store, job.id))
        in_time = job.state == "lost"
        if in_time:
            launch.resume(store, job.id)
        ended = running.finished(store, job.id)
        assert ended.attempts == 1 + in_time
        return kind.outcome(store), in_time


def trial(kind: Kind, folder: Path, trials: int) -> None:
    """`trials` kills, one somewhere in each equal part of the job's duration.

    A job that ended before its kill is compared too and tried again: it took less than the first did (a busy
    machine), so the parts are those of the shorter time from then on.
    """
    expected, seconds = uninterrupted(kind, folder / "whole")
    kills = late = 0
    while kills < trials:
        after = seconds * (kills + random.random()) / trials
        found, in_time = killed(kind, folder / f"{kills}-{late}", after)
        assert found == expected, f"killed {after:.2f} s after its claim"
        kills, late = kills + in_time, late + (not in_time)
        seconds = seconds if in_time else after
        assert late < 5 + trials, f"{kind.name}: {kills} kills came before the end, {late} after it"


@pytest.fixture
def start(tmp_path):
    """A folder in which a workspace is prepared; close the store before the trials."""
    return tmp_path / "start"


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in store.read(sql)]


def test_pull(start, tmp_path):
    open_store(Workspace(start)).close()

    def outcome(store):
        (model,) = models.all_models(store)
        cache = Path(model.path).parent
        files = sorted(path.name for path in cache.iterdir() if not path.name.startswith("."))
        return model.name, model.kind, model.weights_hash, files

    trial(Kind("pull", {"name": "tiny"}, start, outcome), tmp_path, HEAVY)


def test_import_data(start, tmp_path):
    open_store(Workspace(start)).close()
    path = tmp_path / "long.jsonl"
    path.write_text("".join(json.dumps({"prompt": f"{n} " + "words " * 40}) + "\n" for n in range(60_000)))

    def outcome(store):
        (one,) = data.all_sets(store)
        stored = Path(one.path)
        there = [file.name for file in stored.parent.iterdir()]  # nothing of the killed attempt either
        return one.name, one.layout, one.rows, one.fingerprint, there, stored.read_bytes() == path.read_bytes()

    trial(Kind("import-data", {"path": str(path)}, start, outcome), tmp_path, LIGHT)


def test_export_preferences(start, tmp_path):
    with open_store(Workspace(start)) as store:
        batch = given.batch(store, [[f"good {n}", f"bad {n}"] for n in range(1500)])
        given.judged(
            store, batch, {item * 2 - odd: (5, 4, 5) if odd else (1, 2, 1) for item in range(1, 1501) for odd in (0, 1)}
        )

    def outcome(store):
        (export,) = exports.all_exports(store)
        (one,) = data.all_sets(store)
        return export.sha256, export.rows, export.counts, export.last_judgment, one.rows, Path(export.path).read_bytes()

    trial(Kind("export-preferences", {"name": "pairs"}, start, outcome), tmp_path, LIGHT)


def test_generate(start, tmp_path):
    with open_store(Workspace(start)) as store:
        running.done(store, "pull", name="tiny")
        running.end_workers(store)
    asked = running.prompts(tmp_path, 60)

    def outcome(store):
        (batch,) = batches.all_batches(store)
        answers = rows(store, "SELECT request_hash, text, finish_reason, tokens, seed, sample FROM completions")
        judged = rows(
            store,
            "SELECT i.position, p.hash, c.request_hash, s.request_hash FROM batch_items i"
            " JOIN prompts p ON p.id = i.prompt_id JOIN batch_candidates b ON b.item_id = i.id"
            " JOIN completions c ON c.id = b.completion_id LEFT JOIN completions s ON s.id = b.same_as",
        )
        assert (len(answers), len(judged), ratings.differences(store)) == (120, 126, 0)  # 5 % of 60 prompts come back
        return batch.rubric_id, sorted(answers), sorted(judged, key=str)

    values = {"model": "tiny", "data": str(asked), "max_new_tokens": 120}
    trial(Kind("generate", values, start, outcome), tmp_path, HEAVY)


def test_bench_of_several_kinds(start, tmp_path):
    """Questions with choices, running text and written answers; what is read is without times and numbers of runs."""
    with open_store(Workspace(start)) as store:
        running.done(store, "pull", name="tiny")
        running.end_workers(store)

    def outcome(store):
        scored = rows(store, "SELECT item_id, context, choices, gold, answer, scores, margin, parts FROM answers")
        told = rows(store, "SELECT item_id, number, logprob, is_greedy, tokens FROM responses")
        written = rows(store, "SELECT item_id, number, text, tokens, finish_reason FROM texts")
        numbers = rows(store, "SELECT items, metrics FROM runs WHERE finished_at IS NOT NULL ORDER BY task_id")
        assert (len(numbers), len(scored)) == (13, 26)
        return sorted(scored), sorted(told), sorted(written), numbers

    values = {"model": "tiny", "suite": "core", "limit": 2}
    trial(Kind("bench", values, start, outcome), tmp_path, HEAVY)


def test_train_dpo(start, tmp_path):
    with open_store(Workspace(start)) as store:
        running.done(store, "pull", name="tiny")
        running.end_workers(store)

    def outcome(store):
        new = models.by_name(store, "tiny-dpo-1")
        job = jobs.by_id(store, new.job_id)
        series = jobs.metrics(store, job.id)
        curve = {
            name: [(step, round(value, 4)) for step, value in series[name]] for name in ("loss", "rewards/margins")
        }
        assert len(curve["loss"]) == job.result["steps"] == 24
        left = [path.name for path in store.workspace.models.iterdir()]
        return curve, new.weights_hash, new.details, sorted(name for name in left if not name.startswith("."))

    values = {
        "model": "tiny", "data": str(running.pairs(tmp_path, 32)), "learning_rate": 1e-3, "num_train_epochs": 3,
        "per_device_train_batch_size": 4, "gradient_accumulation_steps": 1,
    }  # fmt: skip
    trial(Kind("train-dpo", values, start, outcome), tmp_path, HEAVY)


def labels(folder: Path, count: int) -> Path:
    """Answers of which every second one is good."""
    path = folder / "labels.jsonl"
    rows = [
        {
            "prompt": [{"role": "user", "content": f"How many are {n} and {n}?"}],
            "completion": [{"role": "assistant", "content": f"They are {2 * n}." if n % 2 else "Nobody knows!"}],
            "label": bool(n % 2),
        }
        for n in range(count)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def documents(folder: Path, count: int) -> Path:
    path = folder / "documents.jsonl"
    path.write_text("".join(json.dumps({"text": f"The mill turned {n} times. " * 12}) + "\n" for n in range(count)))
    return path


@pytest.mark.parametrize(
    ("kind", "written", "names"),
    [("train-kto", labels, ("loss", "kl", "rewards/margins")), ("train-sft", documents, ("loss", "grad_norm"))],
    ids=["kto", "domain"],
)
def test_train_on_labels_and_on_plain_text(kind, written, names, start, tmp_path):
    with open_store(Workspace(start)) as store:
        running.done(store, "pull", name="tiny")
        running.end_workers(store)

    def outcome(store):
        new = models.by_name(store, f"tiny-{kind.removeprefix('train-')}-1")
        series, steps = jobs.metrics(store, new.job_id), jobs.by_id(store, new.job_id).result["steps"]
        assert [step for step, _ in series["loss"]] == list(range(1, steps + 1))
        curves = {name: [(step, round(value, 4)) for step, value in series[name]] for name in names}
        return curves, new.weights_hash, new.details

    values = {
        "model": "tiny", "data": str(written(tmp_path, 32)), "learning_rate": 1e-3, "num_train_epochs": 3,
        "per_device_train_batch_size": 4, "gradient_accumulation_steps": 1, "max_length": 64,
    }  # fmt: skip
    trial(Kind(kind, values, start, outcome), tmp_path, TRIALS or 1)


@pytest.mark.parametrize("method", ["lora", "full", "adapter"])
def test_train_sft(method, start, tmp_path):
    with open_store(Workspace(start)) as store:
        running.done(store, "pull", name="tiny")
        running.end_workers(store)

    def outcome(store):
        new = models.by_name(store, "tiny-sft-1")
        job = jobs.by_id(store, new.job_id)
        curve = [(step, round(value, 4)) for step, value in jobs.metrics(store, job.id)["loss"]]
        assert len(curve) == job.result["steps"] == 24
        left = [path.name for path in store.workspace.models.iterdir()]
        return curve, new.weights_hash, new.details, sorted(name for name in left if not name.startswith("."))

    values = {
        "model": "tiny", "data": str(running.instructions(tmp_path, 32)), "learning_rate": 1e-3,
        "num_train_epochs": 3, "per_device_train_batch_size": 4, "gradient_accumulation_steps": 1, "method": method,
    }  # fmt: skip
    trial(Kind("train-sft", values, start, outcome), tmp_path, HEAVY)
