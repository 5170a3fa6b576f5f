"""Network file systems are found by the mount that holds the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.store.filesystem import network_type

MOUNTS = r"""/dev/vda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
server:/home /home nfs4 rw,hard 0 0
/dev/vdb1 /home/local ext4 rw 0 0
//nas/share /mnt/lab\040data cifs rw 0 0
lustre@tcp:/scratch /scratch lustre rw 0 0
sshfs#me@host: /mnt/ssh fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("/home/ada/work", "nfs4"),
        ("/home", "nfs4"),
        ("/home/local/work", None),  # the innermost mount counts
        ("/homestead", None),  # not below /home
        ("/tmp/x", None),
        ("/mnt/lab data/x", "cifs"),  # mounts write a space as \040
        ("/scratch/ada", "lustre"),
        ("/mnt/ssh/x", "fuse.sshfs"),
        ("/", None),
    ],
)
def test_the_innermost_mount_tells(tmp_path, folder, expected):
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert network_type(Path(folder), mounts) == expected


def test_without_a_list_of_mounts_it_is_taken_for_local(tmp_path):
    assert network_type(tmp_path, tmp_path / "missing") is None


def test_a_later_mount_on_the_same_point_hides_the_earlier(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/a /data ext4 rw 0 0\nserver:/x /data nfs rw 0 0\n")
    assert network_type(Path("/data/x"), mounts) == "nfs"
