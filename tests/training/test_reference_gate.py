from __future__ import annotations

import math

import pytest
import torch
from datasets.arrow_dataset import Dataset
from peft import LoraConfig
from trl import DPOConfig, DPOTrainer

from workbench.errors import TrainingRefused
from workbench.training import reference_gate
from workbench.training.dpo import build_trainer
from workbench.training.health import expected_first_loss
from workbench.training.log_probs import base_log_probs, first_batch
from workbench.training.settings import DPO_LOSSES, DPOSettings
from workbench.training.weights import load


@pytest.fixture
def trainer(base, rows, tmp_path):
    return build_trainer(DPOSettings(per_device_train_batch_size=4), load(base), rows, tmp_path)


def move_adapter(trainer):
    with torch.no_grad():
        for name, parameter in trainer.model.named_parameters():
            if "lora_B" in name:
                parameter.add_(0.1)


@pytest.mark.parametrize("loss", DPO_LOSSES)
def test_an_honest_run_passes_under_every_loss(loss, base, rows, tmp_path):
    settings = DPOSettings(
        per_device_train_batch_size=4, loss_type=(loss,), label_smoothing=0.1 if loss in ("robust", "exo_pair") else 0.0
    )
    trainer = build_trainer(settings, load(base), rows, tmp_path)
    result = reference_gate.check(trainer, base, fresh=True)
    assert result.reference < 1e-4
    assert result.policy is not None
    assert result.policy < 1e-4


@pytest.mark.parametrize("loss", ["sigmoid", "robust", "aot", "hinge", "ipo"])
def test_the_first_loss_is_the_expected_one(loss, base, rows, tmp_path):
    settings = DPOSettings(
        per_device_train_batch_size=4, loss_type=(loss,), label_smoothing=0.1 if loss == "robust" else 0.0
    )
    trainer = build_trainer(settings, load(base), rows, tmp_path)
    first = trainer.compute_loss(trainer.model, next(iter(trainer.get_train_dataloader()))).item()
    assert first == pytest.approx(expected_first_loss((loss,), settings.beta), abs=1e-3)


def test_a_run_on_another_base_is_refused(trainer, other):
    with pytest.raises(TrainingRefused, match="The reference of this run is not tiny"):
        reference_gate.check(trainer, other, fresh=True)


def test_another_reference_model_is_refused(base, other, rows, tmp_path):
    config = DPOConfig(output_dir=str(tmp_path), use_cpu=True, bf16=False, report_to="none", disable_tqdm=True)
    data, model = Dataset.from_list([dict(row) for row in rows]), load(base)
    trainer = DPOTrainer(
        model=model.model,
        ref_model=load(other).model,
        args=config,
        train_dataset=data,
        processing_class=model.tokenizer,
        peft_config=LoraConfig(task_type="CAUSAL_LM"),
    )
    with pytest.raises(TrainingRefused, match="The reference of this run is not tiny"):
        reference_gate.check(trainer, base, fresh=True)


def test_an_adapter_that_has_moved_is_no_start(trainer, base):
    move_adapter(trainer)
    with pytest.raises(TrainingRefused, match="does not start at its reference"):
        reference_gate.check(trainer, base, fresh=True)


def test_a_resumed_run_may_have_moved(trainer, base):
    move_adapter(trainer)
    assert reference_gate.check(trainer, base, fresh=False).policy is None


def test_a_base_changed_in_memory_is_refused_on_resume_too(trainer, base):
    with torch.no_grad():
        trainer.model.get_input_embeddings().weight.mul_(1.1)
    with pytest.raises(TrainingRefused, match="The reference of this run is not"):
        reference_gate.check(trainer, base, fresh=False)


def test_a_base_with_dropout_left_on_is_refused(trainer, base):
    for module in trainer.model.modules():
        if type(module).__name__ == "LlamaAttention":
            module.attention_dropout = 0.5
    with pytest.raises(TrainingRefused, match="The reference of this run is not"):
        reference_gate.check(trainer, base, fresh=True)


def test_not_a_number_is_refused(trainer, base):
    with torch.no_grad():
        trainer.model.get_input_embeddings().weight.fill_(float("nan"))
    with pytest.raises(TrainingRefused, match="nan"):
        reference_gate.check(trainer, base, fresh=True)


def test_the_gate_draws_no_random_numbers(trainer, base):
    before = torch.get_rng_state()
    reference_gate.check(trainer, base, fresh=True)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_loss_with_sft_starts_at_ln_2_and_the_chosen_answers_own_loss(base, rows, tmp_path):
    settings = DPOSettings(per_device_train_batch_size=4, loss_type=("sigmoid", "sft"), loss_weights=(1.0, 0.5))
    trainer = build_trainer(settings, load(base), rows, tmp_path)
    batch = first_batch(trainer)
    chosen = base_log_probs(load(base).model, batch)[:4]
    nll = -chosen.sum() / batch["completion_mask"][:4, 1:].sum()
    first = trainer.compute_loss(trainer.model, batch).item()
    assert first == pytest.approx(math.log(2) + 0.5 * nll.item(), abs=1e-3)


def test_a_weight_on_single_tokens_does_not_change_what_the_reference_is(base, rows, tmp_path):
    settings = DPOSettings(per_device_train_batch_size=4, trainer={"ld_alpha": 0.5})
    trainer = build_trainer(settings, load(base), rows, tmp_path)
    assert reference_gate.check(trainer, base, fresh=True).reference < 1e-4
    assert trainer.ld_alpha == 0.5
