"""Does a method fit a model? Told from the names of its parameters alone, before any weight is loaded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.errors import TrainingRefused
from workbench.models import outputs
from workbench.training import layers
from workbench.training.settings import TrainSettings

_NORM = re.compile(r"norm|^ln_|^ln\d")
_ATTENTION = re.compile(r"attn|attention")


def check(settings: TrainSettings, names: Sequence[str], model: str) -> None:
    """TrainingRefused or UsageError, with the nearest method that works, if nothing would be trained as meant."""
    match settings.method:
        case "bitfit" | "beft" if not biases(names):
            raise TrainingRefused(
                f"{model} has no biases (models of the Llama type have none), so {settings.method} trains nothing.",
                "Use the method ln, the nearest for it: it trains the normalisation layers alone.",
            )
        case "ln" if not norms(names):
            raise TrainingRefused(f"{model} has no normalisation layers with weights.", "Use the method lora.")
        case "adapter" if not any(outputs.is_output(name) for name in names):
            raise TrainingRefused(
                f"{model} names no layer that ends its attention or MLP ({', '.join(outputs.OUTPUTS)}).",
                "Use the method lora.",
            )
        case "freeze" | "layerwise-lora":
            _check_layers(settings, names, model)


def _check_layers(settings: TrainSettings, names: Sequence[str], model: str) -> None:
    text = which(settings)
    if settings.method == "layerwise-lora":
        layers.chosen(text, layers.count(names))
    elif {name for name in names if layers.layer(name) is not None} <= set(layers.frozen(text, names)):
        raise TrainingRefused(
            f"layers {text!r} freezes all {layers.count(names)} layers of {model}: nothing in them would be trained.",
            "Freeze fewer layers.",
        )


def which(settings: TrainSettings) -> str:
    """The layers that were asked for, else the method's own."""
    return settings.layers or settings.way.layers or ""


def biases(names: Sequence[str]) -> list[str]:
    return [name for name in names if name.endswith(".bias")]


def norms(names: Sequence[str]) -> list[str]:
    """The last part of the names of normalisation layers, each once."""
    return sorted({_module(name) for name in names if _NORM.search(_module(name)) and name.endswith(".weight")})


def linear(names: Sequence[str], attention: bool | None = None) -> list[str]:
    """The last part of the names of the linear layers within the layers; of attention, of the rest, or of both."""
    return sorted(
        {
            _module(name)
            for name in names
            if name.endswith(".weight") and layers.layer(name) is not None and not _NORM.search(_module(name))
            if attention is None or bool(_ATTENTION.search(name)) == attention
        }
    )


def _module(name: str) -> str:
    """model.layers.0.mlp.up_proj.weight -> up_proj"""
    return name.split(".")[-2] if "." in name else name
