"""What a run needs in memory, told from the shapes of the weights before any is loaded. Light: no torch.

Weights, gradients and Adam's two moments are counted exactly; activations from the shapes of a layer, for the longest
batch. It decides what a machine can clearly not do; the numbers that are shown come from a measured step.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from workbench.training import fit, layers
from workbench.training.settings import PreferenceSettings, TrainSettings

FLOAT = 4  # bytes: weights are trained in float32, and bfloat16 is for computing alone
_MOMENTS = 2  # of Adam, for each trained number
_PROGRAM = 700_000_000  # bytes: torch, TRL and the tokenizer, without a model (measured: 0.6-0.7 GB)
# Vectors of the hidden size, and of the MLP's, that a layer of the Llama type holds for a token at the peak: fitted to
# SmolLM2-135M with LoRA, DPO on a pair of 384 tokens each, which took 3.7 GB.
_KEPT_A_LAYER = 18
_KEPT_A_MLP = 8

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Requirements:
    """In bytes; `reference`: of a copy of the base that DPO and KTO keep beside a model changed in place."""

    weights: int
    gradients: int
    optimizer: int
    reference: int
    activations: int

    @property
    def fixed(self) -> int:
        """What no setting of batch or length can lower."""
        return _PROGRAM + self.weights + self.gradients + self.optimizer + self.reference

    @property
    def total(self) -> int:
        return self.fixed + self.activations


def of(settings: TrainSettings, shapes: Shapes, longest: int) -> Requirements:
    """For batches whose longest sequence has `longest` tokens."""
    numbers = sum(math.prod(shape) for shape in shapes.values())
    trained = _trained(settings, shapes)
    preference = isinstance(settings, PreferenceSettings)
    sequences = settings.per_device_train_batch_size * (2 if settings.kind == "dpo" else 1)
    return Requirements(
        weights=numbers * FLOAT,
        gradients=trained * FLOAT,
        optimizer=trained * FLOAT * _MOMENTS,
        reference=numbers * FLOAT if preference and settings.way.peft is None else 0,
        activations=sequences * longest * _activations(shapes) * FLOAT,
    )


def _trained(settings: TrainSettings, shapes: Shapes) -> int:
    """How many numbers move; for methods that train a sliver of the weights, none."""
    names = list(shapes)
    if settings.method == "full":
        return sum(math.prod(shape) for shape in shapes.values())
    if settings.method == "freeze":
        still = set(layers.frozen(fit.which(settings), names))
        return sum(math.prod(shape) for name, shape in shapes.items() if name not in still)
    if settings.way.peft == "lora":
        rank = int({**settings.way.fields, **settings.peft}.get("r", 8))
        return sum(rank * sum(shape) for shape in _matrices(shapes))
    return 0


def _activations(shapes: Shapes) -> int:
    """Numbers kept for a token until the backward pass: those of each layer, and a row of logits with its gradient."""
    matrices = _matrices(shapes)
    if not matrices:
        return 0
    hidden = min(max(shape) for shape in matrices)
    widest = max(max(shape) for shape in matrices)
    vocabulary = max(shape[0] for shape in shapes.values())
    return layers.count(list(shapes)) * (_KEPT_A_LAYER * hidden + _KEPT_A_MLP * widest) + 2 * vocabulary


def _matrices(shapes: Shapes) -> list[tuple[int, ...]]:
    """Those of the linear layers within the layers."""
    return [shape for name, shape in shapes.items() if len(shape) == 2 and layers.layer(name) is not None]
