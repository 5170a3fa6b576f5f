"""Names and shapes of a model's tensors, from the headers of its safetensors files: no torch, no weight is read."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

from workbench.errors import ModelError


def tensor_names(folder: Path) -> list[str]:
    """In the order of the files; empty for a folder without safetensors. ModelError for a broken header."""
    return [name for path in sorted(folder.glob("*.safetensors")) for name in _header(path)]


def tensor_shapes(folder: Path) -> dict[str, tuple[int, ...]]:
    """Name -> shape, in the order of the files. ModelError for a broken header."""
    return {
        name: tuple(entry["shape"])
        for path in sorted(folder.glob("*.safetensors"))
        for name, entry in _header(path).items()
    }


def _header(path: Path) -> dict[str, Any]:
    """Eight bytes (the length, little-endian), then JSON: name -> dtype, shape and place."""
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            entries = json.loads(file.read(min(length, path.stat().st_size)))
    except (OSError, ValueError, struct.error) as error:
        raise ModelError(f"{path} is no readable safetensors file.", "Fetch or export the model again.") from error
    return {name: entry for name, entry in entries.items() if name != "__metadata__"}
