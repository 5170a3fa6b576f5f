"""What the workbench costs, and what its settings gain: the same training as a plain TRL script, in the same run.

    WORKBENCH_FIELD_DATA=FOLDER python tests/benchmarks/train_overhead.py [--model smollm2] [--rows 30] [--threads 2]

`plain` is a script as TRL's documentation has it, with the numbers that the workbench uses; `workbench` adds
pre-flight, the gate, checkpoints that a kill survives, and the check of what was saved; `defaults` is TRL's own
settings on a CPU, with the same rows to an update. `steps` is the time of optimizer steps and checkpoints, `whole` that
of everything from loading the weights to the saved model. Times are printed beside their targets and never asserted;
exits 1 if the losses of a step differ by more than 1e-3.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from datasets.arrow_dataset import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, PrinterCallback
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

from workbench.data import formats
from workbench.models import catalog
from workbench.training import dpo, sft
from workbench.training.completion_rows import completion_rows
from workbench.training.methods import METHODS
from workbench.training.pair_rows import pair_rows
from workbench.training.settings import DPOSettings, SFTSettings, TrainSettings
from workbench.workspace import model_cache

TOLERANCE = 1e-3
OVERHEAD, GAIN = 1.03, 1.3  # targets: workbench / plain, defaults / workbench
ROWS_AN_UPDATE = 8  # TRL's default batch
MAX_LENGTH = 512


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, and the loss of each step."""

    steps: float
    whole: float
    losses: list[float]


class Quiet:
    """A Watch that only keeps the losses."""

    def __init__(self) -> None:
        self.losses: list[float] = []

    def progress(self, done: int, total: int, message: str = "") -> None: ...

    def metrics(self, step: int, values: dict[str, float]) -> None:
        if "loss" in values:
            self.losses.append(values["loss"])

    def cancelled(self) -> bool:
        return False

    def ending(self) -> bool:
        return False


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--model", default="smollm2")
    options.add_argument("--rows", type=int, default=30)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("sections", nargs="*", default=["sft", "dpo"])
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    base = catalog.pull(given.model, model_cache(), lambda done, total, what: None)
    print(f"{given.model}, float32, LoRA, {given.rows} rows, at most {MAX_LENGTH} tokens, {given.threads} threads\n")
    right = [_section(name, base, given.rows, given.threads) for name in given.sections]
    return 0 if all(right) else 1


def _section(name: str, base: Path, count: int, threads: int) -> bool:
    """Equal settings first; then ours against TRL's defaults, with as many rows to an update."""
    rows, settings = _rows(name, count), _settings(name, threads)
    eight = replace(settings, gradient_accumulation_steps=ROWS_AN_UPDATE)
    arms: dict[str, Callable[[Path], Measured]] = {
        "plain": lambda folder: _plain(name, base, rows, folder, _equal(settings)),
        "workbench": lambda folder: _workbench(name, base, rows, folder, settings),
        "workbench, 8 rows": lambda folder: _workbench(name, base, rows, folder, eight),
        "defaults, 8 rows": lambda folder: _plain(name, base, rows, folder, _defaults(settings)),
    }
    with tempfile.TemporaryDirectory() as folder:  # the first training of a process pays for what others find warm
        _plain(name, base, rows[:4], Path(folder), _equal(settings))
    found = {}
    for arm, run in arms.items():
        with tempfile.TemporaryDirectory() as folder:
            found[arm] = run(Path(folder))
        gc.collect()
        one = found[arm]
        print(
            f"{name} {arm:<18} {one.steps:7.1f} s steps {one.whole:7.1f} s whole  {len(one.losses)} steps", flush=True
        )
    overhead = _compared(f"{name}: workbench / plain", found["workbench"], found["plain"], OVERHEAD, "at most")
    gain = _compared(
        f"{name}: defaults / workbench", found["defaults, 8 rows"], found["workbench, 8 rows"], GAIN, "aim"
    )
    print()
    return overhead and gain


def _compared(words: str, one: Measured, other: Measured, target: float, sense: str) -> bool:
    differences = [abs(a - b) for a, b in zip(one.losses, other.losses, strict=True)]
    print(f"{words}: steps {one.steps / other.steps:.3f}, whole {one.whole / other.whole:.3f} ({sense} {target:g})")
    print(f"{words}: largest difference of a loss {max(differences):.1e}")
    return max(differences) <= TOLERANCE


def _workbench(name: str, base: Path, rows: list[Any], folder: Path, settings: Any) -> Measured:
    watch, began = Quiet(), time.perf_counter()
    trainer = {"sft": sft, "dpo": dpo}[name]
    outcome = trainer.run(settings, base, rows, folder, watch, saved=folder / "saved")
    return Measured(outcome.train_seconds, time.perf_counter() - began, watch.losses)


def _plain(name: str, base: Path, rows: list[Any], folder: Path, arguments: dict[str, Any]) -> Measured:
    """As in TRL's documentation: load, train, merge, save."""
    config, trainer_class = {"sft": (SFTConfig, SFTTrainer), "dpo": (DPOConfig, DPOTrainer)}[name]
    began = time.perf_counter()
    args = config(output_dir=str(folder), use_cpu=True, bf16=False, report_to="none", disable_tqdm=True, **arguments)
    tokenizer = AutoTokenizer.from_pretrained(base)
    trainer = trainer_class(
        model=AutoModelForCausalLM.from_pretrained(base, dtype="float32"), args=args,
        train_dataset=Dataset.from_list([dict(row) for row in rows]), processing_class=tokenizer, peft_config=_lora(),
    )  # fmt: skip
    trainer.remove_callback(PrinterCallback)
    started = time.perf_counter()
    trainer.train()
    steps = time.perf_counter() - started
    merged = trainer.model.merge_and_unload()
    merged.save_pretrained(folder / "saved")
    tokenizer.save_pretrained(folder / "saved")
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    return Measured(steps, time.perf_counter() - began, losses)


def _equal(settings: TrainSettings) -> dict[str, Any]:
    return {
        **_shared(settings), "per_device_train_batch_size": settings.per_device_train_batch_size,
        "gradient_accumulation_steps": settings.gradient_accumulation_steps, "gradient_checkpointing": False,
        "save_steps": settings.save_steps, "dataloader_pin_memory": False,
    }  # fmt: skip


def _defaults(settings: TrainSettings) -> dict[str, Any]:
    """Batch 8, gradient checkpointing and all else as TRL has it; the optimisation problem is the same."""
    return _shared(settings)


def _shared(settings: TrainSettings) -> dict[str, Any]:
    found = {
        "learning_rate": settings.learning_rate, "num_train_epochs": settings.num_train_epochs, "logging_steps": 1,
        "max_length": settings.max_length, "seed": settings.seed,
    }  # fmt: skip
    if isinstance(settings, DPOSettings):
        return {**found, "beta": settings.beta}
    return {**found, "completion_only_loss": True}


def _lora() -> LoraConfig:
    return LoraConfig(task_type="CAUSAL_LM", **METHODS["lora"].fields)


def _settings(name: str, threads: int) -> TrainSettings:
    kind: type[TrainSettings] = {"sft": SFTSettings, "dpo": DPOSettings}[name]
    return kind(num_train_epochs=1, max_length=MAX_LENGTH, threads=threads)


def _rows(name: str, count: int) -> list[Any]:
    folder = Path(os.environ["WORKBENCH_FIELD_DATA"])
    file = {"sft": "instructions_alpaca_en.json", "dpo": "preference_pairs_en.json"}[name]
    whole = formats.read(folder / file)
    table = formats.Table(whole.layout, whole.rows[:count], whole.source)
    return completion_rows(table) if name == "sft" else pair_rows(table)


if __name__ == "__main__":
    sys.exit(main())
