"""What a model's weights are, as one hash: equal for equal weights, wherever they lie.

The hash of a large model takes seconds, so it is kept in a file beside the folder and taken again
only when a file's size or time of change differs.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from workbench.models import adapter_folder

# Weights, and the tokenizer with its template in each form in which it is saved.
PARTS = (
    "*.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "chat_template.jinja",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.*",
    "merges.txt",
    "*.model",
)


def weights_hash(path: Path) -> str:
    """SHA-256 (hexadecimal) over names and bytes of the weights and tokenizer files of a folder, or of a GGUF file.

    An adapter is nothing without its base, so the hash of its folder is taken over both.
    """
    if path.is_dir() and adapter_folder.is_adapter(path):
        base = weights_hash(adapter_folder.base(path))
        return hashlib.sha256(f"{base} {_files_hash(path)}".encode()).hexdigest()
    return _files_hash(path)


def _files_hash(path: Path) -> str:
    files = [path] if path.is_file() else sorted({file for part in PARTS for file in path.glob(part)})
    seen = {file.name: [file.stat().st_size, file.stat().st_mtime_ns] for file in files}
    note = path.parent / f".{path.name}.hash.json"
    if note.is_file():
        kept = json.loads(note.read_text())
        if kept["files"] == seen:
            return str(kept["sha256"])
    digest = _digest(files)
    _keep(note, {"sha256": digest, "files": seen})
    return digest


def _digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        with file.open("rb") as handle:
            content = hashlib.file_digest(handle, "sha256").digest()
        total.update(f"{file.name}\0".encode() + content)
    return total.hexdigest()


def _keep(note: Path, content: dict[str, object]) -> None:
    part = note.with_name(f"{note.name}.{os.getpid()}.part")
    try:
        part.write_text(json.dumps(content))
        part.replace(note)
    except PermissionError:
        return  # a shared, read-only folder: the hash is taken anew each time
