"""What the file system under the database can promise: shared memory for WAL, and who may write."""

from __future__ import annotations

import stat
from pathlib import Path

_NETWORK = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "lustre",
    "gpfs",
    "beegfs",
    "fuse.sshfs",
    "glusterfs",
}


def network_type(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str | None:
    """The type of the network file system that holds `folder`, or None where it is a local one (or unknown)."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    best, kind = "", ""
    target = folder.resolve()
    for line in lines:
        _, point, fstype, *_ = line.split()
        point = point.replace("\\040", " ")
        if target.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, fstype
    return kind if kind in _NETWORK else None


def file_mode(folder: Path) -> int:
    """0660 where the folder is shared through a Unix group (setgid), else 0600."""
    shared = folder.stat().st_mode & stat.S_ISGID
    return 0o660 if shared else 0o600
