"""What a cgroup leaves: the files that the kernel would give up are not taken."""

from __future__ import annotations

from workbench.models import memory


def written(folder, limit, current, inactive):
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{current}\n")
    (folder / "memory.stat").write_text(f"anon 300\nfile 650\ninactive_file {inactive}\nactive_file 50\n")
    return folder


def test_files_that_were_not_used_lately_are_free(tmp_path):
    """Of 1000 bytes 950 are used, 600 of them by such files: 350 are really taken."""
    assert memory._granted(written(tmp_path, 1000, 950, 600)) == 650


def test_without_a_limit_a_cgroup_says_nothing(tmp_path):
    assert memory._granted(written(tmp_path, "max", 950, 600)) is None
    assert memory._granted(tmp_path / "absent") is None


def test_what_is_left_is_no_less_than_nothing(tmp_path):
    assert memory._granted(written(tmp_path, 1000, 1200, 100)) == 0
