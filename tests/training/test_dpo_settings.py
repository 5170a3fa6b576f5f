from __future__ import annotations

from dataclasses import fields

import pytest
from peft import LoraConfig
from trl import DPOConfig

from workbench.errors import TrainingRefused, UnknownName, UsageError
from workbench.training.settings import DPO_FIELDS, PEFT_FIELDS, TRAINER_FIELDS, DPOSettings


def test_trl_still_has_each_field_under_its_name():
    assert {*TRAINER_FIELDS, *DPO_FIELDS} <= {field.name for field in fields(DPOConfig)}


def test_peft_still_has_each_field_under_its_name():
    assert set(PEFT_FIELDS) <= {field.name for field in fields(LoraConfig)}


def test_every_setting_goes_to_trl_or_peft_but_threads():
    assert {field.name for field in fields(DPOSettings)} == {*TRAINER_FIELDS, *DPO_FIELDS, *PEFT_FIELDS, "threads"}


def test_trained_biases_are_refused_because_the_reference_would_move():
    with pytest.raises(TrainingRefused, match="bias='all'"):
        DPOSettings(bias="all")


def test_an_unknown_loss_names_the_nearest():
    with pytest.raises(UnknownName, match="sigmoid"):
        DPOSettings(loss_type=("sigmiod",))


@pytest.mark.parametrize(
    "wrong",
    [{"beta": 0.0}, {"max_length": 0}, {"save_steps": 0}, {"label_smoothing": 0.5}, {"lora_dropout": 1.0},
     {"loss_type": ()}, {"loss_type": ("exo_pair",)}],
)  # fmt: skip
def test_an_impossible_value_is_refused(wrong):
    with pytest.raises(UsageError):
        DPOSettings(**wrong)
