"""What ends a run before its time: one clear sentence, nothing lost, and a resumed run goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from dpo_runs import Recorder
from sft_runs import SETTINGS, eight_examples
from stop_runs import go, narrow, planted, spoil

from workbench.errors import TrainingStopped
from workbench.training import checkpoints, sft, stops
from workbench.training.settings import KTOSettings, SFTSettings


@pytest.fixture(scope="module")
def whole(base, tmp_path_factory):
    return go(sft._RECIPE, base, tmp_path_factory.mktemp("whole"))


def test_a_loss_that_is_no_number_ends_the_run_before_it_is_saved(base, tmp_path):
    with pytest.raises(TrainingStopped, match=r"NaN or infinite at step 5. The checkpoint of step 4 is whole"):
        go(planted(spoil, 5), base, tmp_path)
    assert checkpoints.step(checkpoints.newest(tmp_path / "checkpoints")) == 4


def test_it_goes_on_from_the_checkpoint_before_with_half_the_rate(base, tmp_path, whole):
    with pytest.raises(TrainingStopped):
        go(planted(spoil, 5), base, tmp_path)
    outcome, recorder = go(sft._RECIPE, base, tmp_path)
    assert sorted(recorder.steps) == [5, 6, 7, 8]
    for step, values in recorder.steps.items():
        assert values["learning_rate"] == pytest.approx(whole[1].steps[step]["learning_rate"] / 2)
    assert outcome.health[0].startswith("The loss became NaN or infinite at step 5: it went on")


def test_a_full_disk_is_told_and_costs_nothing_but_the_time(base, tmp_path, whole):
    size = max(path.stat().st_size for path in whole[0].checkpoint.rglob("*") if path.is_file())
    script = Path(__file__).with_name("stop_runs.py")
    run = subprocess.run(
        [sys.executable, str(script), str(base), str(tmp_path), str(size - 1)],
        capture_output=True, text=True, cwd=script.parent,
    )  # fmt: skip
    assert "is full or a quota is reached" in run.stdout, run.stdout + run.stderr[-2000:]
    assert "No checkpoint was written yet. Make room, then resume the job" in run.stdout
    assert list((tmp_path / "checkpoints").glob("checkpoint-*")) == []  # what was half written is gone
    assert go(sft._RECIPE, base, tmp_path)[1].losses() == whole[1].losses()


def test_too_little_memory_halves_the_batch_and_keeps_the_effective_size(base, tmp_path, whole):
    outcome, recorder = go(planted(narrow, 3), base, tmp_path)
    rows = (outcome.settings["per_device_train_batch_size"], outcome.settings["gradient_accumulation_steps"])
    assert rows == (1, 4)
    assert sorted(recorder.steps) == list(range(1, 9))
    assert recorder.steps[1]["loss"] == pytest.approx(whole[1].steps[1]["loss"], abs=1e-4)


def test_a_batch_that_cannot_be_less_says_what_to_do():
    with pytest.raises(TrainingStopped, match=r"not enough for 1 row of up to 64 tokens at once. Set a smaller"):
        stops.halved(SFTSettings(per_device_train_batch_size=1, max_length=64), RuntimeError())
    with pytest.raises(TrainingStopped, match="not enough for 2 rows"):  # KTO needs two for its KL term
        stops.halved(KTOSettings(per_device_train_batch_size=2), RuntimeError())


@pytest.mark.parametrize(("rows", "fewer"), [((4, 1), (2, 2)), ((6, 1), (3, 2)), ((3, 1), (1, 3))])
def test_fewer_rows_still_make_the_same_update(rows, fewer):
    settings = SFTSettings(per_device_train_batch_size=rows[0], gradient_accumulation_steps=rows[1])
    made = stops.halved(settings, RuntimeError())
    assert (made.per_device_train_batch_size, made.gradient_accumulation_steps) == fewer


def test_a_run_told_to_end_leaves_the_model_of_its_last_step(base, tmp_path):
    recorder = Recorder(end_after=3)
    outcome = sft.run(SETTINGS, base, eight_examples(), tmp_path, recorder, saved=tmp_path / "new")
    assert (outcome.steps, sorted(recorder.steps)) == (3, [1, 2, 3])
    assert outcome.checkpoint.name == "checkpoint-3"
    assert (tmp_path / "new" / "model.safetensors").is_file()
