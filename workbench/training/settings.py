"""The settings of a run under the names TRL and peft give them, so that their documentation applies."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from workbench.errors import TrainingRefused, UnknownName, UsageError
from workbench.training.presets import DPO_ADAPTER, LORA, SFT_ADAPTER

# The loss types of TRL's stable DPOTrainer; a test computes one loss with each.
LOSS_TYPES = (
    "sigmoid", "hinge", "ipo", "exo_pair", "nca_pair", "robust", "bco_pair", "sppo_hard", "aot", "aot_unpaired",
    "apo_zero", "apo_down", "discopop", "sft", "sigmoid_norm",
)  # fmt: skip

# What every trainer takes, and what DPO's takes besides.
TRAINER_FIELDS = (
    "learning_rate", "num_train_epochs", "per_device_train_batch_size", "gradient_accumulation_steps",
    "max_length", "seed", "save_steps",
)  # fmt: skip
DPO_FIELDS = ("beta", "loss_type", "label_smoothing")
PEFT_FIELDS = ("r", "lora_alpha", "lora_dropout", "target_modules", "bias")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraSettings:
    """What every run with LoRA on the CPU, in float32, has to be told.

    max_length is in tokens, prompt and answer together; save_steps in optimizer steps; threads are torch's.
    Raises UsageError for a number that TRL or peft would refuse late, or not at all.
    """

    learning_rate: float
    num_train_epochs: float
    # One row at a time, four a step: on a CPU the losses of four at once, without padding and in a third of the
    # memory (SmolLM2-135M, DPO, answers of 130 tokens with their prompt, 2 threads: 11.5 s a step and 2.8 GB, against
    # 14.7 s and 7.9 GB). Only losses that compare the pairs of a batch (aot, aot_unpaired, bco_pair) see less.
    per_device_train_batch_size: int = 1
    gradient_accumulation_steps: int = 4
    max_length: int = 1024
    seed: int = 42
    save_steps: int = 10
    r: int = LORA.r
    lora_alpha: int = LORA.lora_alpha
    lora_dropout: float = LORA.lora_dropout
    target_modules: str | tuple[str, ...] = LORA.target_modules
    threads: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.lora_dropout < 1:
            raise UsageError(f"lora_dropout is {self.lora_dropout}, not in [0, 1).")
        self._above_zero(
            "learning_rate", "num_train_epochs", "per_device_train_batch_size", "max_length",
            "gradient_accumulation_steps", "save_steps", "r", "lora_alpha", "threads",
        )  # fmt: skip

    def named(self, *names: str) -> dict[str, Any]:
        """The fields of those names, as TRL and peft take them: a list where the setting is a tuple."""
        chosen = {field.name: getattr(self, field.name) for field in fields(self) if field.name in names}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()}

    def _above_zero(self, *names: str) -> None:
        for name in names:
            if getattr(self, name) <= 0:
                raise UsageError(f"{name} is {getattr(self, name)}, not above 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SFTSettings(LoraSettings):
    """One run of supervised fine-tuning; the loss is that of the answers and their end-of-turn tokens alone."""

    learning_rate: float = SFT_ADAPTER.learning_rate
    num_train_epochs: float = SFT_ADAPTER.num_train_epochs


@dataclass(frozen=True, slots=True, kw_only=True)
class DPOSettings(LoraSettings):
    """One DPO run.

    loss_type: several names make one loss, their sum. label_smoothing: the share of pairs that point the
    wrong way, in [0, 0.5), read by `robust` and `exo_pair`.
    Raises UnknownName, UsageError or TrainingRefused for values that TRL would refuse late, or not at all.
    """

    learning_rate: float = DPO_ADAPTER.learning_rate
    num_train_epochs: float = DPO_ADAPTER.num_train_epochs
    beta: float = DPO_ADAPTER.beta
    loss_type: tuple[str, ...] = ("sigmoid",)
    label_smoothing: float = 0.0
    bias: str = "none"

    def __post_init__(self) -> None:
        LoraSettings.__post_init__(self)  # a dataclass with slots has no super() without arguments
        self._above_zero("beta")
        self._check_loss()
        if self.bias != "none":
            raise TrainingRefused(
                f"LoRA with bias={self.bias!r} trains biases that stay in place when the adapter is switched off, "
                "so the reference would move with the policy.",
                'Use bias="none".',
            )

    def _check_loss(self) -> None:
        if not self.loss_type:
            raise UsageError("loss_type names no loss.", 'Use ("sigmoid",).')
        for name in self.loss_type:
            if name not in LOSS_TYPES:
                raise UnknownName("loss type", name, LOSS_TYPES)
        if not 0 <= self.label_smoothing < 0.5:
            raise UsageError(f"label_smoothing is {self.label_smoothing}, not in [0, 0.5).")
        if "exo_pair" in self.loss_type and self.label_smoothing == 0:
            raise UsageError("The loss exo_pair needs label_smoothing above 0.", "Its paper uses 0.001.")
