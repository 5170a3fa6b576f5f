"""The policy and the reference that DPO and KTO start with.

With an adapter of peft the reference is the base with the adapter switched off. A method that changes the model
itself has nothing to switch off, so it is copied before; TRL would read it again from the path that the model names,
and what is in memory need not be what lies there.
"""

from __future__ import annotations

import copy
from typing import Any

from trl.trainer.utils import disable_dropout_in_model

from workbench.models.hf import HFModel
from workbench.training import adaptation
from workbench.training.settings import TrainSettings


def models(settings: TrainSettings, base: HFModel) -> dict[str, Any]:
    """TRL's arguments `model`, `ref_model` and `peft_config`; `base` is changed where the method changes it."""
    # TRL would switch off the adapter's own dropout too, so lora_dropout would do nothing: only the base's goes.
    disable_dropout_in_model(base.model)
    untouched = copy.deepcopy(base.model) if settings.way.peft is None else None
    return {"model": base.model, "ref_model": untouched, "peft_config": adaptation.adapt(base.model, settings)}
