from __future__ import annotations

import pytest
from dpo_runs import Recorder
from sft_runs import eight_examples

from workbench.errors import TrainingRefused, UnknownName, UsageError
from workbench.training import library_fields, run, sft, trainer_table
from workbench.training.settings import DPOSettings, KTOSettings, SFTSettings


def test_a_further_field_of_trl_is_taken():
    assert SFTSettings(trainer={"warmup_steps": 10, "weight_decay": 0.1}).trainer["warmup_steps"] == 10


def test_a_field_that_trl_does_not_have_names_the_nearest():
    with pytest.raises(UnknownName, match=r"Unknown field of TRL's trainer for SFT 'warmup_step'. .*warmup_steps"):
        SFTSettings(trainer={"warmup_step": 10})


def test_a_field_of_another_trainer_is_refused():
    with pytest.raises(UnknownName, match="discopop_tau"):
        SFTSettings(trainer={"discopop_tau": 0.1})


@pytest.mark.parametrize(
    "name",
    ["output_dir", "save_strategy", "sync_ref_model", "padding_free", "push_to_hub", "metric_for_best_model", "bf16"],
)
def test_what_the_workbench_answers_for_is_refused_with_the_reason(name):
    with pytest.raises(UsageError, match=f"{name} is not yours to set: .+"):
        DPOSettings(trainer={name: True})


def test_what_is_a_parameter_is_set_as_one():
    with pytest.raises(UsageError, match=r"beta is a parameter of the job. Write it under \[params\]"):
        DPOSettings(trainer={"beta": 0.2})


def test_the_order_of_rows_is_free_but_for_kto():
    assert DPOSettings(trainer={"train_sampling_strategy": "sequential"})
    with pytest.raises(UsageError, match="KL term"):
        KTOSettings(trainer={"train_sampling_strategy": "random"})


def test_every_owned_field_is_one_of_trl_s():
    known = library_fields.trainer("sft") | library_fields.trainer("dpo") | library_fields.trainer("kto")
    assert trainer_table.OWNED.keys() <= known


def test_what_a_run_sets_itself_is_owned(tmp_path):
    settings = SFTSettings()
    fixed = set(run.arguments(settings, tmp_path)) - set(settings.__dataclass_fields__)
    assert fixed <= trainer_table.OWNED.keys()


def test_a_field_that_would_be_passed_over_is_refused():
    assert SFTSettings(trainer={"label_smoothing_factor": 0.1})
    for kind in (DPOSettings, KTOSettings):
        with pytest.raises(UsageError, match="losses with a reference do not read it"):
            kind(trainer={"label_smoothing_factor": 0.1})


def test_what_trl_says_only_with_the_model_is_said_in_one_sentence_too(base, tmp_path):
    settings = SFTSettings(trainer={"router_aux_loss_coef": 0.1})
    with pytest.raises(UsageError, match="these values: `router_aux_loss_coef` is set"):
        sft.run(settings, base, eight_examples(), tmp_path, Recorder(), saved=tmp_path / "new")


def test_a_run_without_checkpoints_is_refused():
    with pytest.raises(UsageError, match="save_steps is 0, not above 0"):
        SFTSettings(trainer={"save_steps": 0})


@pytest.mark.parametrize(
    ("table", "package"),
    [
        ({"optim": "lomo"}, "lomo_optim"),
        ({"optim": "galore_adamw_8bit"}, "galore_torch"),
        ({"optim": "adamw_torch_8bit"}, "torchao"),
        ({"optim": "lion_32bit"}, "bitsandbytes"),
        ({"use_liger_kernel": True}, "liger_kernel"),
    ],
)
def test_what_needs_a_package_that_is_not_here_is_refused(table, package, monkeypatch):
    monkeypatch.setattr(trainer_table, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=f"needs the package {package}, which is not installed"):
        SFTSettings(trainer=table)


@pytest.mark.parametrize("optimizer", ["adamw_torch", "adamw_torch_fused", "adafactor", "sgd", "adagrad", "rmsprop"])
def test_the_optimizers_that_need_none_are_taken(optimizer, monkeypatch):
    monkeypatch.setattr(trainer_table, "find_spec", lambda name: None)
    assert SFTSettings(trainer={"optim": optimizer})


def test_a_value_that_trl_does_not_take_is_said_in_one_sentence(tmp_path):
    from trl import SFTConfig

    settings = SFTSettings(trainer={"lr_scheduler_type": "cosinus"})
    with pytest.raises(UsageError, match="TRL does not take these values: cosinus is not a valid"):
        run.configured(SFTConfig, settings, tmp_path)


@pytest.mark.parametrize("name", ["gradient_checkpointing", "activation_checkpointing"])
def test_prefix_tuning_and_gradient_checkpointing_exclude_each_other(name):
    with pytest.raises(TrainingRefused, match="the first step crashes"):
        SFTSettings(method="prefix", trainer={name: True})
    assert SFTSettings(method="prompt", trainer={name: True})  # that works
