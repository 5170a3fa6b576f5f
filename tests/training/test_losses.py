"""Every loss of TRL's stable trainers is offered, and takes a step."""

from __future__ import annotations

import inspect
import re

import pytest
from dpo_runs import eight_pairs
from trl import DPOTrainer, KTOTrainer

from workbench.training import dpo
from workbench.training.settings import BATCH_LOSSES, DPO_LOSSES, KTO_LOSSES, DPOSettings
from workbench.training.weights import load


def compared(trainer):
    """The names with which TRL's code compares its loss type."""
    return set(re.findall(r'loss_type == "(\w+)"', inspect.getsource(trainer)))


def test_the_losses_of_dpo_are_those_of_trl():
    assert set(DPO_LOSSES) == compared(DPOTrainer)


def test_the_losses_of_kto_are_those_of_trl():
    assert set(KTO_LOSSES) == compared(KTOTrainer)


@pytest.mark.parametrize("loss", DPO_LOSSES)
def test_every_loss_of_dpo_takes_a_step(loss, base, tmp_path):
    settings = DPOSettings(
        loss_type=(loss,), label_smoothing=0.1 if loss in ("robust", "exo_pair") else 0.0,
        per_device_train_batch_size=4 if loss in BATCH_LOSSES else 2, trainer={"max_steps": 1},
    )  # fmt: skip
    trainer = dpo.build_trainer(settings, load(base), eight_pairs(), tmp_path)
    trainer.train()
    (step,) = [entry for entry in trainer.state.log_history if "loss" in entry]
    assert abs(step["loss"]) < 100
    assert step["grad_norm"] > 0
    assert any(one.any() for name, one in trainer.model.named_parameters() if "lora_B" in name)  # it was all zeros
