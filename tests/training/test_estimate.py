from __future__ import annotations

import pytest
from dpo_runs import SETTINGS as DPO
from dpo_runs import eight_pairs
from sft_runs import SETTINGS, eight_examples
from stop_runs import go

from workbench.training import dpo, dpo_preflight, estimate, sft, sft_preflight
from workbench.training.log_probs import policy_log_probs
from workbench.training.weights import load


@pytest.fixture(scope="module")
def report(base):
    return sft_preflight.examine(eight_examples(), load(base).tokenizer, SETTINGS.max_length)[1]


def test_the_steps_and_tokens_of_a_run_are_counted(base, report, tmp_path):
    found = estimate.measure(sft.build_trainer(SETTINGS, load(base), eight_examples(), tmp_path), SETTINGS, report)
    # 8 rows, 4 to an update, 4 epochs
    assert (found.steps, found.tokens) == (8, 4 * report.tokens)
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


def test_measuring_changes_no_weight_and_no_random_state(base, tmp_path, report):
    import torch

    trainer = sft.build_trainer(SETTINGS, load(base), eight_examples(), tmp_path)
    batch = estimate._batch(trainer, [0, 1])
    trainer.model.eval()
    with torch.no_grad():
        before = policy_log_probs(trainer.model, batch)
    state = torch.get_rng_state()
    estimate.measure(trainer, SETTINGS, report)
    assert torch.equal(state, torch.get_rng_state())
    trainer.model.eval()
    with torch.no_grad():
        assert torch.equal(before, policy_log_probs(trainer.model, batch))
    assert all(one.grad is None for one in trainer.model.parameters())


def test_a_reference_read_once_costs_one_pass(base):
    loaded = load(base)
    _, counts = dpo_preflight.examine(eight_pairs(), loaded.tokenizer, DPO.max_length)
    found = dpo.measure(DPO, base, eight_pairs(), counts)
    assert (found.steps, found.tokens) == (8, 4 * counts.tokens)


def test_a_run_tells_what_it_will_take_before_its_first_step_and_what_it_took(base, tmp_path):
    outcome, recorder = go(sft._RECIPE, base, tmp_path)
    assert recorder.foretold == {
        "estimate/seconds": outcome.estimate.seconds, "estimate/memory": outcome.estimate.memory / 1e9,
    }  # fmt: skip
    assert outcome.peak_memory > 0
    assert {"tokens_per_second", "memory"} <= set(recorder.steps[1])
