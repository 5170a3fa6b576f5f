"""Files that survive a crash: contents reach the disk before the name that vouches for them does."""

from __future__ import annotations

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until a file's contents, or a folder's list of names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """`sync` everything below a folder, and the folder itself last."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)


def publish(part: Path, final: Path) -> None:
    """Give a finished file or folder its name, so that it is there whole or not at all.

    A file replaces an older one; OSError if `final` is a folder that is not empty.
    """
    if part.is_dir():
        sync_tree(part)
    else:
        sync(part)
    part.rename(final)
    sync(final.parent)
