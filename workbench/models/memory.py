"""The memory that is left, in bytes. Light.

In a container, or under a scheduler, the kernel grants less than the machine has; both limits count.
"""

from __future__ import annotations

from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


def available() -> int:
    """What this process may still take without pushing others out."""
    import psutil

    free = int(psutil.virtual_memory().available)
    granted = _granted(_CGROUP)
    return free if granted is None else min(free, granted)


def _granted(cgroup: Path) -> int | None:
    """What the limit of a cgroup (version 2) leaves; None without one.

    `memory.current` counts the files that the kernel keeps in memory; those not used lately it gives up when asked.
    """
    limit, used = (_number(cgroup / name) for name in ("memory.max", "memory.current"))
    if limit is None or used is None:
        return None
    return max(0, limit - max(0, used - _inactive_files(cgroup / "memory.stat")))


def _number(path: Path) -> int | None:
    """None without a limit, and where there is no such file."""
    text = path.read_text().strip() if path.is_file() else "max"
    return int(text) if text.isdigit() else None


def _inactive_files(stat: Path) -> int:
    lines = stat.read_text().splitlines() if stat.is_file() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("inactive_file ")), 0)
