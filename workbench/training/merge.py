"""An adapter merged into its base: a full checkpoint folder that is there whole or not at all.

Every round starts from such a folder with a fresh adapter, so that its reference is what it was trained as.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import torch
from peft import PeftModel
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from workbench import durable
from workbench.errors import ModelError
from workbench.training.weights import load

TOLERANCE = 1e-3  # largest difference of a logit
ORIGIN = "merged_from.json"
PROBE = "Name three colours of the rainbow, and say in one sentence why the sky is blue."


def merge(base: Path, adapter: Path, target: Path) -> Path:
    """Write `base` with `adapter` merged into it to `target`, in float32, and return `target`.

    safetensors, tokenizer, chat template and generation settings; the saved model is loaded again and its
    logits compared with those of base and adapter before it gets its name. A `target` that holds this very
    merge is returned as it is. ModelError if it holds something else, or if the logits differ.
    """
    origin = {"base": base.name, "adapter": _digest(adapter / "adapter_model.safetensors")}
    if target.exists():
        return _found(target, origin)
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    verify(part, _save(base, adapter, part))
    (part / ORIGIN).write_text(json.dumps(origin, indent=1), encoding="utf-8")
    durable.publish(part, target)
    return target


def verify(folder: Path, expected: Tensor) -> None:
    """ModelError unless the model saved in `folder` gives the `expected` logits of the probe, shape (T, V)."""
    saved = load(folder)
    difference = float((logits(saved.model, saved.tokenizer) - expected).abs().max())
    if not difference <= TOLERANCE:
        raise ModelError(
            f"The merged model in {folder} differs from base and adapter by {difference:.4f} in a logit "
            f"(at most {TOLERANCE} is allowed).",
            "It was not registered; the adapter is kept in the job's checkpoints.",
        )


def logits(model: torch.nn.Module, tokenizer: PreTrainedTokenizerBase) -> Tensor:
    """The model's logits on the probe text, shape (T, V)."""
    ids = tokenizer(PROBE, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        output: Tensor = model(input_ids=ids, use_cache=False).logits[0]
    return output


def _save(base: Path, adapter: Path, part: Path) -> Tensor:
    """Write the merged checkpoint to `part`; returns the logits that base and adapter gave unmerged."""
    loaded = load(base)
    model = PeftModel.from_pretrained(loaded.model, adapter)
    expected = logits(model, loaded.tokenizer)
    model.merge_and_unload().save_pretrained(part)
    loaded.tokenizer.save_pretrained(part)
    return expected


def _found(target: Path, origin: dict[str, str]) -> Path:
    record = target / ORIGIN
    if record.is_file() and json.loads(record.read_text(encoding="utf-8")) == origin:
        return target
    raise ModelError(f"{target} already holds another model.", "Choose another name, or remove that model first.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
