"""What was answered once is not asked again: not on a busier machine, and not for more items of the same data."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from at_once import executed

from workbench import jobs as kinds
from workbench.jobs import _inputs
from workbench.models.machine import Machine, Speed
from workbench.models.scripted import ScriptedModel
from workbench.store import models, runs
from workbench.tasks import index
from workbench.worker.context import WorkerContext

SPEEDS = tuple(
    Speed(dtype, threads, 100.0 * threads, 10.0 * threads) for dtype in ("float32", "bfloat16") for threads in (1, 2)
)
MACHINE = Machine("here", 2, "2", None, False, 0.0, datetime.now(UTC).isoformat(), SPEEDS)


@pytest.fixture
def bench(store, tmp_path, monkeypatch):
    """Runs a benchmark of a scripted model while so many of two cores are busy; the job's result and the model."""
    models.add(store, "small", "small", "folder", str(tmp_path), "weights")
    monkeypatch.setattr(_inputs, "current", lambda cache: MACHINE)

    def go(busy=0.0, **values):
        monkeypatch.setattr(_inputs, "busy_cores", lambda: busy)
        spec = kinds.parse("bench", {"model": "small", "task": "multiple_choice", **values})
        engine = ScriptedModel(batch_rows=8)
        return executed(store, spec, engine), engine

    return go


def asked(engine):
    return sum(map(len, engine.calls))


def test_a_busier_machine_asks_nothing_again(store, bench):
    first, engine = bench(busy=0.0, limit=12)
    again, idle = bench(busy=2.0, limit=12)
    assert (asked(engine), asked(idle)) == (48, 0)
    assert again["run"] == first["run"]
    assert runs.by_id(store, first["run"]).settings["threads"] == 2


def test_a_run_that_another_job_began_is_gone_on_with(store, bench, monkeypatch):
    class Ended(Exception):
        """The worker, after its first batch."""

    def ends(self):
        raise Ended

    monkeypatch.setattr(WorkerContext, "check_cancelled", ends)
    with pytest.raises(Ended):
        bench(busy=0.0, limit=12)
    monkeypatch.undo()
    (begun,) = runs.all_runs(store)
    assert begun.finished_at is None
    monkeypatch.setattr(_inputs, "current", lambda cache: MACHINE)
    result, engine = bench(busy=2.0, limit=12)
    assert (result["run"], asked(engine)) == (begun.id, 40)  # of 48 requests 8 were answered


def test_a_batch_that_is_cancelled_while_it_is_written_is_not_kept(store, bench, monkeypatch):
    class Ended(Exception):
        """The job, with the first word of how far the batch is."""

    def ends(self):
        raise Ended

    monkeypatch.setattr(WorkerContext, "check_cancelled", ends)
    with pytest.raises(Ended):
        bench(task="translation_en_de", limit=6)
    (begun,) = runs.all_runs(store)
    assert runs.texts(store, begun.id) == {}


def test_of_all_items_those_that_were_asked_before_are_taken_over(store, bench):
    """Item n of the first run is item n of the second: 400 requests of 100 items, 48 of them known."""
    bench(limit=12)
    result, engine = bench()
    assert asked(engine) == 400 - 48
    other, _ = bench(fewshot=0)  # another version of the task: nothing is taken over, and nothing differs
    found, anew = (runs.answers(store, one["run"]) for one in (result, other))
    assert [one.logprobs for one in found] == [one.logprobs for one in anew]
    assert result["runs"][0]["metrics"] == other["runs"][0]["metrics"]


def test_the_first_items_of_a_run_on_all_cost_nothing(store, bench):
    whole, _ = bench()
    result, engine = bench(limit=5)
    assert asked(engine) == 0
    first = runs.answers(store, whole["run"])[:5]
    assert [one.logprobs for one in runs.answers(store, result["run"])] == [one.logprobs for one in first]


def test_other_weights_under_the_same_name_are_asked_anew(store, bench, tmp_path):
    bench(limit=12)
    models.add(store, "small", "small", "folder", str(tmp_path), "other weights")
    _, engine = bench(limit=20)
    assert asked(engine) == 80


def test_written_answers_are_taken_over_too(store, bench):
    first, _ = bench(task="translation_en_de", limit=6)
    result, engine = bench(task="translation_en_de", limit=10)
    assert asked(engine) == 4
    before, after = (runs.answers(store, one["run"]) for one in (first, result))
    assert [one.text for one in after[:6]] == [one.text for one in before]


def test_tasks_whose_answers_may_be_long_come_first_and_what_reading_costs_is_known_before(store, bench):
    """Of core, instruction_following may write 256 tokens, three tasks 64, then 48 and 32; seven are scored."""
    result, _ = bench(suite="core", limit=3)
    done = {run.id: run for run in runs.all_runs(store)}
    in_order = [done[one["run"]] for one in result["runs"]]
    named = {run.id: one["task"] for run, one in zip(in_order, result["runs"], strict=True)}
    assert [named[run.id] for run in in_order] == list(index.bundled())
    finished = [named[run.id] for run in sorted(in_order, key=lambda run: run.finished_at)]
    written = ["instruction_following", "summaries", "translation_en_de", "translation_en_fr", "named_entities",
               "question_answering"]  # fmt: skip
    assert finished[:6] == written
    assert {named[run.id] for run in sorted(in_order, key=lambda run: run.id)[:7]} == set(named.values()) - set(written)
