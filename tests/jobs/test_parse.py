"""Parameters are checked before anything is queued, in one sentence."""

from __future__ import annotations

import pytest

from workbench import jobs
from workbench.errors import UnknownName, UsageError
from workbench.jobs import train_dpo, train_kto, train_sft
from workbench.spec import JobSpec
from workbench.training.settings import DPOSettings, KTOSettings, SFTSettings


def test_defaults_fill_the_spec_and_it_parses_to_itself():
    spec = jobs.parse("generate", {"n": 3})
    assert (spec.params["n"], spec.params["data"]) == (3, "prompts")
    assert jobs.parse("generate", spec.params) == spec


def test_text_from_the_command_line_becomes_numbers():
    assert jobs.parse("train-dpo", {"data": "pairs", "beta": "0.25"}).params["beta"] == 0.25


def test_an_unknown_parameter_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match=r"Unknown parameter of generate 'temprature'. Did you mean temperature"):
        jobs.parse("generate", {"temprature": 1})


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        ("generate", {"n": 0}, "generate: n: input should be greater than or equal to 1, not 0"),
        ("generate", {"n": 17}, "generate: n: input should be less than or equal to 16, not 17"),
        ("generate", {"top_p": 0}, "generate: top_p: input should be greater than 0, not 0"),
        ("generate", {"n": "two"}, "generate: n: input should be a valid integer.*, not 'two'"),
        ("generate", {"n": 1.5}, "generate: n: input should be a valid integer.*, not 1.5"),
        ("train-dpo", {}, "train-dpo: data: field required"),
        ("export-preferences", {"min_margin": 5}, "min_margin: input should be less than or equal to 4, not 5"),
    ],
)
def test_an_impossible_value_is_refused_with_what_is_allowed(kind, values, message):
    with pytest.raises(UsageError, match=message):
        jobs.parse(kind, values)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "nan", "inf"])
def test_a_number_that_is_none_is_refused(value):
    with pytest.raises(UsageError, match="temperature"):
        jobs.parse("generate", {"temperature": value})
    with pytest.raises(UsageError, match="learning_rate"):
        jobs.parse("train-dpo", {"data": "pairs", "learning_rate": value})


def test_an_unknown_kind_is_refused():
    with pytest.raises(UnknownName, match="Did you mean generate"):
        jobs.parse("genrate", {})


def test_a_title_names_what_is_worked_on():
    assert jobs.title(JobSpec("generate", {"model": "tiny", "data": "prompts"})) == "generate tiny · prompts"


@pytest.mark.parametrize(
    ("module", "settings"), [(train_sft, SFTSettings), (train_dpo, DPOSettings), (train_kto, KTOSettings)]
)
def test_the_numbers_of_a_training_are_its_settings(module, settings):
    made = module.settings(module.Params(data="rows", r=4, trainer="warmup_steps = 3"))
    assert isinstance(made, settings)
    assert (made.peft, made.trainer) == ({"r": 4}, {"warmup_steps": 3})


@pytest.mark.parametrize(
    ("given", "batch"),
    [
        ({}, (1, 4)),
        ({"per_device_train_batch_size": 2}, (2, 2)),
        ({"gradient_accumulation_steps": 1}, (4, 1)),
        ({"per_device_train_batch_size": 8}, (8, 1)),
        ({"per_device_train_batch_size": 2, "gradient_accumulation_steps": 3}, (2, 3)),
    ],
)
def test_what_is_given_of_a_batch_is_completed_to_four_rows_an_update(given, batch):
    made = train_sft.settings(train_sft.Params(data="rows", **given))
    assert (made.per_device_train_batch_size, made.gradient_accumulation_steps) == batch


def test_kto_keeps_two_rows_at_once():
    made = train_kto.settings(train_kto.Params(data="rows", gradient_accumulation_steps=4))
    assert (made.per_device_train_batch_size, made.gradient_accumulation_steps) == (2, 4)


def test_several_losses_are_a_list_in_toml_and_commas_elsewhere():
    spec = jobs.parse("train-dpo", {"data": "pairs", "loss_type": ["sigmoid", "sft"], "loss_weights": [1, 0.5]})
    assert jobs.parse("train-dpo", {"data": "pairs", "loss_type": "sigmoid, sft", "loss_weights": "1, 0.5"}) == spec
    made = train_dpo.settings(train_dpo.Params(**spec.params))
    assert (made.loss_type, made.loss_weights) == (("sigmoid", "sft"), (1.0, 0.5))


def test_a_table_is_typed_as_toml():
    spec = jobs.parse("train-sft", {"data": "rows", "trainer": 'warmup_steps = 10, lr_scheduler_type = "cosine"'})
    assert spec.params["trainer"] == {"warmup_steps": 10, "lr_scheduler_type": "cosine"}
    with pytest.raises(UsageError, match=r"train-sft: trainer: .*should be a table"):
        jobs.parse("train-sft", {"data": "rows", "trainer": "warmup"})


@pytest.mark.parametrize("name", ["..", ".", "a\nb", "", "/", "../other"])
def test_the_name_of_a_new_model_is_the_name_of_a_folder(name):
    with pytest.raises(UsageError, match="train-dpo: name"):
        jobs.parse("train-dpo", {"data": "pairs", "name": name})
