"""Tuned numbers that belong to a trainer rather than to a method (see `methods`), each with its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PreferencePreset:
    """beta: strength of the pull towards the reference, above 0."""

    beta: float
    num_train_epochs: float


# TRL's own defaults, with which its guide trains adapters.
PREFERENCE = PreferencePreset(beta=0.1, num_train_epochs=3.0)

# All weights of a small model: the recipe with which SmolLM2-135M and 360M were aligned (alignment-handbook,
# recipes/smollm2/dpo/config_smol.yaml: beta 0.5, learning rate 1e-6, 2 epochs).
# A model of 7B parameters wants less of both: the handbook's recipe of Zephyr (Tunstall et al. 2023;
# recipes/zephyr-7b-beta/dpo/config_full.yaml) has beta 0.01, 5e-7 and one epoch. `freeze` takes it by analogy.
PREFERENCE_FULL = PreferencePreset(beta=0.5, num_train_epochs=2.0)

# The largest learning rate of KTO, whatever the method: TRL's KTO page advises 5e-7 to 5e-6 at beta 0.1.
KTO_HIGHEST_RATE = 5e-6

SFT_EPOCHS = 3.0  # transformers' default, which TRL keeps
