"""The most memory that was held since a mark: of the GPU where the model computes there, else of this process."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from workbench.models.machine import Device

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_RESET = "5"  # to clear_refs: the peak counts from now on, see proc(5)


def mark(device: Device) -> None:
    """Let the peak count from now on. Where that is forbidden, or not known, it stays that of the whole process."""
    if device == "cuda":
        import torch

        torch.cuda.reset_peak_memory_stats()
    elif device == "cpu" and sys.platform == "linux":
        try:
            _CLEAR.write_text(_RESET)
        except OSError:  # a container may forbid it, or mount /proc read-only
            return


def since(device: Device) -> int | None:
    """Bytes; None where they cannot be told: the model computes elsewhere, or the system keeps no such count."""
    if device == "cuda":
        import torch

        return int(torch.cuda.max_memory_allocated())
    if device != "cpu" or sys.platform != "linux":
        return None
    try:
        lines = _STATUS.read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), None)


def of_process() -> int:
    """The most bytes that this process ever held: known on every system, and by no mark."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
