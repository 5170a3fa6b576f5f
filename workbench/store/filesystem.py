"""What the file system under the database can promise: shared memory for WAL, and who may write."""

from __future__ import annotations

import os
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


def make_file(path: Path, mode: int) -> Path:
    """Create an empty file with exactly this mode, whatever the umask; one that exists stays as it is."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode))
    except FileExistsError:
        return path
    os.chmod(path, mode)  # the umask may have taken the group's bits
    return path
