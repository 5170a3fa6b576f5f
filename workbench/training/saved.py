"""What a run leaves: a whole model where its method can be merged, an adapter on its base where it cannot.

The folder is there whole or not at all. A further round starts from a whole one with a fresh adapter, so that its
reference is what it was trained as.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from workbench import durable
from workbench.errors import ModelError
from workbench.models import adapter_folder, bottleneck
from workbench.training import adaptation
from workbench.training.settings import TrainSettings
from workbench.training.weights import load

TOLERANCE = 1e-3  # largest difference of a logit
ORIGIN = "merged_from.json"
PROBE = "Name three colours of the rainbow, and say in one sentence why the sky is blue."

Form = Literal["merged", "weights", "adapter"]
Writer = Callable[[Path], Tensor]


def save(settings: TrainSettings, base: Path, checkpoint: Path, target: Path) -> Form:
    """Write what `checkpoint` holds to `target`, in float32; what form it has there.

    merged: an adapter is part of the base's weights now, and kept in a folder of its own beside them; weights: they
    were trained themselves; adapter: it needs the base, which its folder names. The saved model is loaded again and its
    logits compared before the folder gets its name; a `target` that holds this very model is left as it is. ModelError
    if it holds another one, or differs.
    """
    if settings.method == "adapter":
        return _publish(base, checkpoint, target, "adapter", lambda part: _bottleneck(settings, base, checkpoint, part))
    if settings.way.peft is None:
        return _publish(base, checkpoint, target, "weights", lambda part: _weights(checkpoint, part))
    if settings.way.virtual_tokens:
        return _publish(base, checkpoint, target, "adapter", lambda part: _adapter(base, checkpoint, part))
    try:
        return merge(base, checkpoint, target)
    except (AttributeError, NotImplementedError):  # how the tuners of peft say that they cannot be merged
        return _publish(base, checkpoint, target, "adapter", lambda part: _adapter(base, checkpoint, part))


def merge(base: Path, adapter: Path, target: Path) -> Form:
    """Write `base` with peft's `adapter` merged into it to `target`; see `save`."""
    return _publish(base, adapter, target, "merged", lambda part: _merged(base, adapter, part))


def verify(folder: Path, expected: Tensor) -> None:
    """ModelError unless the model saved in `folder` gives the `expected` logits of the probe, shape (T, V)."""
    saved = load(folder)
    difference = float((logits(saved.model, saved.tokenizer) - expected).abs().max())
    if not difference <= TOLERANCE:
        raise ModelError(
            f"The model saved in {folder} differs from the trained one by {difference:.4f} in a logit "
            f"(at most {TOLERANCE} is allowed).",
            "It was not registered; the last step is kept in the job's checkpoints.",
        )


def logits(model: torch.nn.Module, tokenizer: PreTrainedTokenizerBase) -> Tensor:
    """The model's logits on the probe text, shape (T, V), without those of virtual tokens in front of it."""
    ids = tokenizer(PROBE, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        output: Tensor = model(input_ids=ids, use_cache=False).logits[0, -ids.shape[1] :]
    return output


def _publish(base: Path, checkpoint: Path, target: Path, form: Form, write: Writer) -> Form:
    """Write into a folder beside `target`, check what was written, and give it its name."""
    origin = {"base": base.name, "adapter": _digest(checkpoint)}
    if target.exists():
        _check_same(target, origin)
        return "adapter" if adapter_folder.is_adapter(target) else form
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    verify(part, write(part))
    (part / ORIGIN).write_text(json.dumps(origin, indent=1), encoding="utf-8")
    durable.publish(part, target)
    return form


_WHOLE = "model*.safetensors"  # in one file or in several


def _merged(base: Path, adapter: Path, part: Path) -> Tensor:
    """Each of these writes a model to `part` and returns the logits that the trained one gave."""
    loaded = load(base)
    model = PeftModel.from_pretrained(loaded.model, adapter)
    expected = logits(model, loaded.tokenizer)
    model.merge_and_unload().save_pretrained(part)
    loaded.tokenizer.save_pretrained(part)
    aside = part / adapter_folder.ASIDE
    aside.mkdir()
    _keep_adapter(base, adapter, aside)
    return expected


def _weights(checkpoint: Path, part: Path) -> Tensor:
    trained = load(checkpoint)
    expected = logits(trained.model, trained.tokenizer)
    trained.model.save_pretrained(part)
    trained.tokenizer.save_pretrained(part)
    return expected


def _adapter(base: Path, checkpoint: Path, part: Path) -> Tensor:
    loaded = load(base)
    expected = logits(PeftModel.from_pretrained(loaded.model, checkpoint), loaded.tokenizer)
    _keep_adapter(base, checkpoint, part)
    return expected


def _keep_adapter(base: Path, checkpoint: Path, part: Path) -> None:
    shutil.copy2(checkpoint / adapter_folder.WEIGHTS, part)
    _describe(part, base, adapter_folder.config(checkpoint))


def _bottleneck(settings: TrainSettings, base: Path, checkpoint: Path, part: Path) -> Tensor:
    size = adaptation.fields(settings)["bottleneck"]
    loaded = load(base)
    bottleneck.insert(loaded.model, size)
    tensors = bottleneck.state(load_file(checkpoint / "model.safetensors"))
    bottleneck.fill(loaded.model, tensors)
    save_file(tensors, part / adapter_folder.WEIGHTS, metadata={"format": "pt"})
    _describe(part, base, {"peft_type": bottleneck.NAME.upper(), "bottleneck": size})
    return logits(loaded.model, loaded.tokenizer)


def _describe(part: Path, base: Path, config: dict[str, Any]) -> None:
    named = {**config, "base_model_name_or_path": str(base)}
    (part / adapter_folder.CONFIG).write_text(json.dumps(named, indent=1), encoding="utf-8")


def _check_same(target: Path, origin: dict[str, str]) -> None:
    record = target / ORIGIN
    if not record.is_file() or json.loads(record.read_text(encoding="utf-8")) != origin:
        raise ModelError(f"{target} already holds another model.", "Choose another name, or remove that model first.")


def _digest(checkpoint: Path) -> str:
    """Of what was trained. ModelError where several processes kept a part of it each."""
    adapter = checkpoint / adapter_folder.WEIGHTS
    files = [adapter] if adapter.is_file() else sorted(checkpoint.glob(_WHOLE))
    if not files:
        raise ModelError(
            f"{checkpoint} holds no whole weights: each process kept its own part.",
            "In accelerate's configuration set fsdp_state_dict_type: FULL_STATE_DICT, or for DeepSpeed "
            "zero3_save_16bit_model: true, and train again.",
        )
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
