"""Types of peft that cannot be trained here, or not so, are refused with a sentence instead of a traceback."""

from __future__ import annotations

import pytest
from dpo_runs import Recorder
from sft_runs import eight_examples

from workbench.errors import TrainingRefused, UsageError
from workbench.training import sft
from workbench.training.settings import DPOSettings, KTOSettings, SFTSettings


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("cpt", "prompt"), ("multitask-prompt-tuning", "prompt"), ("poly", "lora"), ("xlora", "lora")],
)
@pytest.mark.parametrize("kind", [SFTSettings, DPOSettings, KTOSettings])
def test_what_no_trainer_can_train_is_refused_before_anything_loads(kind, name, nearest):
    with pytest.raises(TrainingRefused, match=f"{name} cannot be trained here: it .* Use the method {nearest}."):
        kind(method=name)


@pytest.mark.parametrize("kind", [DPOSettings, KTOSettings])
def test_shadow_learns_answers_and_no_preferences(kind):
    assert SFTSettings(method="shadow")
    with pytest.raises(TrainingRefused, match="a loss with a reference reads several"):
        kind(method="shadow")


@pytest.mark.parametrize("name", ["p-tuning", "prompt-tuning", "prefix-tuning", "cartridge"])
def test_a_field_without_a_default_is_asked_for(name):
    with pytest.raises(UsageError, match=rf"{name} needs num_virtual_tokens. Write it under \[peft\]"):
        SFTSettings(method=name)
    assert SFTSettings(method=name, peft={"num_virtual_tokens": 4})


def test_what_peft_says_with_the_model_alone_is_said_in_one_sentence(base, tmp_path):
    with pytest.raises(UsageError, match="c3a cannot be set up so: The block size should be a factor"):
        sft.run(SFTSettings(method="c3a"), base, eight_examples(), tmp_path, Recorder(), saved=tmp_path / "new")


def test_a_method_that_trains_biases_is_refused_where_there_are_none(base, tmp_path):
    with pytest.raises(TrainingRefused, match="so beft trains nothing"):
        sft.run(SFTSettings(method="beft"), base, eight_examples(), tmp_path, Recorder(), saved=tmp_path / "new")
