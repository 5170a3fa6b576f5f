"""Tuned numbers that belong to a trainer rather than to a method (see `methods`), each with its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PreferencePreset:
    """beta: strength of the pull towards the reference, above 0."""

    beta: float
    num_train_epochs: float


# TRL's own defaults, with which its guide trains adapters; used for SmolLM2 with LoRA too.
PREFERENCE = PreferencePreset(beta=0.1, num_train_epochs=3.0)

# All weights of a small model: the recipe with which SmolLM2-135M and 360M were aligned (with learning rate 1e-6).
# A model of 7B parameters wants less of both: Zephyr (Tunstall et al. 2023) has beta 0.01 and 5e-7.
PREFERENCE_FULL = PreferencePreset(beta=0.5, num_train_epochs=2.0)

SFT_EPOCHS = 3.0  # TRL's default
