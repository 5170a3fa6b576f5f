"""A folder that holds an adapter instead of a whole model: what it is, and the base it needs. Light.

peft's own layout, for which `adapter_config.json` names type and base; bottleneck adapters keep to it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workbench.errors import ModelError

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
VIRTUAL_TOKENS = ("PREFIX_TUNING", "PROMPT_TUNING", "P_TUNING", "CARTRIDGE")  # tokens before a text
ASIDE = "adapter"  # the folder within a merged model that keeps what was merged into its base


def is_adapter(folder: Path) -> bool:
    """Whether the folder holds an adapter and no whole model."""
    return (folder / CONFIG).is_file() and not (folder / "config.json").is_file()


def of(model: Path) -> Path | None:
    """The adapter that a model's folder is, or keeps beside its merged weights; None where there is none."""
    return next((folder for folder in (model, model / ASIDE) if folder.is_dir() and is_adapter(folder)), None)


def config(folder: Path) -> dict[str, Any]:
    """What the adapter says of itself: peft_type, base_model_name_or_path, ..."""
    read: dict[str, Any] = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    return read


def base(folder: Path) -> Path:
    """The folder of its base; ModelError where that is not on this machine, or the adapter is not in safetensors."""
    found = Path(str(config(folder).get("base_model_name_or_path")))
    if not found.exists():
        raise ModelError(
            f"{folder} holds an adapter whose base {found} is not there.",
            "Put the base back, or merge the adapter into its base elsewhere first.",
        )
    if not (folder / WEIGHTS).is_file():
        raise ModelError(f"{folder} holds no {WEIGHTS}; safetensors are needed.", "Save it with save_pretrained().")
    return found
