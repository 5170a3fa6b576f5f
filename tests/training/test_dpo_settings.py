from __future__ import annotations

from dataclasses import fields

import pytest
from trl import DPOConfig

from workbench.errors import TrainingRefused, UnknownName, UsageError
from workbench.training.methods import METHODS
from workbench.training.settings import DPO_FIELDS, TRAINER_FIELDS, DPOSettings, KTOSettings

OURS = {"method", "peft", "layers", "trainer", "threads", "early_stopping", "eval_share", "eval_rows", "eval_steps"}
MACHINE = {"device", "dtype", "gradient_checkpointing", "group_by_length"}


def test_trl_still_has_each_field_under_its_name():
    assert {*TRAINER_FIELDS, *DPO_FIELDS} <= {field.name for field in fields(DPOConfig)}


def test_every_setting_goes_to_trl_but_those_of_the_method_and_the_machine():
    assert {field.name for field in fields(DPOSettings)} == {*TRAINER_FIELDS, *DPO_FIELDS, *OURS, *MACHINE}


def test_trained_biases_are_refused_because_the_reference_would_move():
    with pytest.raises(TrainingRefused, match="bias='all'"):
        DPOSettings(peft={"bias": "all"})


def test_an_unknown_loss_names_the_nearest():
    with pytest.raises(UnknownName, match="sigmoid"):
        DPOSettings(loss_type=("sigmiod",))


def test_the_presets_are_those_of_the_method():
    lora, full = DPOSettings(), DPOSettings(method="full")
    assert (lora.learning_rate, lora.beta, lora.num_train_epochs) == (1e-5, 0.1, 3)
    assert (full.learning_rate, full.beta, full.num_train_epochs) == (pytest.approx(1e-6), 0.5, 2)  # SmolLM2's recipe


@pytest.mark.parametrize("method", METHODS)
def test_the_presets_of_kto_are_not_above_what_trl_advises(method):
    assert KTOSettings(method=method).learning_rate <= 5e-6


@pytest.mark.parametrize(
    "wrong",
    [{"beta": 0.0}, {"max_length": 0}, {"save_steps": 0}, {"label_smoothing": 0.5}, {"loss_type": ()},
     {"trainer": {"train_sampling_strategy": "group_by_length"}},
     {"loss_type": ("sigmoid", "sft"), "label_smoothing": 0.1},
     {"loss_type": ("exo_pair",)}, {"loss_weights": (1.0, 2.0)}, {"peft": {"rank": 8}},
     {"method": "ia3", "peft": {"r": 8}}, {"layers": "last 2"},
     {"loss_type": ("nca_pair",), "trainer": {"f_divergence_type": "js_divergence"}},
     {"loss_type": ("aot",), "trainer": {"use_weighting": True}, "per_device_train_batch_size": 4},
     {"loss_type": ("aot",)}],
)  # fmt: skip
def test_an_impossible_value_is_refused(wrong):
    with pytest.raises(UsageError):
        DPOSettings(**wrong)
