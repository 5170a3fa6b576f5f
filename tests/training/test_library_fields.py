"""What is read from the libraries' source is what they have: a new version that moves a field fails here."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest
import trl
from peft.mapping import PEFT_TYPE_TO_CONFIG_MAPPING

from workbench.training import library_fields


def constructed(config):
    return {field.name for field in dataclasses.fields(config) if field.init}


@pytest.mark.parametrize(("name", "config"), [("sft", trl.SFTConfig), ("dpo", trl.DPOConfig), ("kto", trl.KTOConfig)])
def test_the_fields_of_a_trainer_are_those_of_trl(name, config):
    assert library_fields.trainer(name) == constructed(config)


def test_every_type_that_peft_registers_is_found():
    assert set(library_fields.peft_types()) == {kind.value.lower() for kind in PEFT_TYPE_TO_CONFIG_MAPPING}


def test_the_fields_of_every_peft_type_are_those_of_peft():
    for kind, config in PEFT_TYPE_TO_CONFIG_MAPPING.items():
        assert library_fields.peft(kind.value.lower()) == constructed(config), kind


def test_neither_library_is_imported_for_it():
    code = (
        "import sys; from workbench.training import library_fields as f;"
        "f.trainer('dpo'), f.peft('lora'); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert {"torch", "trl", "peft", "transformers"}.isdisjoint(loaded.split())
