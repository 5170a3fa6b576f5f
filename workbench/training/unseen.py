"""Rows that no training learns from, before and after one: does what was learned carry over to others?

On the tokens that a training would take, cut where it cuts them, and in float32.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from workbench.models import hf
from workbench.models.machine import Settings
from workbench.statistics.auc import auc
from workbench.statistics.mean import Interval, difference_of_means
from workbench.statistics.paired import Paired, paired_outcomes, paired_values
from workbench.training.log_probs import base_log_probs
from workbench.training.settings import TrainSettings
from workbench.training.token_sequences import TokenSequence

Row = tuple[TokenSequence, ...]  # one for each answer: (answer,) or (chosen, rejected)
LogProbs = Sequence[tuple[float, ...]]  # row by row, of each answer, in nats


@dataclass(frozen=True, slots=True)
class Preference:
    """How often the chosen answer of a pair is the likelier one: as a whole, and by the mean of its tokens.

    rewarded: pairs in which training raised the chosen answer above the rejected one, measured from where both stood
    (DPO's implicit reward; equal counts as not): half of them by chance.
    """

    whole: Paired
    per_token: Paired
    rewarded: int


@dataclass(frozen=True, slots=True)
class Rewards:
    """Of good and of bad answers: KTO's implicit reward, beta times the gain of an answer's log-probability, in nats.

    good, bad: how many were measured; good_raised, bad_raised: how many of them have a reward above 0; margin: the mean
    reward of the good ones less that of the bad ones, with Welch's interval (TRL's KTOTrainer logs it as
    rewards/margins); area: how often a good answer has more of it than a bad one, half of them by chance.
    """

    good: int
    bad: int
    good_raised: int
    bad_raised: int
    margin: Interval
    area: Interval


def log_probs(folder: Path, rows: Sequence[Row], settings: TrainSettings, tell: Callable[[int], None]) -> LogProbs:
    """By the model in `folder`, one row at a time without padding; `tell` hears how many are done before each."""
    machine = Settings(device="cuda" if settings.device == "cuda" else "cpu", dtype="float32", threads=settings.threads)
    model = hf.load(folder, machine).model
    model.eval()
    found = []
    for done, row in enumerate(rows):
        tell(done)
        with torch.no_grad():
            found.append(tuple(float(base_log_probs(model, _batch(one, model.device))[0]) for one in row))
    return found


def loss(rows: Sequence[Row], before: LogProbs, after: LogProbs) -> Paired:
    """Nats per token of a row's answer, each row counted once."""
    return paired_values(*(
        [-known[0] / _tokens(row[0]) for row, known in zip(rows, model, strict=True)] for model in (before, after)
    ))  # fmt: skip


def preference(rows: Sequence[Row], before: LogProbs, after: LogProbs) -> Preference:
    """Of pairs (chosen, rejected)."""
    lengths = [tuple(map(_tokens, row)) for row in rows]
    return Preference(
        whole=paired_outcomes(*([chosen > rejected for chosen, rejected in model] for model in (before, after))),
        per_token=paired_outcomes(*(
            [one[0] / length[0] > one[1] / length[1] for one, length in zip(model, lengths, strict=True)]
            for model in (before, after)
        )),
        rewarded=sum(new[0] - old[0] > new[1] - old[1] for old, new in zip(before, after, strict=True)),
    )  # fmt: skip


def rewards(labels: Sequence[bool], before: LogProbs, after: LogProbs, beta: float) -> Rewards:
    """Of single answers, `labels` True for good ones; `before` is the reference's: what training began with."""
    gained = [beta * (new[0] - old[0]) for old, new in zip(before, after, strict=True)]
    good, bad = ([one for one, label in zip(gained, labels, strict=True) if label is kind] for kind in (True, False))
    return Rewards(
        good=len(good), bad=len(bad), good_raised=sum(one > 0 for one in good), bad_raised=sum(one > 0 for one in bad),
        margin=difference_of_means(good, bad), area=auc(good, bad),
    )  # fmt: skip


def _tokens(one: TokenSequence) -> int:
    """Those that have a log-probability: the first token of a plain text has none."""
    return len(one.learned) - (not one.prompt)


def _batch(one: TokenSequence, device: torch.device) -> dict[str, Any]:
    """One sequence: tensors (1, T), the tokens that carry loss marked."""
    ids = torch.tensor([one.prompt + one.answer], device=device)
    answer = torch.ones_like(ids)
    answer[:, : len(one.prompt)] = 0
    for stretch in one.silent:
        answer[:, len(one.prompt) + stretch.start : len(one.prompt) + stretch.stop] = 0
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "completion_mask": answer}
