"""What is known of each round: its benchmark beside the parent's, what perturbations cost it, its bias, its ratings.

Home shows one figure of each kind from what was kept (kept_rounds), since computing them reads every answer; a model's
own screen shows them all (`evidence`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from workbench.errors import UsageError
from workbench.records import Model
from workbench.statistics.mean import Interval
from workbench.statistics.paired import paired_values
from workbench.store import Store, models, runs, summaries
from workbench.store.runs import Run
from workbench.tasks.main_metric import METRIC
from workbench.views import kept_rounds
from workbench.views.headline import fullest, headlines
from workbench.views.kept_rounds import Figure, Figures
from workbench.views.signs import Sign, sign, sign_of

if TYPE_CHECKING:
    from workbench.views.bench import RunRow

PROBE = "bias/"  # the tasks of bias probes are no benchmarks


@dataclass(frozen=True, slots=True)
class Evidence:
    """One number of a model.

    `key` leads to its items: a run (bench), a clean and a perturbed run (stress), a set of texts (bias), a criterion
    (rated).
    """

    kind: Literal["bench", "stress", "bias", "rated"]
    figure: Figure
    key: tuple[int, ...] | str


def keep(store: Store) -> None:
    """Compute all figures and keep them for the next look at Home."""
    stamp = summaries.measured(store)
    found = {model.name: figures(store, model) for model in models.all_models(store)}
    kept_rounds.put(store, stamp, found, _missing(store), _where(store))


def figures(store: Store, model: Model) -> Figures:
    """Those of one model."""
    shown = headlines(models.all_models(store), _clean(store)).get(model.id)
    run = fullest(_clean(store, model), shown.task_id) if shown else None
    stressed = next(_stressed(store, model), None)
    found = [one.figure for one in _bias(store, model)]
    return Figures(
        bench=_bench(store, run, model).figure if run else None,
        stress=_mean_change(store, *stressed) if stressed else None,
        bias=_together(found) if found else None,
    )


def evidence(store: Store, model: Model) -> list[Evidence]:
    """Every number that is known of the model: fullest run a task, perturbations, measures of bias, ratings."""
    clean = _clean(store, model)
    tasks = dict.fromkeys(run.task_id for run in clean)
    return [
        *(_bench(store, run, model) for task in tasks if (run := fullest(clean, task))),
        *(row for clean, _ in list(_stressed(store, model))[:1] for row in _stress_rows(store, clean)),
        *_bias(store, model),
        *_rated(store, model),
    ]


def _where(store: Store) -> dict[str, Any]:
    """Model -> the task, and the number of its items, that its lineage is shown on."""
    known, names = models.all_models(store), runs.task_names(store)
    shown = headlines(known, _clean(store))
    return {
        model.name: {"task": names[shown[model.id].task_id], "limit": shown[model.id].items}
        for model in known if model.id in shown
    }  # fmt: skip


def _missing(store: Store) -> dict[str, list[str]]:
    """Model -> the kinds of measurement it lacks."""
    from workbench.views import bias
    from workbench.views.stress import reports

    clean, known = _clean(store), models.all_models(store)
    by_id, shown = {model.id: model.name for model in known}, headlines(known, clean)
    done = {
        "bench": {by_id[run.model_id] for run in clean if run.task_id == shown[run.model_id].task_id},
        "stress": {report.clean.model for report in reports(store) if report.perturbed and not report.unfinished},
        "bias": set(bias.measured(store)),
    }
    return {name: [kind for kind, known in done.items() if name not in known] for name in by_id.values()}


def _clean(store: Store, model: Model | None = None) -> list[Run]:
    """Finished benchmark runs on the clean items, newest first."""
    names = runs.task_names(store)
    return [
        run
        for run in runs.all_runs(store)
        if run.finished_at and not run.variant and not names[run.task_id].startswith(PROBE)
        and (model is None or run.model_id == model.id)
    ]  # fmt: skip


def _bench(store: Store, run: Run, model: Model) -> Evidence:
    """The task's own metric, beside the parent's on the same items."""
    from workbench.views.bench import run_row
    from workbench.views.compare import compare

    row = run_row(store, run)
    assert row.accuracy is not None  # the run is finished
    parent = models.by_id(store, model.parent_id) if model.parent_id else None
    before = fullest(_clean(store, parent), run.task_id) if parent else None
    if before is None or parent is None:
        return _benched(row, "", f"n {row.accuracy.n}")
    try:
        found = compare(store, before.id, run.id)
    except UsageError as error:
        return _benched(row, "", f"against {parent.name}: {error.message}")
    verdict = f"against {parent.name}: {_points(found.paired.difference)}. {found.verdict}"
    if row.task == (model.details.get("old_task") or {}).get("task"):
        verdict += _forgotten(store, model)
    return _benched(row, sign(found.paired, found.paired.p, found.better), verdict)


def _benched(row: RunRow, found: Sign, verdict: str) -> Evidence:
    assert row.accuracy is not None  # the run is finished
    metric = "accuracy" if row.metric == METRIC else row.metric
    direction = "" if row.higher_is_better else ", lower is better"
    figure = Figure(row.task, row.accuracy, found, verdict, row.contaminated, f"{metric}{direction}")
    return Evidence("bench", figure, (row.id,))


def _forgotten(store: Store, model: Model) -> str:
    """What to do where a training cost something on its old task."""
    from workbench.views.forgetting import forgetting

    found = forgetting(store, model.name)
    return f" {found.remedy}" if found and found.remedy else ""


def _stressed(store: Store, model: Model) -> Any:
    """(clean run, perturbed runs) of the model, newest first."""
    from workbench.views.stress import reports, stress

    for report in reports(store):
        if report.clean.model == model.name and report.perturbed:
            found = stress(store, report.clean.id)
            yield report.clean.id, [row.run for row in found.rows]


def _mean_change(store: Store, clean: int, perturbed: Sequence[int]) -> Figure:
    """Over all perturbations: each changed item counts once, with the mean change of its score.

    A metric that is no mean of its items' scores has no such number: the verdicts of the perturbations stand alone.
    """
    from workbench.views.stress import stress

    found = stress(store, clean)
    row = found.clean
    if not row.itemwise:
        return Figure(row.task, Interval(math.nan, math.nan, math.nan, 0), "", found.verdict, row.contaminated)
    means = _mean_changes(store, clean, perturbed)
    value = paired_values([0.0] * len(means), means).difference
    found_sign = sign_of(value, row.higher_is_better)
    return Figure(row.task, value, found_sign, _mean_words(value, found_sign, found.verdict), row.contaminated)


def _mean_words(value: Interval, found: Sign, alone: str) -> str:
    """Of the mean change, and of the perturbations each alone."""
    if found not in ("▲", "▼"):
        return f"{alone} No mean change can be seen with n {value.n}."
    return f"Together they make it {'better' if found == '▲' else 'worse'} (n {value.n}); each alone: {alone}"


def _mean_changes(store: Store, clean: int, perturbed: Sequence[int]) -> list[float]:
    """Of each item that was changed at least once, its mean change of score; those without a score are left out."""
    from workbench.views.bench import by_item

    before = by_item(store, clean)
    changes: dict[int, list[float]] = {}
    for run in perturbed:
        for item, outcome in by_item(store, run).items():
            first, second = before[item].score, outcome.score
            if outcome.changed and first is not None and second is not None:
                changes.setdefault(item, []).append(second - first)
    return [sum(values) / len(values) for values in changes.values()]


def _stress_rows(store: Store, clean: int) -> list[Evidence]:
    from workbench.views.stress import stress

    found = stress(store, clean)
    return [
        Evidence(
            "stress",
            Figure(
                row.variant, row.paired.difference, sign(row.paired, row.p, row.better), row.verdict,
                found.clean.contaminated,
            ),
            (clean, row.run),
        )
        for row in found.rows
    ]  # fmt: skip


def _bias(store: Store, model: Model) -> list[Evidence]:
    """The measures of the newest report; empty without one."""
    from workbench.views import bias

    if model.name not in bias.measured(store):
        return []
    return [
        Evidence(
            "bias",
            Figure(one.measure, one.effect, "▼" if one.finding == "found" else "=", one.verdict),
            one.set,
        )
        for one in bias.bias(store, model.name).effects
    ]


def _rated(store: Store, model: Model) -> list[Evidence]:
    """The mean rating, and each criterion; empty where nobody has rated the model."""
    from workbench.views.rated import rated_figures

    return [
        Evidence(
            "rated",
            Figure(one.criterion, one.value, sign_of(one.change.difference) if one.change else "", one.verdict),
            one.criterion,
        )
        for one in rated_figures(store, model)
    ]


def _together(measures: Sequence[Figure]) -> Figure:
    """The first effect that was found, with its own number; without any, the decision gap."""
    found = next((one for one in measures if one.sign == "▼"), None)
    return found or next(one for one in measures if one.name == "decisions")


def _points(value: Interval) -> str:
    return f"{value.estimate:+.3f} [{value.low:+.3f}, {value.high:+.3f}]"
