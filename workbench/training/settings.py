"""The settings of a run under the names TRL and peft give them, so that their documentation applies. Light."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import inf
from typing import Any, ClassVar

from workbench.errors import TrainingRefused, UnknownName, UsageError
from workbench.training import methods, trainer_table
from workbench.training.library_fields import Trainer
from workbench.training.methods import PREFERENCE_RATE, Method
from workbench.training.presets import KTO_HIGHEST_RATE, PREFERENCE, PREFERENCE_FULL, SFT_EPOCHS, PreferencePreset

# The loss types of TRL's stable trainers; a test computes one loss with each.
DPO_LOSSES = (
    "sigmoid", "hinge", "ipo", "exo_pair", "nca_pair", "robust", "bco_pair", "sppo_hard", "aot", "aot_unpaired",
    "apo_zero", "apo_down", "discopop", "sft", "sigmoid_norm",
)  # fmt: skip
KTO_LOSSES = ("kto", "apo_zero_unpaired")
# Those that sort the pairs of a batch and compare them.
BATCH_LOSSES = ("aot", "aot_unpaired")
SMOOTHED_LOSSES = ("robust", "exo_pair", "aot", "aot_unpaired")  # those of TRL 1.16 that read label_smoothing
_DIVERGENCE_LOSSES = ("sigmoid", "sigmoid_norm", "hinge", "ipo", "exo_pair", "robust", "discopop", "sft")

_CHECKPOINTING = ("gradient_checkpointing", "activation_checkpointing")  # transformers' old name and its new one
_CACHED = ("prefix_tuning", "cartridge")  # the types of peft that hand the model a cache

_BY_LENGTH = ("group_by_length", "batch_rebalance")  # orders of the rows that come from their lengths

# Fields of AdaLoRA that mean nothing to it, or nothing good.
_ADALORA = {
    "total_step": "it is the number of the run's own steps", "r": "ranks begin at init_r and go down to target_r",
    "rank_pattern": "the run finds it",
}  # fmt: skip

# Types of peft that no trainer here can train, and those that DPO and KTO cannot: tried on the `tiny` model.
_UNTRAINABLE = {
    "cpt": "it needs the logits of every token, which TRL's trainers never compute",
    "multitask_prompt_tuning": "it needs the number of a task with each row",
    "poly": "it needs the number of a task with each row",
    "xlora": "it mixes adapters that are there already",
}
_FOR_ANSWERS = {"shadow": "it carries a state beside one text, and a loss with a reference reads several"}
_NEEDED = ("num_virtual_tokens", "adapter_len", "adapter_layers")  # fields for which peft has no default

# Fields that the [trainer] table overrides.
_MACHINE = ("gradient_checkpointing", "precompute_ref_log_probs")

# What every trainer takes, and what DPO's and KTO's take besides.
TRAINER_FIELDS = (
    "learning_rate", "num_train_epochs", "per_device_train_batch_size", "gradient_accumulation_steps",
    "max_length", "seed", "save_steps",
)  # fmt: skip
EVAL_SHARE = 0.1  # of the rows, where early stopping is asked for without a share
DPO_FIELDS = ("beta", "loss_type", "loss_weights", "label_smoothing", "precompute_ref_log_probs")
KTO_FIELDS = ("beta", "loss_type", "desirable_weight", "undesirable_weight", "precompute_ref_log_probs")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSettings:
    """What every run has to be told.

    method: one of `methods.METHODS` or a peft type; peft: its own fields, over those of its preset; layers: which ones
    stay (freeze) or get LoRA (layerwise-lora), None: the method's preset; trainer: further fields of TRL's.
    learning_rate, num_train_epochs: None is the preset's, and has become a number when the settings are made.
    eval_share: of the rows, held out to look at every eval_steps steps; the weights of the best look are kept, and with
    early_stopping the run ends once that many looks brought nothing better (None: it goes on to the end). eval_rows:
    how many rows of their own are looked at instead, of which none is trained on (0: none).
    max_length is in tokens, prompt and answer together; save_steps in optimizer steps; threads are torch's.
    device, dtype and what follows are for the machine at hand (see `machine_choice`): they change no loss but in its
    last digits. dtype: what is computed in; weights are trained in float32.
    Raises UnknownName, UsageError or TrainingRefused for what TRL or peft would refuse late, or not at all.
    """

    kind: ClassVar[Trainer]

    method: str = "lora"
    peft: Mapping[str, Any] = field(default_factory=dict)
    layers: str | None = None
    trainer: Mapping[str, Any] = field(default_factory=dict)
    learning_rate: float | None = None
    num_train_epochs: float | None = None
    # One row at a time, four a step: on a CPU the losses of four at once, without padding and in a third of the
    # memory (SmolLM2-135M, DPO, answers of 130 tokens with their prompt, 2 threads: 11.5 s a step and 2.8 GB, against
    # 14.7 s and 7.9 GB). Losses that compare the pairs of a batch (BATCH_LOSSES) need more.
    per_device_train_batch_size: int = 1
    gradient_accumulation_steps: int = 4
    max_length: int = 1024
    seed: int = 42
    save_steps: int = 10
    early_stopping: int | None = None
    eval_share: float = 0.0
    eval_rows: int = 0
    eval_steps: int = 10
    threads: int = 1
    device: str = "cpu"
    dtype: str = "float32"
    gradient_checkpointing: bool = False
    group_by_length: bool = False
    precompute_ref_log_probs: bool = False

    @property
    def effective_batch(self) -> int:
        """Rows to an update."""
        return self.per_device_train_batch_size * self.gradient_accumulation_steps

    @property
    def looks(self) -> bool:
        """Whether it looks at rows that it does not learn."""
        return self.eval_share > 0 or self.eval_rows > 0

    @property
    def least_rows(self) -> int:
        """Fewest rows of a batch with which the loss means what it says."""
        return 1

    @property
    def loses_cache(self) -> bool:
        """Whether gradient checkpointing would throw away what the method trains."""
        return self.way.peft in _CACHED

    @property
    def way(self) -> Method:
        """The method itself."""
        return methods.get(self.method)

    def _complete(self, **presets: float) -> None:
        """Put the presets where None was given, then check; called by each kind when it is made."""
        for name, value in presets.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        self._above_zero(
            "learning_rate", "num_train_epochs", "per_device_train_batch_size", "max_length",
            "gradient_accumulation_steps", "save_steps", "eval_steps", "threads",
        )  # fmt: skip
        if self.early_stopping is not None and not self.looks:
            object.__setattr__(self, "eval_share", EVAL_SHARE)
        self._check_tables()

    def _check_tables(self) -> None:
        self._check_type()
        for name in self.peft:
            if name not in self.way.known_fields:
                raise UnknownName(f"field of the method {self.method}", name, self.way.known_fields)
            if self.way.peft == "adalora" and name in _ADALORA:
                raise UsageError(f"peft: {name} is not yours to set: {_ADALORA[name]}.", "Leave it out.")
        for name in _NEEDED:
            if name in self.way.known_fields and name not in {**self.way.fields, **self.peft}:
                raise UsageError(f"peft: {self.method} needs {name}.", f"Write it under [peft]: {name} = ...")
        if self.layers is not None and self.way.layers is None:
            raise UsageError(f"layers: {self.method} has no choice of layers.", "Use freeze or layerwise-lora.")
        parameters = {one.name for one in fields(self)} - {"save_steps", "eval_steps", "eval_rows", *_MACHINE}
        trainer_table.check(self.trainer, self.kind, parameters)
        checkpointed = self.gradient_checkpointing or any(map(self.trainer.get, _CHECKPOINTING))
        if checkpointed and self.loses_cache:
            raise TrainingRefused(
                f"{self.method} trains keys and values in front of the text, which gradient checkpointing throws away: "
                "the first step crashes.",
                "Leave gradient_checkpointing out, or use prompt or lora.",
            )

    def _check_type(self) -> None:
        """TrainingRefused for a type of peft that cannot be trained so, with the nearest that can."""
        kind = self.way.peft or ""
        reason = _UNTRAINABLE.get(kind) or (None if self.kind == "sft" else _FOR_ANSWERS.get(kind))
        if reason:
            nearest = "prompt" if self.way.virtual_tokens else "lora"
            raise TrainingRefused(f"{self.method} cannot be trained here: {reason}.", f"Use the method {nearest}.")

    def named(self, *names: str) -> dict[str, Any]:
        """The fields of those names, as TRL takes them: a list where the setting is a tuple."""
        chosen = {one.name: getattr(self, one.name) for one in fields(self) if one.name in names}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()}

    def _above_zero(self, *names: str) -> None:
        for name in names:
            if getattr(self, name) <= 0:
                raise UsageError(f"{name} is {getattr(self, name)}, not above 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SFTSettings(TrainSettings):
    """One run of supervised fine-tuning; the loss is that of the answers and their end-of-turn tokens alone.

    assistant_only_loss: of a conversation all turns of the assistant are learned, not the last one alone. The name is
    TRL's; the tokens are ours, so that a chat template needs no marks for it.
    """

    kind: ClassVar[Trainer] = "sft"

    assistant_only_loss: bool = False

    def __post_init__(self) -> None:
        self._complete(learning_rate=self.way.learning_rate, num_train_epochs=SFT_EPOCHS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceSettings(TrainSettings):
    """What DPO and KTO share: a reference, and beta, the strength of the pull towards it (None: the preset's)."""

    highest_rate: ClassVar[float] = inf  # of the presets

    beta: float | None = None

    def _complete_with_reference(self) -> None:
        preset = self._preset()
        self._complete(
            learning_rate=min(self.way.learning_rate * PREFERENCE_RATE, self.highest_rate),
            num_train_epochs=preset.num_train_epochs,
            beta=preset.beta,
        )
        self._above_zero("beta")
        bias = self.peft.get("bias", "none")
        if bias != "none":
            raise TrainingRefused(
                f"{self.method} with bias={bias!r} trains biases that stay in place when the adapter is switched off, "
                "so the reference would move with the policy.",
                'Use bias="none".',
            )

    def _preset(self) -> PreferencePreset:
        return PREFERENCE_FULL if self.way.moves_all else PREFERENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class DPOSettings(PreferenceSettings):
    """One DPO run.

    loss_type: several names make one loss, their sum weighted by loss_weights (None: each 1). label_smoothing: the
    chance that a pair points the wrong way, in [0, 0.5), read by SMOOTHED_LOSSES and refused with others.
    """

    kind: ClassVar[Trainer] = "dpo"

    loss_type: tuple[str, ...] = ("sigmoid",)
    loss_weights: tuple[float, ...] | None = None
    label_smoothing: float = 0.0

    @property
    def least_rows(self) -> int:
        return 2 if set(self.loss_type) & set(BATCH_LOSSES) else 1

    def __post_init__(self) -> None:
        self._complete_with_reference()
        self._check_losses()
        self._check_weights()
        self._check_combinations()

    def _check_losses(self) -> None:
        if not self.loss_type:
            raise UsageError("loss_type names no loss.", 'Use ("sigmoid",).')
        for name in self.loss_type:
            if name not in DPO_LOSSES:
                raise UnknownName("loss type", name, DPO_LOSSES)
        if not 0 <= self.label_smoothing < 0.5:
            raise UsageError(f"label_smoothing is {self.label_smoothing}, not in [0, 0.5).")
        if self.label_smoothing and not set(self.loss_type) & set(SMOOTHED_LOSSES):
            losses = " + ".join(self.loss_type)
            raise UsageError(
                f"label_smoothing is {self.label_smoothing:g}, and the loss {losses} does not read it.",
                f"Use it with {', '.join(SMOOTHED_LOSSES)}, or leave it out.",
            )
        if "exo_pair" in self.loss_type and self.label_smoothing == 0:
            raise UsageError("The loss exo_pair needs label_smoothing above 0.", "Its paper uses 0.001.")

    def _check_weights(self) -> None:
        if self.loss_weights is not None and len(self.loss_weights) != len(self.loss_type):
            raise UsageError(
                f"loss_weights has {len(self.loss_weights)} numbers for {len(self.loss_type)} losses.",
                f"Give one each for {', '.join(self.loss_type)}.",
            )

    def _check_combinations(self) -> None:
        """What TRL refuses only once the model is loaded, or at the first step."""
        order = self.trainer.get("train_sampling_strategy")
        if order in _BY_LENGTH:
            raise UsageError(
                f"trainer: train_sampling_strategy {order} needs one length a row, and a pair has two.",
                "Use random, or sequential.",
            )
        others = [name for name in self.loss_type if name not in _DIVERGENCE_LOSSES]
        if self.trainer.get("f_divergence_type", "reverse_kl") != "reverse_kl" and others:
            raise UsageError(
                f"f_divergence_type is not defined for the loss {others[0]}.",
                f"Use it with {', '.join(_DIVERGENCE_LOSSES)}, or leave it out.",
            )
        sorting = [name for name in self.loss_type if name in BATCH_LOSSES]
        if self.trainer.get("use_weighting") and sorting:
            raise UsageError(f"use_weighting is not defined for {sorting[0]}, which sorts the pairs.", "Use sigmoid.")
        if sorting and self.per_device_train_batch_size == 1:
            raise UsageError(
                f"per_device_train_batch_size is 1: {sorting[0]} compares the pairs of a batch, and would see none.",
                "Use 4 or more, or the loss sigmoid.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class KTOSettings(PreferenceSettings):
    """One KTO run (Ethayarajh et al. 2024): answers that are good or bad, each without a rival.

    desirable_weight, undesirable_weight: of the losses of good and bad answers; None: from their counts.
    A batch has at least two rows: the KL term comes from an answer to another prompt of the same batch.
    """

    kind: ClassVar[Trainer] = "kto"
    highest_rate: ClassVar[float] = KTO_HIGHEST_RATE

    per_device_train_batch_size: int = 4
    gradient_accumulation_steps: int = 1
    loss_type: str = "kto"
    desirable_weight: float | None = None
    undesirable_weight: float | None = None

    @property
    def least_rows(self) -> int:
        return 2

    def __post_init__(self) -> None:
        self._complete_with_reference()
        if self.loss_type not in KTO_LOSSES:
            raise UnknownName("loss type", self.loss_type, KTO_LOSSES)
        if self.per_device_train_batch_size < 2:
            raise UsageError(
                "per_device_train_batch_size is 1: KTO's KL term would be the reward of the row itself.",
                "Use 2 or more.",
            )


# The modules that train, each with what it is told.
BY_TRAINER: dict[str, type[TrainSettings]] = {
    "sft": SFTSettings, "domain": SFTSettings, "dpo": DPOSettings, "kto": KTOSettings,
}  # fmt: skip
