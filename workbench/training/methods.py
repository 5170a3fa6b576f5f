"""Ways to train a model, one entry each: which weights move, and the tuned numbers with where they come from.

Hyper-parameters matter more than the method: in peft's own benchmark (method_comparison/MetaMathQA, Llama-3.2-3B,
GSM8K accuracy) IA3 goes from .311 with defaults to .455 tuned, LoRA of rank 32 has .478. Any other peft type goes
by its own name, with peft's defaults. Light: a form lists these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import UnknownName
from workbench.training import library_fields

# From SFT's learning rate to that of a loss with a reference: the ratio of TRL's own defaults (SFTConfig 2e-5,
# DPOConfig and KTOConfig 1e-6), which its guide keeps for adapters (2e-4 and 1e-5).
PREFERENCE_RATE = 1 / 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One way to train.

    learning_rate: the peak for SFT; peft: the type of peft that does it, None where the model itself is changed;
    fields: of peft's configuration, or of ours; layers: the default of the parameter `layers`, None: it has none;
    starts_at_base: before the first step it computes what the base does, so the reference gate compares both;
    merges: its result is a whole model; otherwise it stays an adapter on its base;
    virtual_tokens: it puts trained positions in front of every text.
    """

    name: str
    summary: str
    learning_rate: float
    peft: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    layers: str | None = None
    starts_at_base: bool = True
    merges: bool = True
    virtual_tokens: bool = False

    @property
    def moves_all(self) -> bool:
        """Whether whole matrices of the base move, with rates as small as theirs."""
        return self.name in ("full", "freeze")

    @property
    def known_fields(self) -> frozenset[str]:
        """What a [peft] table may set."""
        return frozenset(self.fields) if self.peft is None else library_fields.peft(self.peft)


# r 8 is the rank this project measured SmolLM2 with; alpha = 2 r is the ratio of TRL's own command line (ModelConfig:
# r 16, alpha 32); all linear layers but the output one: QLoRA (Dettmers et al. 2023).
_LORA = {"r": 8, "lora_alpha": 16, "lora_dropout": 0.0, "target_modules": "all-linear", "bias": "none"}
# Ten times TRL's rate for all weights (SFTConfig 2e-5), its guide's advice for adapters; QLoRA's for small models.
_LORA_RATE = 2e-4

METHODS = {
    method.name: method
    for method in (
        Method(
            name="lora",
            summary="a low-rank update beside each linear layer (Hu et al. 2022)",
            learning_rate=_LORA_RATE,
            peft="lora",
            fields=_LORA,
        ),
        # Liu et al. 2024 change nothing else of LoRA's setting, and peft's benchmark neither.
        Method(
            name="dora",
            summary="LoRA for the direction of each weight, its length apart (Liu et al. 2024)",
            learning_rate=_LORA_RATE,
            peft="lora",
            fields={**_LORA, "use_dora": True},
        ),
        # Scaled by alpha / sqrt(r), it profits from high ranks; r and alpha 64: peft's benchmark (lora/
        # llama-3.2-3B-rank64-rslora).
        Method(
            name="rslora",
            summary="LoRA scaled for high ranks (Kalajdzievski 2023)",
            learning_rate=_LORA_RATE,
            peft="lora",
            fields={**_LORA, "r": 64, "lora_alpha": 64, "use_rslora": True},
        ),
        # The last quarter of the layers reaches 90 % of what all reach (Lee, Tang and Lin 2019).
        Method(
            name="layerwise-lora",
            summary="LoRA in some layers only (layers: last 25%)",
            learning_rate=_LORA_RATE,
            peft="lora",
            fields=_LORA,
            layers="last 25%",
        ),
        # Liu et al. 2022; all linear layers and the rate: the tuned run of peft's benchmark (ia3/
        # llama-3.2-3B-all-attn-5k-lr0.005).
        Method(
            name="ia3",
            summary="one factor for each output of keys, values and MLP (Liu et al. 2022)",
            learning_rate=5e-3,
            peft="ia3",
            fields={},
        ),
        # 10 positions: Li and Liang 2021 for table-to-text; from zero at 5e-3: the tuned run of peft's benchmark, which
        # has 200 of them (prefixtuning/llama-3.2-3B-lr_0.005_zero_init).
        Method(
            name="prefix",
            summary="trained keys and values in front of every text (Li and Liang 2021)",
            learning_rate=5e-3,
            peft="prefix_tuning",
            fields={"num_virtual_tokens": 10, "init_weights": "zero"},
            starts_at_base=False,
            merges=False,
            virtual_tokens=True,
        ),
        # 20 positions, beyond which Lester et al. 2021 gain little; words of the vocabulary at 1e-3: the tuned run of
        # peft's benchmark, which has 200 of them (prompt_tuning/llama-3.2-3B-sample_vocab-lr_0.001).
        Method(
            name="prompt",
            summary="trained words in front of every text (Lester et al. 2021)",
            learning_rate=1e-3,
            peft="prompt_tuning",
            fields={"num_virtual_tokens": 20, "prompt_tuning_init": "SAMPLE_VOCAB"},
            starts_at_base=False,
            merges=False,
            virtual_tokens=True,
        ),
        # Width and rate: the middle of what Houlsby et al. 2019 swept (8, 64, 256; 3e-5, 3e-4, 3e-3).
        Method(
            name="adapter",
            summary="a narrow network after attention and MLP of each layer (Houlsby et al. 2019)",
            learning_rate=3e-4,
            fields={"bottleneck": 64},
            merges=False,
        ),
        # One of the four rates that Ben Zaken et al. 2022 chose from (1e-4, 4e-4, 7e-4, 1e-3).
        Method(
            name="bitfit",
            summary="the biases alone (Ben Zaken et al. 2022); not for models without any",
            learning_rate=4e-4,
        ),
        # Zhao et al. 2023; the rate is that of peft's benchmark.
        Method(
            name="ln",
            summary="the normalisation layers alone (Zhao et al. 2023)",
            learning_rate=1e-4,
            peft="ln_tuning",
        ),
        # TRL's rate for all weights; what is left is the last quarter of the layers, as for layerwise-lora.
        Method(
            name="freeze",
            summary="all weights but those of some layers (layers: first 75%)",
            learning_rate=2e-5,
            layers="first 75%",
        ),
        Method(
            name="full",
            summary="all weights",
            learning_rate=2e-5,  # SFTConfig's default
        ),
    )
}


def get(name: str) -> Method:
    """The method of that name, or a peft type of that name; UnknownName with the nearest ones otherwise.

    A type outside METHODS has peft's defaults, LoRA's rate, and starts where it likes.
    """
    if name in METHODS:
        return METHODS[name]
    types = library_fields.peft_types()
    kind = name.replace("-", "_")
    if kind not in types:
        raise UnknownName("method", name, {*METHODS, *(one.replace("_", "-") for one in types)})
    return Method(
        name=name,
        summary=f"peft's {kind}, with its defaults",
        learning_rate=_LORA_RATE,
        peft=kind,
        starts_at_base=False,
        virtual_tokens="num_virtual_tokens" in library_fields.peft(kind),
    )
