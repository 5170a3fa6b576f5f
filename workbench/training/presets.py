"""Tuned numbers for each method, each with its source. Hyper-parameters matter more than the method."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DPOPreset:
    """beta: strength of the pull towards the reference, above 0; learning_rate: peak, decays linearly to 0."""

    beta: float
    learning_rate: float
    num_train_epochs: float


@dataclass(frozen=True, slots=True)
class SFTPreset:
    """learning_rate: peak, decays linearly to 0."""

    learning_rate: float
    num_train_epochs: float


@dataclass(frozen=True, slots=True)
class LoraPreset:
    """r: rank of the update; lora_alpha: its scale is lora_alpha / r."""

    r: int
    lora_alpha: int
    lora_dropout: float
    target_modules: str


# Learning rate: ten times TRL's DPO rate for all weights (DPOConfig: 1e-6), as TRL's guide to PEFT advises,
# because far fewer weights move; beta and epochs: TRL's own defaults. Used for SmolLM2 with LoRA too.
DPO_ADAPTER = DPOPreset(beta=0.1, learning_rate=1e-5, num_train_epochs=3.0)

# Learning rate: ten times TRL's SFT rate for all weights (SFTConfig: 2e-5), again its advice for adapters; QLoRA used
# the same 2e-4 for its small models. Epochs: TRL's default.
SFT_ADAPTER = SFTPreset(learning_rate=2e-4, num_train_epochs=3.0)

# r 8 is the rank this project measured SmolLM2 with; alpha = 2 r is the ratio of TRL's own command line
# (ModelConfig: r 16, alpha 32); all linear layers but the output one: QLoRA (Dettmers et al. 2023).
LORA = LoraPreset(r=8, lora_alpha=16, lora_dropout=0.0, target_modules="all-linear")
