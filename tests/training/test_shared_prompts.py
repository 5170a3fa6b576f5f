"""A prompt that is computed once for both answers gives what TRL's own rows give, and moves the weights alike."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from dpo_runs import SETTINGS, eight_pairs, pair

from workbench.training import dpo, shared_prompts
from workbench.training.log_probs import base_log_probs, first_batch, policy_log_probs
from workbench.training.weights import load

PAIRS = [
    pair("Name a colour.", "Blue is one of them.", "Blue."),  # the answers begin alike
    pair("Who are you, and what do you do all day long?", "A model.", "I would rather not say."),
    pair("Why?", "So.", "So."),
]
ids = torch.tensor


def test_a_pair_lies_in_one_row():
    """[1 2 3 | 4 5] and [1 2 3 | 6]: 1 2 are shared, 3 stands in both since it predicts 4 in one and 6 in the other."""
    packed = shared_prompts.pack(
        ids([[1, 2, 3, 4, 5], [1, 2, 3, 6, 0]]),
        ids([[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]]),
        ids([[-100, -100, -100, 4, 5], [-100, -100, -100, 6, -100]]),
    )
    assert packed.ids.tolist() == [[1, 2, 3, 4, 5, 3, 6]]
    assert packed.positions.tolist() == [[0, 1, 2, 3, 4, 2, 3]]
    assert packed.labels.tolist() == [[-100, -100, 4, 5, -100, 6, -100]]
    assert packed.slots.tolist() == [[0, 1, 2, 3], [0, 1, 5, 0]]
    assert packed.hidden[0, 6].tolist() == [False, False, True, True, True, False, False]
    assert packed.hidden[0, 4].tolist() == [False] * 5 + [True, True]


@pytest.mark.parametrize("method", ["lora", "full", "ia3", "prompt"])
def test_log_probabilities_are_those_of_plain_rows(base, tmp_path, method):
    settings = replace(SETTINGS, method=method, peft={}, per_device_train_batch_size=3)
    trainer = dpo.build_trainer(settings, load(base), PAIRS, tmp_path)
    batch = first_batch(trainer)
    with torch.no_grad():
        plain, found = base_log_probs(trainer.model, batch), policy_log_probs(trainer.model, batch)
    assert found.tolist() == pytest.approx(plain.tolist(), abs=1e-3)


@pytest.mark.parametrize("checkpointing", [False, True])
def test_loss_metrics_and_gradients_are_those_of_trl(base, tmp_path, monkeypatch, checkpointing):
    settings = replace(SETTINGS, method="full", peft={}, per_device_train_batch_size=3, loss_type=("sigmoid", "sft"),
                       gradient_checkpointing=checkpointing)  # fmt: skip
    shared = _step(settings, base, tmp_path / "shared")
    monkeypatch.setattr(shared_prompts, "share", lambda model: None)
    plain = _step(settings, base, tmp_path / "plain")
    for ours, trls in zip(shared, plain, strict=True):
        assert ours == pytest.approx(trls, rel=1e-4, abs=1e-5)


def test_fewer_tokens_are_read(base, tmp_path):
    trainer = dpo.build_trainer(replace(SETTINGS, per_device_train_batch_size=8), load(base), eight_pairs(), tmp_path)
    batch, read = first_batch(trainer), []
    embeddings = trainer.model.get_input_embeddings()
    embeddings.register_forward_hook(lambda _module, given, _output: read.append(given[0].numel()))
    policy_log_probs(trainer.model, batch)
    assert sum(read) < 0.75 * batch["input_ids"].numel()


def _step(settings, base, folder):
    """(Gradients' norms, metrics) of one batch, after a nudge so that the policy is not its reference."""
    trainer = dpo.build_trainer(settings, load(base), PAIRS, folder)
    trainer.model.train()
    generator = torch.Generator().manual_seed(0)
    for weight in trainer.model.parameters():
        weight.data += 0.01 * torch.randn(weight.shape, generator=generator)
    trainer.compute_loss(trainer.model, first_batch(trainer)).backward()
    norms = {name: float(weight.grad.norm()) for name, weight in trainer.model.named_parameters()}
    return norms, {name: values[-1] for name, values in trainer._metrics["train"].items()}
