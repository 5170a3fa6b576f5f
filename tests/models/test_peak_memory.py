"""The most memory held since a mark, where the system keeps the count."""

from __future__ import annotations

import sys

import pytest

from workbench.models import peak_memory

SIZE = 64 * 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="Linux keeps the count")
def test_what_was_held_and_let_go_counts():
    peak_memory.mark("cpu")
    before = peak_memory.since("cpu")
    held = b"x" * SIZE + b"y" * SIZE
    del held
    after = peak_memory.since("cpu")
    assert before is not None
    assert after is not None
    assert after >= before
    assert after > SIZE


def test_the_memory_of_another_machine_is_not_known():
    peak_memory.mark("server")
    assert peak_memory.since("server") is None
