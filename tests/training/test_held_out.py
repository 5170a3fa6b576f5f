"""Rows held out: the weights of the best look are kept, and a run that only gets worse on others is ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sft_runs
from dpo_runs import SETTINGS as DPO
from dpo_runs import Recorder, eight_pairs

from workbench.data import splits
from workbench.data.formats import Table
from workbench.errors import TrainingRefused
from workbench.training import dpo, held_out, sft, task_losses
from workbench.training.completion_rows import completion_rows
from workbench.training.saved import logits
from workbench.training.weights import load

# Eight rows of which some are held out; at this rate the others are soon learned by heart, and those get worse.
SETTINGS = replace(
    sft_runs.SETTINGS, learning_rate=0.1, num_train_epochs=12, eval_share=0.3, eval_steps=2, early_stopping=2
)
EXAMPLES = sft_runs.eight_examples()
NAMED = [{**row, "task": "sums"} for row in EXAMPLES]


@pytest.fixture(scope="module")
def stopped(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stopped")
    recorder = Recorder()
    return sft.run(SETTINGS, base, sft_runs.eight_examples(), folder, recorder, saved=folder / "saved"), recorder


def test_it_ends_after_so_many_looks_that_brought_nothing_better(stopped):
    looks = stopped[0].looks
    assert looks.stopped_early
    assert stopped[0].steps == looks.best_step + 2 * 2  # two looks, two steps apart
    assert looks.best <= looks.last


def test_the_weights_of_the_best_look_are_saved(stopped, base):
    outcome = stopped[0]
    assert outcome.checkpoint.name == f"checkpoint-{outcome.looks.best_step}"
    left = {path.name for path in outcome.checkpoint.parent.glob("checkpoint-*")}
    assert left == {outcome.checkpoint.name, f"checkpoint-{outcome.steps}"}  # the best and the last
    saved, start = load(outcome.saved), load(base)
    assert not logits(saved.model, saved.tokenizer).allclose(logits(start.model, start.tokenizer), atol=1e-2)


def test_one_that_is_ended_keeps_its_best_look(base, tmp_path):
    recorder = Recorder(end_after=7)
    patient = replace(SETTINGS, early_stopping=None)
    outcome = sft.run(patient, base, sft_runs.eight_examples(), tmp_path, recorder, saved=tmp_path / "saved")
    assert outcome.steps == 7
    assert outcome.checkpoint.name == f"checkpoint-{outcome.looks.best_step}"


def test_the_looks_are_curves_from_before_the_first_step(stopped):
    steps = [step for step, values in stopped[1].steps.items() if held_out.LOSS in values]
    assert steps[:2] == [0, 2]
    assert stopped[0].looks.first == pytest.approx(stopped[1].steps[0][held_out.LOSS])


def test_a_killed_run_stops_where_the_whole_one_does(stopped, base, tmp_path):
    """Killed after a look without gain: the resumed run remembers that it was one."""
    step = stopped[0].looks.best_step + 3
    code = (
        "import sys; sys.path.insert(0, sys.argv[3]);"
        "from pathlib import Path; import os, signal, sft_runs, test_held_out; from dpo_runs import Recorder;"
        "from workbench.training import sft;"
        f"kill = lambda seen: os.kill(os.getpid(), signal.SIGKILL) if seen == {step} else None;"
        "sft.run(test_held_out.SETTINGS, Path(sys.argv[1]), sft_runs.eight_examples(), Path(sys.argv[2]),"
        " Recorder(kill), saved=Path(sys.argv[2]) / 'saved')"
    )
    arguments = [sys.executable, "-c", code, str(base), str(tmp_path), str(Path(__file__).parent)]
    assert subprocess.run(arguments, env=os.environ, check=False).returncode == -signal.SIGKILL
    again = sft.run(SETTINGS, base, sft_runs.eight_examples(), tmp_path, Recorder(), saved=tmp_path / "saved")
    assert (again.steps, again.looks.best_step) == (stopped[0].steps, stopped[0].looks.best_step)
    assert again.looks.best == pytest.approx(stopped[0].looks.best, abs=5e-5)


def test_dpo_looks_at_pairs_that_it_does_not_learn(base, tmp_path):
    settings = replace(DPO, eval_share=0.3, eval_steps=2)
    outcome = dpo.run(settings, base, eight_pairs(), tmp_path, Recorder(), saved=tmp_path / "saved")
    assert outcome.looks.first == pytest.approx(0.6931, abs=1e-3)  # policy and reference begin equal: ln 2
    assert not outcome.looks.stopped_early


def test_rows_that_ask_the_same_stay_together_whatever_else_is_there():
    rows = [{"prompt": f"q{n % 20}", "completion": str(n)} for n in range(40)]
    kept, held = held_out.split(rows, 0.3)
    assert kept
    assert held
    assert {row["prompt"] for row in kept}.isdisjoint(row["prompt"] for row in held)
    assert held_out.split(rows[:10], 0.3)[1] == [row for row in held if row in rows[:10]]


def test_of_a_set_that_was_imported_with_an_eval_share_rows_are_held_out_too():
    """Its own share is drawn by hash as well: by the same bits of it, none or a smaller share would be left."""
    table = Table("completions", [{"prompt": f"q{n}", "completion": str(n)} for n in range(400)], "rows")
    left = completion_rows(splits.training(table, splits.Split(eval_share=0.2)))
    kept, held = held_out.split(left, 0.2)
    assert 0.14 < len(held) / (len(held) + len(kept)) < 0.26  # 320 rows: 0.2 with three standard errors of 0.022


def test_twins_stay_together_whatever_they_ask():
    rows = [{"prompt": f"q{n}", "completion": str(n), "family": n // 2} for n in range(80)]
    parts = held_out.split(completion_rows(Table("completions", rows, "rows")), 0.3)
    families = [{row["family"] for row in part} for part in parts]
    assert all(families)
    assert families[0].isdisjoint(families[1])


def test_a_run_that_ended_is_not_trained_further_when_its_job_goes_on(base, tmp_path):
    """Killed after the model was saved, before the job was done."""
    whole = replace(SETTINGS, early_stopping=None)
    first = sft.run(whole, base, EXAMPLES, tmp_path, Recorder(end_after=7), saved=tmp_path / "saved")
    recorder = Recorder()
    again = sft.run(whole, base, EXAMPLES, tmp_path, recorder, saved=tmp_path / "saved")
    assert recorder.steps == {}
    assert (again.steps, again.looks, again.checkpoint) == (first.steps, first.looks, first.checkpoint)


def test_one_that_stopped_early_and_was_killed_while_saving_keeps_its_best_weights(stopped, base, tmp_path):
    class Killed(Recorder):
        def progress(self, done, total, message=""):
            super().progress(done, total, message)
            if message == "Saving the model":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sft.run(SETTINGS, base, NAMED, tmp_path, Killed(), saved=tmp_path / "saved")
    again = sft.run(SETTINGS, base, NAMED, tmp_path, Recorder(), saved=tmp_path / "saved")
    assert (again.steps, again.looks.stopped_early) == (stopped[0].steps, True)
    best = load(again.saved)
    learned, _ = held_out.split(NAMED, SETTINGS.eval_share)
    tasks = task_losses.samples(learned, best.tokenizer, SETTINGS.max_length)
    kept = task_losses.losses(best.model, tasks, Recorder())["sums"]
    assert again.tasks["sums"].after == pytest.approx(kept, abs=1e-4)


def test_a_share_that_leaves_nothing_is_refused():
    with pytest.raises(TrainingRefused, match="leaves none to look at"):
        held_out.split([{"prompt": "q"}], 1e-9)
