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

# From SFT's learning rate to that of a loss with a reference: the ratio of TRL's defaults (SFTConfig 2e-5, DPOConfig
# and KTOConfig 1e-6). For adapters its DPO page says about 1e-5, that ratio of LoRA's rate, and its PEFT page 5e-6; for
# methods other than LoRA there is no source: the ratio is ours.
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
# r 16, alpha 32); all linear layers but the output one: QLoRA (Dettmers et al. 2023); dropout 0: peft's benchmark
# (QLoRA has 0.1, TRL's ModelConfig 0.05).
_LORA = {"r": 8, "lora_alpha": 16, "lora_dropout": 0.0, "target_modules": "all-linear", "bias": "none"}
# Ten times TRL's rate for all weights (SFTConfig 2e-5), its guide's advice for adapters; QLoRA's for its model of 7B.
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
        # Liu et al. 2024 keep LoRA's rank and adjust the rate alone (2e-4 in their script for Llama 2 7B); peft's
        # benchmark changes nothing else.
        Method(
            name="dora",
            summary="LoRA for the direction of each weight, its length apart (Liu et al. 2024)",
            learning_rate=_LORA_RATE,
            peft="lora",
            fields={**_LORA, "use_dora": True},
        ),
        # Scaled by alpha / sqrt(r), it profits from high ranks; r and alpha 64 at 1e-4: peft's benchmark (lora/
        # llama-3.2-3B-rank64-rslora), which has them on peft's default modules.
        Method(
            name="rslora",
            summary="LoRA scaled for high ranks (Kalajdzievski 2023)",
            learning_rate=1e-4,
            peft="lora",
            fields={**_LORA, "r": 64, "lora_alpha": 64, "use_rslora": True},
        ),
        # The last quarter of the layers, with all their weights, reaches 90 % of what all reach for BERT and RoBERTa
        # (Lee, Tang and Lin 2019); that it holds for LoRA in them is our assumption.
        Method(
            name="layerwise-lora",
            summary="LoRA in some layers only (layers: last 25%)",
            learning_rate=_LORA_RATE,
            peft="lora",
            fields=_LORA,
            layers="last 25%",
        ),
        # Liu et al. 2022 have keys, values and the MLP alone; all linear layers and the rate: the tuned run of peft's
        # benchmark (ia3/llama-3.2-3B-all-attn-5k-lr0.005).
        Method(
            name="ia3",
            summary="one factor for each channel of every linear layer (IA3: Liu et al. 2022)",
            learning_rate=5e-3,
            peft="ia3",
            fields={},
        ),
        # 10 positions: Li and Liang 2021 for table-to-text; from zero at 5e-3: the tuned run of peft's benchmark
        # (prefixtuning/llama-3.2-3B-lr_0.005_zero_init), whose rate was tuned with 200 positions, not with 10.
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
        # 20 positions, beyond which Lester et al. 2021 gain little; TRL's guide has rates of 1e-2 to 3e-2 with 8 to 20.
        # Words of the vocabulary to begin with: the tuned run of peft's benchmark (prompt_tuning/
        # llama-3.2-3B-sample_vocab-lr_0.001), whose rate was tuned with 200 positions.
        Method(
            name="prompt",
            summary="trained words in front of every text (Lester et al. 2021)",
            learning_rate=1e-2,
            peft="prompt_tuning",
            fields={"num_virtual_tokens": 20, "prompt_tuning_init": "SAMPLE_VOCAB"},
            starts_at_base=False,
            merges=False,
            virtual_tokens=True,
        ),
        # Width and rate: the middle of what Houlsby et al. 2019 swept (8, 64, 256; 3e-5, 3e-4, 3e-3), also the default
        # and the example of the authors' code.
        Method(
            name="adapter",
            summary="a narrow network after attention and MLP of each layer (Houlsby et al. 2019)",
            learning_rate=3e-4,
            fields={"bottleneck": 64},
            merges=False,
        ),
        # One of the rates 1e-4, 4e-4, 7e-4 and 1e-3 that a replication of Ben Zaken et al. 2022 sweeps; the table of
        # the paper itself was not read.
        Method(
            name="bitfit",
            summary="the biases alone (Ben Zaken et al. 2022); not for models without any",
            learning_rate=4e-4,
        ),
        # Zhao et al. 2023; the rate: the best of 1e-4, 1e-3 and 3e-3 for SmolLM2-135M on the loss of held-out
        # instructions (15 steps of 4 rows: 1.570 before, then 1.566, 1.552 and 1.568). peft's benchmark has its default
        # of 1e-4, with which it learned nothing.
        Method(
            name="ln",
            summary="the normalisation layers alone (Zhao et al. 2023)",
            learning_rate=1e-3,
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


# The types of peft that do not begin at the identity with its defaults, as measured on the `tiny` model; poly and xlora
# ask for inputs of their own there, so nothing is known of them.
_STARTS_ELSEWHERE = (
    "c3a", "cartridge", "cpt", "fourierft", "multitask_prompt_tuning", "p_tuning", "poly", "prefix_tuning",
    "prompt_tuning", "unilora", "vblora", "xlora",
)  # fmt: skip


def get(name: str) -> Method:
    """The method of that name, or a peft type of that name; UnknownName with the nearest ones otherwise.

    A type outside METHODS has peft's defaults and LoRA's rate, for want of a better one.
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
        starts_at_base=kind not in _STARTS_ELSEWHERE,
        virtual_tokens="num_virtual_tokens" in library_fields.peft(kind),
    )
