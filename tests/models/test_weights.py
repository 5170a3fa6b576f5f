from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from workbench.models.weights import weights_hash


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_folder, tmp_path / "copy"))


def test_a_copy_elsewhere_has_the_same_hash(tiny_folder: Path, folder: Path) -> None:
    assert weights_hash(folder) == weights_hash(tiny_folder)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "chat_template.jinja"])
def test_a_changed_byte_changes_the_hash(folder: Path, name: str) -> None:
    before = weights_hash(folder)
    content = bytearray((folder / name).read_bytes())
    content[-2] ^= 1
    (folder / name).write_bytes(content)
    assert weights_hash(folder) != before


def test_an_unchanged_folder_is_not_read_again(folder: Path) -> None:
    weights_hash(folder)
    note = folder.parent / ".copy.hash.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"sha256": "kept"}))
    assert weights_hash(folder) == "kept"
