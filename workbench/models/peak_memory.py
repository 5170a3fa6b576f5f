"""The most memory that was held since a mark: of the GPU where the model computes there, else of this process."""

from __future__ import annotations

import sys
from pathlib import Path

from workbench.models.machine import Device

_RESET = "5"  # to /proc/self/clear_refs: the peak counts from now on, see proc(5)


def mark(device: Device) -> None:
    """Let the peak count from now on."""
    if device == "cuda":
        import torch

        torch.cuda.reset_peak_memory_stats()
    elif device == "cpu" and sys.platform == "linux":
        try:
            Path("/proc/self/clear_refs").write_text(_RESET)
        except PermissionError:  # a container may forbid it; the peak is then that of the whole process
            pass


def since(device: Device) -> int | None:
    """Bytes; None where they cannot be told: the model computes elsewhere, or the system keeps no such count."""
    if device == "cuda":
        import torch

        return int(torch.cuda.max_memory_allocated())
    if device != "cpu" or sys.platform != "linux":
        return None
    lines = Path("/proc/self/status").read_text().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), None)
