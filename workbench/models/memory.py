"""The memory of this machine and of this process, in bytes: what is left, and the most that was taken. Light.

In a container, or under a scheduler, the kernel grants less than the machine has; both limits count.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"  # proc(5): sets the peak to what is resident now


def available() -> int:
    """What this process may still take without pushing others out."""
    import psutil

    free = int(psutil.virtual_memory().available)
    limit, used = (_read(_CGROUP / name) for name in ("memory.max", "memory.current"))
    return free if limit is None or used is None else min(free, max(0, limit - used))


def resident() -> int:
    """What this process holds now."""
    import psutil

    return int(psutil.Process().memory_info().rss)


def reset_peak() -> None:
    """Count the peak from here, where the system can (Linux); elsewhere it stays that of the whole process."""
    if _CLEAR.exists():
        try:
            _CLEAR.write_text(_RESET_PEAK)
        except OSError:  # a container may forbid it
            return


def peak() -> int:
    """The most that this process held since `reset_peak`."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _read(path: Path) -> int | None:
    """None without a limit, and where there is no such file."""
    text = path.read_text().strip() if path.is_file() else "max"
    return int(text) if text.isdigit() else None
