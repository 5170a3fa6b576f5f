"""Loading what is trained: through the local engine, so that a model is checked and refused in one way only."""

from __future__ import annotations

from pathlib import Path

import torch

from workbench.models import hf
from workbench.models.machine import Settings


def load(folder: Path) -> hf.HFModel:
    """The causal model of a folder and its tokenizer, in float32 on the CPU, with the threads this process has."""
    return hf.load(folder, Settings(device="cpu", dtype="float32", threads=torch.get_num_threads()))
