"""Rows of like length in one batch, so that little of it is padding; the groups are the same after a resume.

transformers draws the groups from the random state of the process, which a run that goes on from a checkpoint does not
have at that place: it would train on other batches. Here the seed and the number of the epoch decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from transformers.trainer_pt_utils import LengthGroupedSampler
from trl import SFTTrainer


class LengthGroups(LengthGroupedSampler):
    """Draws anew in each epoch, which `set_epoch` tells, and alike in each process; lengths are in tokens."""

    def __init__(self, batch: int, lengths: list[int], seed: int) -> None:
        super().__init__(batch, lengths=lengths, generator=torch.Generator())
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self._epoch = epoch

    def __iter__(self) -> Iterator[int]:
        self.generator.manual_seed(self._seed + self._epoch)
        indices: Iterator[int] = super().__iter__()
        return indices


class GroupingTrainer(SFTTrainer):
    """TRL's trainer, with these groups where `train_sampling_strategy` is "group_by_length"."""

    def _get_train_sampler(self, *given: Any) -> Any:
        sampler = super()._get_train_sampler(*given)
        if not isinstance(sampler, LengthGroupedSampler):
            return sampler
        seed = self.args.seed if self.args.data_seed is None else self.args.data_seed
        return LengthGroups(sampler.batch_size, sampler.lengths, seed)
