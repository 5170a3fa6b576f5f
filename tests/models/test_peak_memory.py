"""The most memory held since a mark, where the system keeps the count."""

from __future__ import annotations

import sys

import pytest

from workbench.models import peak_memory

SIZE = 64 * 2**20

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux keeps the count")


def peak() -> int:
    found = peak_memory.since("cpu")
    assert found is not None
    return found


@linux
def test_what_was_held_and_let_go_counts_until_the_next_mark():
    peak_memory.mark("cpu")
    before = peak()
    held = b"x" * (2 * SIZE)  # the kernel's count lags behind by some pages
    del held
    after = peak()
    assert after - before >= SIZE
    peak_memory.mark("cpu")
    assert after - peak() >= SIZE // 2  # what else this process took meanwhile stays


def test_the_memory_of_another_machine_is_not_known():
    peak_memory.mark("server")
    assert peak_memory.since("server") is None


@linux
def test_a_system_that_forbids_the_mark_and_keeps_no_count_tells_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(peak_memory, "_CLEAR", tmp_path)  # writing to a folder is an OSError, as to a read-only file
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmRSS:\t100 kB\n")
    monkeypatch.setattr(peak_memory, "_STATUS", status)
    peak_memory.mark("cpu")
    assert peak_memory.since("cpu") is None
    monkeypatch.setattr(peak_memory, "_STATUS", tmp_path / "absent")
    assert peak_memory.since("cpu") is None


def test_what_a_process_ever_held_is_known_everywhere():
    assert peak_memory.of_process() > 2**20
