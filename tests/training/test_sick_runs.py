"""Runs made sick on purpose, through TRL's own trainers: each lights its light, and healthy ones light none."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
import torch
from dpo_runs import Recorder, eight_pairs, pair
from sft_runs import eight_examples

from workbench.training import domain, dpo, dpo_preflight, kto, run, sft
from workbench.training.health import FEWEST_STEPS, first_loss, lights
from workbench.training.settings import DPOSettings, KTOSettings, SFTSettings

FULL = {"method": "full", "per_device_train_batch_size": 4, "gradient_accumulation_steps": 1, "save_steps": 50}
LORA = {**FULL, "method": "lora", "learning_rate": 1e-2, "num_train_epochs": 4}

PAIRS = eight_pairs()
SAME = [pair(f"How many are {n} and {n}?", "Yes.", "Yes.") for n in range(8)]
BOTH = [("Yes.", "No."), ("No.", "Yes.")]
TURNED = [pair(f"How many are {n} and {n}?", *answers) for n in range(4) for answers in BOTH]
ANSWERS = eight_examples()
LABELLED = [{**row, "label": at % 2 == 0} for at, row in enumerate(ANSWERS)]
TEXTS = [{"text": f"The river number {n} runs through the town of stone number {n * 7}. " * 2} for n in range(8)]


def past_the_preflight(rows, tokenizer, length):
    """What the pre-flight would have refused."""
    return list(rows), dpo_preflight.examine(PAIRS, tokenizer, length)[1]


def build_moved(*given):
    """A trainer whose policy has left its reference, as one that is continued has."""
    trainer = dpo.build_trainer(*given)
    with torch.no_grad():
        for name, parameter in trainer.model.named_parameters():
            if "lora_B" in name:
                parameter.fill_(0.1)
    return trainer


UNGUARDED = replace(dpo._RECIPE, examine=past_the_preflight)
MOVED = replace(dpo._RECIPE, build=build_moved, gate=lambda *_: None)


def answers(rate, epochs, **more):
    return "sft", sft._RECIPE, SFTSettings(**FULL, learning_rate=rate, num_train_epochs=epochs, **more), ANSWERS


def texts(rate):
    settings = SFTSettings(**FULL, learning_rate=rate, num_train_epochs=4, max_length=64)
    return "domain", domain._RECIPE, settings, TEXTS


def pairs(rows=PAIRS, recipe=dpo._RECIPE, **changed):
    return "dpo", recipe, DPOSettings(**LORA | changed), rows


def labels(rate):
    return "kto", kto._RECIPE, KTOSettings(learning_rate=rate, num_train_epochs=4), LABELLED


HEALTHY = {"sft": answers(5e-3, 10), "domain": texts(5e-3), "dpo": pairs(), "kto": labels(1e-2)}
SICK = {
    "answers, too fast": answers(1.0, 6),
    "answers, too slow": answers(1e-9, 4),
    "answers, too long": answers(1e-2, 24),
    "answers, held out": answers(1e-2, 24, eval_share=0.4, eval_steps=4),
    "texts, too fast": texts(1.0),
    "pairs, too slow": pairs(learning_rate=1e-12),
    "pairs, too fast": pairs(method="full", learning_rate=1e-1),
    "pairs, weak": pairs(beta=1e-3),
    "pairs, the same": pairs(SAME, UNGUARDED),
    "pairs, turned": pairs(TURNED, UNGUARDED),
    "pairs, moved": pairs(recipe=MOVED),
    "labels, too slow": labels(1e-12),
}
SAID = [
    ("answers, too fast", "loss", "lower the learning rate"),
    ("answers, too slow", "loss", "train longer"),
    ("answers, too long", "loss", "fewer epochs"),
    ("answers, held out", "held-out rows", "keep the best"),
    ("texts, too fast", "loss", "lower the learning rate"),
    ("pairs, too slow", "loss", "raise the learning rate"),
    ("pairs, too fast", "chosen", "sigmoid"),
    ("pairs, weak", "gradient", "raise the learning rate"),
    ("pairs, the same", "loss", "identical answers"),
    ("pairs, the same", "gradient", "nothing is trained"),
    ("pairs, turned", "accuracy", "no better than chance"),
    ("pairs, turned", "margin", "contradicting rows"),
    ("pairs, moved", "loss", "start again from a whole saved model"),
    ("labels, too slow", "margin", "contradicting rows"),
]


@pytest.fixture(scope="module")
def lit(base, tmp_path_factory):
    """Light -> what it says of a run, of those that say something; each run once."""

    @cache
    def train(name):
        trainer, recipe, settings, rows = (HEALTHY | SICK)[name]
        recorder, folder = Recorder(), tmp_path_factory.mktemp("run")
        run.run(recipe, settings, base, rows, folder, recorder, folder / "new")
        steps = [recorder.steps[step] for step in sorted(recorder.steps)]
        assert sum("loss" in step for step in steps) >= FEWEST_STEPS
        expected = first_loss(settings) if trainer == "dpo" else None
        return {light.name: light.finding for light in lights(trainer, steps, expected) if light.finding}

    return train


@pytest.mark.parametrize("name", HEALTHY)
def test_no_light_burns_in_a_healthy_run(name, lit):
    assert lit(name) == {}


@pytest.mark.parametrize(("name", "light", "words"), SAID)
def test_a_sick_run_lights_its_light(name, light, words, lit):
    assert words in lit(name).get(light, ""), lit(name)
