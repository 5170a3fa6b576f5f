"""Robustness of one model on one task: every perturbation beside the clean items and the noise floor."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from workbench.errors import UsageError
from workbench.statistics.multiplicity import holm
from workbench.statistics.paired import Paired, paired_counts
from workbench.store import Store, runs
from workbench.store.runs import Run
from workbench.text import plural
from workbench.views.bench import RunRow, by_item, given, run_row, run_rows, variant_words
from workbench.views.compare import better, pair, unseen
from workbench.views.signs import seen


@dataclass(frozen=True, slots=True)
class StressRow:
    """One perturbation at one severity against the clean items, paired.

    Only changed items count: `changed` of `n`. `paired` is of the task's metric, `p` its test's after Holm over the
    rows: exact McNemar where every item is right or wrong, else the paired bootstrap. `better`: by the value alone.
    `flip_rate`: share of changed items whose answer became another one, right or wrong. `drop`: PDR =
    (clean - perturbed) / clean, NaN at clean 0. All are NaN where nothing changed, or nothing can be paired.
    `verdict` is in words.
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
    better: bool | None = None

    @property
    def finding(self) -> Literal["worse", "better", ""]:
        """What is seen after Holm; empty where nothing is."""
        if not seen(self.paired, self.p):
            return ""
        return "better" if self.better else "worse"


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
    row, before = run_row(store, clean), given(store, clean_run)
    same = [run for run in reversed(runs.all_runs(store)) if _belongs(run, clean)]
    done = [run for run in same if run.finished_at]
    rows = [_row(store, row, run, before) for run in done if run.variant != runs.RERUN]
    adjusted = holm([one.paired.p for one in rows])
    judged = tuple(
        replace(one, p=p, verdict=_verdict(one, p, row.metric)) for one, p in zip(rows, adjusted, strict=True)
    )
    floors = [_flip_rate(before, given(store, run.id)) for run in done if run.variant == runs.RERUN]
    return Stress(
        clean_run, judged, floors[-1] if floors else None, row, len(same) - len(done), _together(judged)
    )  # fmt: skip


def _belongs(run: Run, clean: Run) -> bool:
    """Whether it perturbs the clean run; the re-run for the noise floor has batches of another size by intent."""
    same = (run.model_id, run.task_id, run.items) == (clean.model_id, clean.task_id, clean.items)
    return bool(run.variant) and same and runs.computed(run.settings) == runs.computed(clean.settings)


def _report(row: RunRow, perturbed: Sequence[Run]) -> ReportRow:
    done = [run for run in perturbed if run.finished_at]
    again = sum(run.variant == runs.RERUN for run in done)
    return ReportRow(row, len(done) - again, len(perturbed) - len(done), again > 0)


def _row(store: Store, clean: RunRow, run: Run, before: Mapping[int, int | str | None]) -> StressRow:
    after = by_item(store, run.id)
    changed = {item for item, one in after.items() if one.changed}
    paired, refused = _paired(store, clean, run, changed)
    drop = (paired.first - paired.second) / paired.first if paired.first else math.nan
    answers = given(store, run.id)
    flips = _flip_rate(before, {item: answers[item] for item in changed})
    return StressRow(
        run.id, variant_words(run.variant), len(after), len(changed), paired, paired.p, flips, drop, refused,
        better(paired, clean.higher_is_better),
    )  # fmt: skip


def _paired(store: Store, clean: RunRow, run: Run, changed: Collection[int]) -> tuple[Paired, str]:
    """Of the changed items; where there are none, or they cannot be paired, NaN throughout, and why in words."""
    if not changed:
        return paired_counts(0, 0, 0, 0), "Nothing changed: this leaves every item as it is."
    try:
        return pair(store, clean, run_row(store, run), changed)[1], ""
    except UsageError as error:
        return paired_counts(0, 0, 0, 0), f"Nothing can be said: {error.message}"


def _flip_rate(before: Mapping[int, int | str | None], after: Mapping[int, int | str | None]) -> float:
    """Share of items with another answer than before; NaN without items that are answered."""
    flips = [answer != before[item] for item, answer in after.items() if answer is not None]
    return sum(flips) / len(flips) if flips else math.nan


def _verdict(row: StressRow, p: float, metric: str) -> str:
    if row.verdict:
        return row.verdict
    if seen(row.paired, p):
        return f"{'Better' if row.better else 'Worse'} (n {row.changed}, p {p:.3f} after Holm)."
    return unseen(row.paired, metric)


def _together(rows: Sequence[StressRow]) -> str:
    worse = [row.variant for row in rows if row.finding == "worse"]
    if not rows:
        return "No perturbation has been measured yet."
    if not worse:
        return f"None of {plural(len(rows), 'perturbation')} is seen to make it worse."
    return f"Worse under {len(worse)} of {len(rows)}: {', '.join(worse)}."
