"""The groups of an epoch are the same in every process, and after a resume in its midst."""

from __future__ import annotations

import pytest
import torch
from accelerate.data_loader import prepare_data_loader, skip_first_batches
from torch.utils.data import DataLoader

from workbench.training.length_groups import LengthGroups

LENGTHS = [10 * (at % 7) + at for at in range(16)]


def loader(processes):
    """The first process's rows, two at a time, as a trainer has them."""
    rows = DataLoader(range(16), batch_size=2, sampler=LengthGroups(4, LENGTHS, seed=42))
    return prepare_data_loader(rows, num_processes=processes, process_index=0, put_on_device=False)


def drawn(rows):
    return [tuple(batch.tolist()) for batch in rows]


@pytest.mark.parametrize("processes", [1, 2])
def test_what_is_left_of_an_epoch_is_the_same_whatever_was_drawn_before(processes):
    whole = loader(processes)
    whole.set_epoch(1)
    expected = drawn(whole)
    again = loader(processes)
    torch.rand(3)  # a resumed process has another random state
    again.set_epoch(1)
    assert drawn(skip_first_batches(again, 1)) == expected[1:]


def test_each_epoch_has_others():
    rows = loader(1)
    epochs = []
    for epoch in (0, 1):
        rows.set_epoch(epoch)
        epochs.append(drawn(rows))
    assert epochs[0] != epochs[1]
