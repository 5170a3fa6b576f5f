"""A method put onto a loaded model: peft's configuration for the trainer, or the model itself changed in place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from peft import AdaLoraConfig, PeftConfig
from peft.mapping import PEFT_TYPE_TO_CONFIG_MAPPING
from peft.utils.peft_types import PeftType
from transformers import PreTrainedModel

from workbench.errors import UsageError
from workbench.models import bottleneck
from workbench.training import adalora, fit, layers
from workbench.training.settings import TrainSettings


def adapt(model: PreTrainedModel, settings: TrainSettings) -> PeftConfig | None:
    """The configuration with which the trainer adds a fresh adapter; None once `model` itself is ready to be trained.

    Raises what `fit.check` raises, and UsageError for values that peft refuses.
    """
    names = [name for name, _ in model.named_parameters()]
    fit.check(settings, names, Path(model.name_or_path).name)
    if settings.way.peft is not None:
        return _config(settings, settings.way.peft, names)
    match settings.method:
        case "freeze":
            _train_only(model, set(names) - set(layers.frozen(fit.which(settings), names)))
        case "bitfit":
            _train_only(model, set(fit.biases(names)))
        case "adapter":
            _train_only(model, set())
            with torch.random.fork_rng(devices=[]):  # peft's first values follow the seed, and so shall ours
                torch.manual_seed(settings.seed)
                bottleneck.insert(model, fields(settings)["bottleneck"])
    return None


def fields(settings: TrainSettings) -> dict[str, Any]:
    """The method's own fields: those of the [peft] table over those of the preset."""
    return {**settings.way.fields, **settings.peft}


def _train_only(model: PreTrainedModel, wanted: set[str]) -> None:
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name in wanted


def _config(settings: TrainSettings, kind: str, names: Sequence[str]) -> PeftConfig:
    wanted = {**_targets(settings, names), **fields(settings)}
    if settings.method == "layerwise-lora":
        wanted["layers_to_transform"] = layers.chosen(fit.which(settings), layers.count(names))
        if wanted["target_modules"] == "all-linear":  # peft wants names once layers are chosen
            wanted["target_modules"] = fit.linear(names)
    try:
        config: PeftConfig = PEFT_TYPE_TO_CONFIG_MAPPING[PeftType(kind.upper())](task_type="CAUSAL_LM", **wanted)
    except (TypeError, ValueError) as error:
        raise UsageError(f"peft: {settings.method} cannot be set up so: {str(error).rstrip('.')}.") from error
    if isinstance(config, AdaLoraConfig):
        adalora.check(config)
    return config


def _targets(settings: TrainSettings, names: Sequence[str]) -> dict[str, Any]:
    """What peft knows for some architectures by name, told for all of them; and what it wants to know of the run."""
    if settings.way.peft == adalora.TYPE:
        return adalora.steps(fields(settings))
    if settings.method == "ia3":  # its factors lie on the outputs of attention, and on the inputs of the MLP
        return {"target_modules": fit.linear(names), "feedforward_modules": fit.linear(names, attention=False)}
    return {"target_modules": fit.norms(names)} if settings.method == "ln" else {}
