"""The silent traps of TRL and peft, by their numbers: the unguarded run goes wrong, the guarded one does not."""

from __future__ import annotations

import math
from collections import Counter

import pytest
import torch
from dpo_runs import Recorder, eight_pairs, pair
from peft import IA3Config, LoraConfig, PeftModel, PrefixTuningConfig, PromptTuningConfig, get_peft_model
from sft_runs import eight_examples, example
from trl import DPOConfig, DPOTrainer, KTOConfig, KTOTrainer, SFTConfig, SFTTrainer

from datasets import Dataset
from workbench.data.formats import Table
from workbench.errors import DataError, TrainingRefused
from workbench.training import dpo, dpo_preflight, kto, reference_gate, sft
from workbench.training.pair_rows import pair_rows
from workbench.training.saved import merge
from workbench.training.settings import DPOSettings, KTOSettings, SFTSettings
from workbench.training.weights import load

LN2 = math.log(2)
PLAIN = {"use_cpu": True, "bf16": False, "report_to": "none", "disable_tqdm": True, "logging_steps": 1,
         "gradient_checkpointing": False, "save_strategy": "no", "num_train_epochs": 1, "seed": 0}  # fmt: skip


def plain_dpo(model, tokenizer, folder, rows=None, **more):
    """TRL's trainer as its documentation has it, nothing of the workbench around it."""
    args = DPOConfig(output_dir=str(folder), **PLAIN, **more.pop("args", {}))
    data = Dataset.from_list([dict(row) for row in rows or eight_pairs()])
    return DPOTrainer(model=model, args=args, train_dataset=data, processing_class=tokenizer, **more)


def plain_sft(model, tokenizer, folder, rows, **more):
    args = SFTConfig(output_dir=str(folder), **{**PLAIN, **more.pop("args", {})})
    return SFTTrainer(model=model, args=args, train_dataset=Dataset.from_list(rows), processing_class=tokenizer, **more)


def plain_kto(model, tokenizer, folder, rows, **more):
    args = KTOConfig(output_dir=str(folder), per_device_train_batch_size=4, **PLAIN)
    return KTOTrainer(model=model, args=args, train_dataset=Dataset.from_list(rows), processing_class=tokenizer, **more)


def labelled(good):
    """Eight answers; whether the one at a place is good."""
    return [{**row, "label": good(at)} for at, row in enumerate(eight_examples())]


def losses(trainer):
    trainer.train()
    return [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


@torch.no_grad()
def shake(model, part):
    torch.manual_seed(0)
    for name, parameter in model.named_parameters():
        if part in name:
            parameter.add_(0.3 * torch.randn_like(parameter))


def test_t1_a_continued_ia3_adapter_has_a_wrong_reference(base, rows, tmp_path):
    engine = load(base)
    trained = get_peft_model(engine.model, IA3Config(task_type="CAUSAL_LM", feedforward_modules=["down_proj"]))
    shake(trained, "ia3_l")
    trained.save_pretrained(tmp_path / "sft")
    merge(base, tmp_path / "sft", tmp_path / "whole")

    continued = PeftModel.from_pretrained(load(base).model, tmp_path / "sft", is_trainable=True)
    unguarded = plain_dpo(continued, engine.tokenizer, tmp_path)
    with pytest.raises(TrainingRefused, match="The reference of this run is not whole"):
        reference_gate.check(unguarded, tmp_path / "whole", fresh=True)
    assert abs(losses(unguarded)[0] - LN2) > 1e-3

    fresh = dpo.build_trainer(DPOSettings(method="ia3"), load(tmp_path / "whole"), rows, tmp_path)
    reference_gate.check(fresh, tmp_path / "whole", fresh=True)
    assert losses(fresh)[0] == pytest.approx(LN2, abs=1e-3)


def test_t1_is_the_same_in_kto(base, tmp_path):
    engine, rows = load(base), labelled(lambda at: at % 2 == 0)
    trained = get_peft_model(engine.model, IA3Config(task_type="CAUSAL_LM", feedforward_modules=["down_proj"]))
    shake(trained, "ia3_l")
    trained.save_pretrained(tmp_path / "sft")
    merge(base, tmp_path / "sft", tmp_path / "whole")

    continued = PeftModel.from_pretrained(load(base).model, tmp_path / "sft", is_trainable=True)
    unguarded = plain_kto(continued, engine.tokenizer, tmp_path, rows)
    with pytest.raises(TrainingRefused, match="The reference of this run is not whole"):
        reference_gate.check(unguarded, tmp_path / "whole", fresh=True)
    assert abs(losses(unguarded)[0] - 0.5) > 1e-3  # 1 - sigmoid(0), where policy and reference are one

    fresh = kto.build_trainer(KTOSettings(method="ia3"), load(tmp_path / "whole"), rows, tmp_path)
    reference_gate.check(fresh, tmp_path / "whole", fresh=True)
    assert losses(fresh)[0] == pytest.approx(0.5, abs=1e-3)


def test_t2_trained_biases_move_the_reference(biased, tmp_path):
    engine = load(biased)
    config = LoraConfig(task_type="CAUSAL_LM", bias="all")
    trainer = plain_dpo(engine.model, engine.tokenizer, tmp_path, peft_config=config, args={"learning_rate": 1e-2})
    assert reference_gate.check(trainer, biased, fresh=True).reference < 1e-4
    trainer.train()
    with pytest.raises(TrainingRefused, match="The reference of this run is not"):
        reference_gate.check(trainer, biased, fresh=False)
    with pytest.raises(TrainingRefused, match='Use bias="none"'):
        DPOSettings(peft={"bias": "all"})


def test_t3_a_model_changed_in_memory_gets_its_reference_from_the_path(base, rows, tmp_path):
    engine = load(base)
    shake(engine.model, "mlp.down_proj")  # an adapter merged, not saved
    unguarded = plain_dpo(engine.model, engine.tokenizer, tmp_path)
    with pytest.raises(TrainingRefused, match="does not start at its reference"):
        reference_gate.check(unguarded, base, fresh=True)
    assert abs(losses(unguarded)[0] - LN2) > 1e-3

    guarded = dpo.build_trainer(DPOSettings(method="full"), load(base), rows, tmp_path)
    assert guarded.ref_model is not None
    reference_gate.check(guarded, base, fresh=True)
    assert losses(guarded)[0] == pytest.approx(LN2, abs=1e-3)


def test_t4_prompt_tuning_does_not_start_at_the_reference(base, other, rows, tmp_path):
    engine = load(base)
    config = PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4)
    unguarded = plain_dpo(engine.model, engine.tokenizer, tmp_path, peft_config=config)
    assert abs(losses(unguarded)[0] - LN2) > 1e-3

    guarded = dpo.build_trainer(DPOSettings(method="prompt"), load(base), rows, tmp_path)
    result = reference_gate.check(guarded, base, fresh=True, starts_at_base=False)
    assert (result.reference < 1e-4, result.policy) == (True, None)
    with pytest.raises(TrainingRefused, match="The reference of this run is not"):
        reference_gate.check(guarded, other, fresh=True, starts_at_base=False)


def test_t5_prefix_tuning_with_gradient_checkpointing_crashes(base, tmp_path):
    engine = load(base)
    config = PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4)
    rows = [dict(row) for row in eight_examples()]
    args = {"gradient_checkpointing": True}
    unguarded = plain_sft(engine.model, engine.tokenizer, tmp_path, rows, peft_config=config, args=args)
    with pytest.raises(RuntimeError, match="must match the size of tensor"):
        unguarded.train()
    with pytest.raises(TrainingRefused, match="gradient checkpointing"):
        SFTSettings(method="prefix", trainer={"gradient_checkpointing": True})
    with pytest.raises(TrainingRefused, match="gradient checkpointing"):
        SFTSettings(method="prefix", gradient_checkpointing=True)


def test_t6_rows_are_dropped_without_a_word(base, tmp_path):
    engine, rows = load(base), [pair("Hi", "Yes.", "No."), pair("word " * 200, "Yes.", "No.")]
    unguarded = plain_dpo(engine.model, engine.tokenizer, tmp_path, rows, args={"max_length": 64})
    assert len(unguarded.train_dataset) == 1
    assert dpo_preflight.examine(rows, engine.tokenizer, 64)[1].prompt_too_long == 1


def test_t7_identical_pairs_teach_nothing_for_ever(base, tmp_path):
    engine, rows = load(base), [pair("Hi", "Yes.", "Yes.")] * 8
    unguarded = plain_dpo(engine.model, engine.tokenizer, tmp_path, rows, args={"learning_rate": 1e-2})
    assert {round(loss, 4) for loss in losses(unguarded)} == {0.6931}
    with pytest.raises(TrainingRefused, match="8 have identical answers"):
        dpo_preflight.examine(rows, engine.tokenizer, 64)


def test_t8_wrong_columns_are_a_bare_key_error(base, tmp_path):
    engine, rows = load(base), [{"question": "Hi", "better": "Yes.", "worse": "No."}]
    with pytest.raises(KeyError) as bare:
        plain_dpo(engine.model, engine.tokenizer, tmp_path, rows)
    assert "better" not in str(bare.value)
    with pytest.raises(DataError, match=r"my.jsonl holds prompts with the columns better, question, worse"):
        pair_rows(Table("prompts", rows, "my.jsonl"))


def test_t9_a_run_without_a_trained_token_succeeds_with_loss_zero(base, tmp_path):
    engine, rows = load(base), [example("word " * 200, "Yes.")] * 8
    # The answers lie beyond the length: what is left of each row, tokenised and cut by hand, is its prompt.
    cut = [engine.tokenizer.apply_chat_template(row["prompt"], return_dict=False)[:64] for row in rows]
    masked = [{"input_ids": ids, "completion_mask": [0] * len(ids)} for ids in cut]
    args = {"completion_only_loss": True, "max_length": None}
    assert losses(plain_sft(engine.model, engine.tokenizer, tmp_path, masked, args=args)) == [0.0]
    with pytest.raises(TrainingRefused, match="no token would carry loss"):
        sft.run(SFTSettings(max_length=64), base, rows, tmp_path / "new", Recorder(), saved=tmp_path / "model")


def test_t10_kto_on_rows_in_the_order_of_an_export_compares_nothing(base, tmp_path):
    engine, rows = load(base), labelled(lambda at: at < 4)  # the good ones first
    unguarded = plain_kto(engine.model, engine.tokenizer, tmp_path, rows, peft_config=LoraConfig(task_type="CAUSAL_LM"))
    unguarded.train()
    assert not any("rewards/margins" in entry for entry in unguarded.state.log_history)

    guarded = kto.build_trainer(KTOSettings(seed=0), load(base), rows, tmp_path)
    labels = guarded.train_dataset["label"]
    assert Counter(labels) == {True: 4, False: 4}
    assert {True, False} == set(labels[:4]) == set(labels[4:])
    guarded.train()
    margins = [entry["rewards/margins"] for entry in guarded.state.log_history if "loss" in entry]
    assert len(margins) == 6  # 8 rows, 4 a step, 3 epochs: each step has good and bad ones to compare
    assert margins[-1] != margins[0]
