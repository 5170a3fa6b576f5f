"""export-model: weights, tokenizer and chat template of a model in a folder of their own, with a card.

What was trained as an adapter goes out alone, for its base, or merged into it. Any program that reads safetensors
takes the folder.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from pydantic import Field

from workbench.errors import ModelError
from workbench.jobs import _inputs, _new_path
from workbench.jobs._context import JobContext
from workbench.jobs._model_card import model_card
from workbench.jobs._params import JobParams, ModelName
from workbench.models import adapter_folder
from workbench.models.card import card, serving
from workbench.models.weights import PARTS
from workbench.records import Lane, Model
from workbench.store import Store, models

LANE: Lane = "light"
_WHOLE = (*PARTS, "config.json", "generation_config.json", "model.safetensors.index.json")
_TOKENIZER = tuple(part for part in PARTS if part != "*.safetensors")
_CHUNK = 1 << 24  # bytes between two looks at the cancellation


class Params(JobParams):
    """Which model, and where."""

    model: ModelName = Field(description="a model whose weights are on this machine")
    out: str = Field(description="a new folder to write")
    merge: bool = Field(False, description="the whole model, also where it was trained as an adapter on its base")


def title(params: Params) -> str:
    return f"export {Path(params.model).name}{' merged' if params.merge else ''}"


def check(store: Store, params: Params) -> None:
    """Refuse what cannot be written: a model that is elsewhere, or an adapter that nobody else reads."""
    _inputs.check_model(store, params.model, "weights")
    _new_path.check_free(Path(params.out))
    known = models.find(store, params.model)
    if known is not None and known.path is not None:
        _check_form(known, params.merge)


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    model = _inputs.model(context, params.model)
    _check_form(model, params.merge)
    out = Path(params.out)
    adapter = None if params.merge else adapter_folder.of(Path(model.path or ""))
    with _new_path.whole(out) as part:
        part.mkdir()
        if adapter is not None:
            _copy(context, _adapter_files(adapter), part)
        else:
            _write_whole(context, Path(model.path or ""), part)
        made = model_card(context.store, model, adapter)
        (part / "README.md").write_text(card(made, str(out)), encoding="utf-8")
    return {
        "model": model.name, "path": str(out), "form": "whole" if adapter is None else "adapter",
        "bytes": sum(file.stat().st_size for file in out.iterdir()), "base": made.base,
        "serve": serving(made.name, str(out), made.base, made.rank),
    }  # fmt: skip


def _check_form(model: Model, merge: bool) -> None:
    """ModelError for an adapter that cannot be merged, or that no other program reads."""
    folder = Path(model.path or "")
    if not (folder.is_dir() and adapter_folder.is_adapter(folder)):
        return
    kind = str(adapter_folder.config(folder)["peft_type"])
    if kind == "BOTTLENECK":
        raise ModelError(
            f"{model.name} is a bottleneck adapter, which peft and transformers do not read.",
            "Serve it from here (workbench chat, generate), or train with a method that merges, such as lora.",
        )
    # What was trained here and could be merged was merged then.
    if merge and (model.kind == "trained" or kind in adapter_folder.VIRTUAL_TOKENS):
        raise ModelError(
            f"{model.name} is an adapter ({kind.lower()}) that cannot be merged.", "Export it without --merge."
        )


def _write_whole(context: JobContext, path: Path, part: Path) -> None:
    if path.is_file():
        from workbench.models.dequantise import IN_WORDS, dequantise

        context.progress(0, 0, f"de-quantising {path.name} ({IN_WORDS})")
        shutil.rmtree(part)  # it wants to make the folder itself
        dequantise(path, part)
    elif adapter_folder.is_adapter(path):
        from workbench.training import saved

        context.progress(0, 0, "merging")
        part.rmdir()
        saved.merge(adapter_folder.base(path), path, part)
    else:
        _copy(context, [file for pattern in _WHOLE for file in sorted(path.glob(pattern))], part)


def _adapter_files(folder: Path) -> list[Path]:
    """The adapter, and the tokenizer and chat template of its base."""
    base = adapter_folder.base(folder)
    tokenizer = [file for pattern in _TOKENIZER for file in sorted(base.glob(pattern))]
    return [folder / adapter_folder.CONFIG, folder / adapter_folder.WEIGHTS, *tokenizer]


def _copy(context: JobContext, files: list[Path], part: Path) -> None:
    """With progress in bytes."""
    total, done = sum(file.stat().st_size for file in files), 0
    for file in files:
        with file.open("rb") as source, (part / file.name).open("wb") as target:
            while chunk := source.read(_CHUNK):
                context.check_cancelled()
                target.write(chunk)
                done += len(chunk)
                context.progress(done, total, file.name)
