from __future__ import annotations

import itertools
import tempfile
import time
from dataclasses import replace

import pytest
import torch
from dpo_runs import SETTINGS as DPO
from dpo_runs import eight_pairs, pair
from sft_runs import SETTINGS, eight_examples, settings
from stop_runs import go

from workbench.training import dpo, dpo_preflight, estimate, kto, kto_preflight, sft, sft_preflight, update_cost
from workbench.training.log_probs import policy_log_probs
from workbench.training.settings import KTOSettings
from workbench.training.weights import load

ALIKE = eight_pairs()[:1] * 8


@pytest.fixture(scope="module")
def report(base):
    return sft_preflight.examine(eight_examples(), load(base).tokenizer, SETTINGS.max_length)[1]


def test_the_steps_and_tokens_of_a_run_are_counted(base, tmp_path):
    """10 rows, 2 a batch and 2 batches to an update: 3 updates an epoch, the last of 2 rows."""
    ten = [*eight_examples(), *eight_examples()[:2]]
    counts = sft_preflight.examine(ten, load(base).tokenizer, SETTINGS.max_length)[1]
    trainer = sft.build_trainer(SETTINGS, load(base), ten, tmp_path)
    found = estimate.measure(trainer, SETTINGS, counts)
    trainer.train()
    assert found.steps == trainer.state.max_steps == 12
    assert found.tokens == 4 * counts.tokens
    assert found.seconds > 0
    assert found.memory > 0


def test_the_time_of_a_batch_and_of_a_token_come_apart():
    # 20 tokens more take 1 s more: 0.05 s each, and 2 - 30 * 0.05 = 0.5 s are left for the batch
    assert estimate.line((10, 1.0), (30, 2.0)) == pytest.approx((0.5, 0.05))


@pytest.mark.parametrize("short", [(30, 2.0), (10, 3.0), (10, 0.1)])
def test_where_they_cannot_all_is_the_tokens(short):
    assert estimate.line(short, (30, 2.0)) == pytest.approx((0.0, 2 / 30))


def test_the_longest_rows_are_measured(base, report, tmp_path):
    loaded = load(base)
    found = estimate.measure(sft.build_trainer(SETTINGS, loaded, eight_examples(), tmp_path), SETTINGS, report)
    tokens = [
        len(one.prompt) + len(one.answer)
        for one in (sft_preflight.tokenise(row, loaded.tokenizer) for row in eight_examples())
    ]
    assert found.step_tokens == sum(sorted(tokens)[-2:])


def test_a_pair_that_is_longest_with_its_prompt_read_once_is_measured_too(base, tmp_path):
    """Of two pairs about as long, the second's prompt is a word: read once, it has nearly twice as many tokens."""
    words = "the mill turned " * 20
    rows = [pair(words + "so it went on", "Yes.", "No."), pair("Go on.", words + "then", words + "now"),
            pair("Why?", "So.", "So?")]  # fmt: skip
    one = replace(DPO, per_device_train_batch_size=1)
    trainer = dpo.build_trainer(one, load(base), rows, tmp_path)
    lengths = estimate._by_length(trainer, one.max_length)
    assert {row for batch in estimate._longest(trainer, lengths, one) for row in batch} == {0, 1}
    assert estimate._longest(trainer, [2, 1], one) == [[1]]


@pytest.mark.parametrize("method", ["lora", "full"])
def test_measuring_leaves_all_as_it_was(method, base, tmp_path, report):
    """Weights, gradients, random state, optimizer, log and folder."""
    trainer = sft.build_trainer(settings(method), load(base), eight_examples(), tmp_path)
    weights = {name: tensor.clone() for name, tensor in trainer.model.state_dict().items()}
    batch = estimate._batch(trainer, [0, 1])
    trainer.model.eval()
    with torch.no_grad():
        before = policy_log_probs(trainer.model, batch)
    state = torch.get_rng_state()
    estimate.measure(trainer, settings(method), report)
    assert torch.equal(state, torch.get_rng_state())
    assert all(torch.equal(tensor, weights[name]) for name, tensor in trainer.model.state_dict().items())
    assert (trainer.optimizer, trainer.state.log_history, list(tmp_path.iterdir())) == (None, [], [])
    trainer.model.eval()
    with torch.no_grad():
        assert torch.equal(before, policy_log_probs(trainer.model, batch))
    assert all(one.grad is None for one in trainer.model.parameters())


def batches(found):
    """Seconds of the batches alone."""
    return found.seconds - found.updating - found.saving


@pytest.fixture
def a_second_each(monkeypatch):
    """Each look at the clock comes a second after the one before."""
    ticks = itertools.count()
    monkeypatch.setattr(time, "perf_counter", lambda: float(next(ticks)))


@pytest.mark.usefixtures("a_second_each")
@pytest.mark.parametrize(("once", "seconds"), [(False, 4 * 4 + 4 * 4), (True, 4 * 4 + 4)])
def test_a_reference_read_once_costs_one_pass(base, once, seconds, tmp_path):
    """4 batches of two pairs in each of 4 epochs: a second to learn from each, and one for the reference."""
    _, counts = dpo_preflight.examine(ALIKE, load(base).tokenizer, DPO.max_length)
    found = dpo.measure(replace(DPO, precompute_ref_log_probs=once), base, ALIKE, counts, tmp_path)
    assert batches(found) == pytest.approx(seconds)


@pytest.mark.usefixtures("a_second_each")
def test_looks_at_held_out_rows_cost_a_pass_each(base, tmp_path):
    """Half of 8 pairs are learned: 2 batches to an update, 4 epochs, so 4 updates. Before them, and after each second
    one, 2 batches are looked at: 4 * 2 + 3 * 2 batches, each with a second for the policy and one for the reference.
    """
    settings = replace(DPO, eval_share=0.5, eval_steps=2)
    _, counts = dpo_preflight.examine(ALIKE, load(base).tokenizer, DPO.max_length)
    assert batches(dpo.measure(settings, base, ALIKE, counts, tmp_path)) == pytest.approx(2 * (8 + 6))


@pytest.mark.usefixtures("a_second_each")
def test_an_update_is_counted_as_often_as_the_run_makes_one(base, tmp_path):
    """2 updates in each of 4 epochs, a second each."""
    _, counts = dpo_preflight.examine(ALIKE, load(base).tokenizer, DPO.max_length)
    assert dpo.measure(DPO, base, ALIKE, counts, tmp_path).updating == pytest.approx(8)


@pytest.mark.parametrize(
    ("every", "updates", "count"),
    [(2, 8, 4), (3, 8, 3), (100, 8, 1), (0.25, 8, 4)],  # the last step is kept too; below 1: a share of the updates
)
def test_checkpoints_are_counted(base, tmp_path, every, updates, count):
    trainer = sft.build_trainer(
        replace(SETTINGS, trainer={"save_steps": every}), load(base), eight_examples(), tmp_path
    )
    assert update_cost.checkpoints(trainer, updates) == count


def test_kto_reads_the_answers_of_others_too(base, tmp_path):
    """For its KL term: one more pass of the policy than the loss without it."""

    class Counting:
        def __init__(self):
            self.count = 0

        def __call__(self, *_):
            self.count += 1

    passes = []
    rows = [{**row, "label": at % 2 == 0} for at, row in enumerate(eight_examples())]
    for loss in ("kto", "apo_zero_unpaired"):
        settings = KTOSettings(loss_type=loss)
        trainer = kto.build_trainer(settings, load(base), rows, tmp_path / loss)
        counts = kto_preflight.examine(rows, trainer.processing_class, settings.max_length)[1]
        counting = Counting()
        trainer.model.register_forward_pre_hook(counting)
        estimate.measure(trainer, settings, counts)
        passes.append(counting.count)
    # three batches are measured, each by the policy and the reference, with the KL term each of them twice
    assert passes == [12, 6]


def test_a_run_tells_what_it_will_take_before_its_first_step_and_what_it_took(base, tmp_path):
    outcome, recorder = go(sft._RECIPE, base, tmp_path)
    assert recorder.foretold == {
        "estimate/seconds": outcome.estimate.seconds, "estimate/memory": outcome.estimate.memory / 1e9,
    }  # fmt: skip
    assert outcome.peak_memory > 0
    assert {"tokens_per_second", "memory"} <= set(recorder.steps[1])


def test_the_disk_of_the_run_is_measured(base, tmp_path, monkeypatch):
    """And not the one of temporary files, which may be memory, or none at all."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    _, counts = dpo_preflight.examine(ALIKE, load(base).tokenizer, DPO.max_length)
    assert dpo.measure(DPO, base, ALIKE, counts, tmp_path).saving > 0
    assert not list(tmp_path.iterdir())
