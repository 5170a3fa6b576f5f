"""Robustness of one model on one task: every perturbation beside the clean items and the noise floor."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workbench.statistics.multiplicity import holm
from workbench.statistics.paired import Paired, paired_outcomes
from workbench.store import Store, runs
from workbench.store.outcomes import Outcome
from workbench.store.runs import Run
from workbench.views.bench import RunRow, by_item, right, run_row, run_rows, variant_words
from workbench.views.compare import unseen

SIGNIFICANT = 0.05  # of p after Holm


@dataclass(frozen=True, slots=True)
class StressRow:
    """One perturbation at one severity against the clean items, paired.

    Only changed items count: `changed` of `n`. `p` is exact McNemar after Holm over the rows.
    `flip_rate`: share of changed items whose answer became another one, right or wrong. `drop`: PDR =
    (clean - perturbed) / clean, NaN at clean 0. All are NaN where nothing changed. `verdict` is in words.
    """

    run: int
    variant: str
    n: int
    changed: int
    paired: Paired
    p: float
    flip_rate: float
    drop: float
    verdict: str


@dataclass(frozen=True, slots=True)
class Stress:
    """`floor` is the flip rate of asking the clean items again in other batches; None if that was not done.

    `verdict` says of the rows together whether any is seen to be worse. `unfinished` runs are not among the rows.
    """

    clean_run: int
    rows: tuple[StressRow, ...]
    floor: float | None
    clean: RunRow
    unfinished: int
    verdict: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A clean run that was perturbed: how often, with how many runs not finished, and whether asked twice."""

    clean: RunRow
    perturbed: int
    unfinished: int
    rerun: bool


def reports(store: Store, known: Sequence[RunRow] = ()) -> list[ReportRow]:
    """The clean runs with perturbed ones, newest first; `known` as in run_rows."""
    everything = runs.all_runs(store)
    clean = {run.id: run for run in everything if not run.variant and run.finished_at}
    rows = [row for row in run_rows(store, clean_only=True, known=known) if row.id in clean]
    found = [_report(row, [run for run in everything if _belongs(run, clean[row.id])]) for row in rows]
    return [report for report in found if report.perturbed + report.unfinished]


def stress(store: Store, clean_run: int) -> Stress:
    """All perturbed runs of the same model, task version, items and settings as this clean run."""
    clean = runs.by_id(store, clean_run)
    before = by_item(store, clean_run)
    same = [run for run in reversed(runs.all_runs(store)) if _belongs(run, clean)]
    done = [run for run in same if run.finished_at]
    rows = [_row(store, run, before) for run in done if run.variant != runs.RERUN]
    adjusted = holm([row.paired.p for row in rows])
    judged = tuple(replace(row, p=p, verdict=_verdict(row, p)) for row, p in zip(rows, adjusted, strict=True))
    floors = [_flip_rate(before, list(by_item(store, run.id).values())) for run in done if run.variant == runs.RERUN]
    return Stress(
        clean_run, judged, floors[-1] if floors else None, run_row(store, clean), len(same) - len(done),
        _together(judged),
    )  # fmt: skip


def _belongs(run: Run, clean: Run) -> bool:
    """Whether it perturbs the clean run; the re-run for the noise floor has batches of another size by intent."""
    same = (run.model_id, run.task_id, run.items) == (clean.model_id, clean.task_id, clean.items)
    return bool(run.variant) and same and _computed(run) == _computed(clean)


def _computed(run: Run) -> dict[str, Any]:
    return {name: value for name, value in run.settings.items() if name != "scoring_budget"}


def _report(row: RunRow, perturbed: Sequence[Run]) -> ReportRow:
    done = [run for run in perturbed if run.finished_at]
    again = sum(run.variant == runs.RERUN for run in done)
    return ReportRow(row, len(done) - again, len(perturbed) - len(done), again > 0)


def _row(store: Store, run: Run, before: Mapping[int, Outcome]) -> StressRow:
    after = list(by_item(store, run.id).values())
    changed = [one for one in after if one.changed]
    paired = paired_outcomes(
        [right(before[one.item_id].score) for one in changed], [right(one.score) for one in changed]
    )
    drop = (paired.first - paired.second) / paired.first if paired.first else math.nan
    flips = _flip_rate(before, changed)
    return StressRow(run.id, variant_words(run.variant), len(after), len(changed), paired, paired.p, flips, drop, "")


def _flip_rate(before: Mapping[int, Outcome], after: Sequence[Outcome]) -> float:
    """Share of items with another answer than before; NaN without items."""
    flips = [one.answer != before[one.item_id].answer for one in after]
    return sum(flips) / len(flips) if flips else math.nan


def _verdict(row: StressRow, p: float) -> str:
    if not row.changed:
        return "Nothing changed: this leaves every item as it is."
    if p < SIGNIFICANT:
        return f"{'Worse' if row.paired.difference.estimate < 0 else 'Better'} (n {row.changed}, p {p:.3f} after Holm)."
    return unseen(row.paired)


def _together(rows: Sequence[StressRow]) -> str:
    worse = [row.variant for row in rows if row.p < SIGNIFICANT and row.paired.difference.estimate < 0]
    if not worse:
        return f"None of {len(rows)} perturbations is seen to make it worse."
    return f"Worse under {len(worse)} of {len(rows)}: {', '.join(worse)}."
