"""Robustness of one model on one task: every perturbation beside the clean items and the noise floor."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from workbench.jobs.stress import RERUN
from workbench.statistics.multiplicity import holm
from workbench.statistics.paired import Paired, paired_outcomes
from workbench.store import Store, runs
from workbench.store.runs import Answer, Run
from workbench.views.bench import correct, variant_words


@dataclass(frozen=True, slots=True)
class StressRow:
    """One perturbation at one severity against the clean items, paired.

    Only changed items count: `changed` of `n`. `p` is exact McNemar after Holm over the rows.
    `flip_rate`: share of changed items whose answer became another one, right or wrong. `drop`: PDR =
    (clean - perturbed) / clean, NaN at clean 0.
    """

    run: int
    variant: str
    n: int
    changed: int
    paired: Paired
    p: float
    flip_rate: float
    drop: float


@dataclass(frozen=True, slots=True)
class Stress:
    """`floor` is the flip rate of asking the clean items again in other batches; None if that was not done."""

    clean_run: int
    rows: tuple[StressRow, ...]
    floor: float | None


def stress(store: Store, clean_run: int) -> Stress:
    """All perturbed runs of the same model, task version and items as this clean run."""
    clean = runs.by_id(store, clean_run)
    before = {answer.item_id: answer for answer in runs.answers(store, clean_run)}
    same = [run for run in reversed(runs.all_runs(store)) if run.variant and run.finished_at and _akin(run, clean)]
    rows = [_row(store, run, before) for run in same if run.variant != RERUN]
    adjusted = holm([row.paired.p for row in rows])
    floors = [_flip_rate(before, runs.answers(store, run.id)) for run in same if run.variant == RERUN]
    return Stress(
        clean_run,
        tuple(replace(row, p=p) for row, p in zip(rows, adjusted, strict=True)),
        floors[-1] if floors else None,
    )


def _akin(run: Run, clean: Run) -> bool:
    return (run.model_id, run.task_id, run.items) == (clean.model_id, clean.task_id, clean.items)


def _row(store: Store, run: Run, before: dict[int, Answer]) -> StressRow:
    after = runs.answers(store, run.id)
    changed = [answer for answer in after if answer.changed]
    paired = paired_outcomes(
        [float(correct(before[answer.item_id])) for answer in changed], [float(correct(answer)) for answer in changed]
    )
    drop = (paired.first - paired.second) / paired.first if paired.first else math.nan
    return StressRow(
        run.id,
        variant_words(run.variant),
        len(after),
        len(changed),
        paired,
        paired.p,
        _flip_rate(before, changed),
        drop,
    )


def _flip_rate(before: dict[int, Answer], after: list[Answer]) -> float:
    """Share of items with another answer than before; NaN without items."""
    flips = [answer.answer != before[answer.item_id].answer for answer in after]
    return sum(flips) / len(flips) if flips else math.nan
