"""Which checkpoint a resumed run may trust.

TRL writes a checkpoint file by file into its final folder, so a process killed meanwhile leaves one that
looks newest and cannot be loaded, or loads without its optimizer. A marker written last, with the size of
every file, tells the whole ones.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from workbench import durable

MARKER = "complete.json"


def mark_complete(checkpoint: Path, seconds: float) -> None:
    """Vouch for a checkpoint that is written; `seconds` is the training time that led to it."""
    durable.sync_tree(checkpoint)
    part = checkpoint / f"{MARKER}.part"
    part.write_text(json.dumps({"seconds": seconds, "files": _sizes(checkpoint)}, indent=1), encoding="utf-8")
    durable.publish(part, checkpoint / MARKER)


def newest(folder: Path) -> Path | None:
    """The newest complete checkpoint below `folder`, None if there is none; incomplete ones are removed."""
    whole = None
    for checkpoint in sorted(folder.glob("checkpoint-*"), key=step):
        if _is_complete(checkpoint):
            whole = checkpoint
        else:
            shutil.rmtree(checkpoint)
    return whole


def at(folder: Path, step: int) -> Path:
    """Where TRL writes the checkpoint of a step."""
    return folder / f"checkpoint-{step}"


def step(checkpoint: Path) -> int:
    """The optimizer step after which it was written."""
    return int(checkpoint.name.rpartition("-")[2])


def seconds(checkpoint: Path | None) -> float:
    """The training time that led to a complete checkpoint, earlier attempts included; 0 without one."""
    if checkpoint is None:
        return 0.0
    return float(json.loads((checkpoint / MARKER).read_text(encoding="utf-8"))["seconds"])


def _is_complete(checkpoint: Path) -> bool:
    marker = checkpoint / MARKER
    return marker.is_file() and json.loads(marker.read_text(encoding="utf-8"))["files"] == _sizes(checkpoint)


def _sizes(checkpoint: Path) -> dict[str, int]:
    files = sorted(path for path in checkpoint.rglob("*") if path.is_file() and not path.name.startswith(MARKER))
    return {str(path.relative_to(checkpoint)): path.stat().st_size for path in files}
