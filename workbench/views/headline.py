"""Which benchmark stands for the rounds of one lineage on Home: the same for all, so that they can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.records import Model
from workbench.store.runs import Run
from workbench.tasks.main_metric import METRIC


def headlines(known: Sequence[Model], clean: Sequence[Run]) -> dict[int, Run]:
    """Model -> the fullest run of the task, in one version of its items, that its lineage is shown on.

    It is the task that most models of the lineage were measured on; of several one with an accuracy; of these the one
    that was run last. A lineage without a run is absent. `known`: all models; `clean`: finished runs on clean items,
    newest first.
    """
    roots = _roots(known)
    by_root: dict[int, list[Run]] = {}
    for run in clean:
        by_root.setdefault(roots[run.model_id], []).append(run)
    chosen = {root: _headline(its) for root, its in by_root.items()}
    return {model.id: chosen[roots[model.id]] for model in known if roots[model.id] in chosen}


def fullest(clean: Sequence[Run], task_id: int) -> Run | None:
    """The run of that task on the most items, of several the newest: a quick look at a few replaces no measurement."""
    its = [run for run in clean if run.task_id == task_id]
    return max(its, key=lambda run: (run.items, run.id)) if its else None


def _roots(known: Sequence[Model]) -> dict[int, int]:
    """Model -> the first of its line of parents."""
    parents = {model.id: model.parent_id for model in known}
    return {model: _root(model, parents) for model in parents}


def _root(model: int, parents: Mapping[int, int | None]) -> int:
    parent = parents.get(model)
    return model if parent is None else _root(parent, parents)


def _headline(clean: Sequence[Run]) -> Run:
    measured: dict[int, set[int]] = {}
    for run in clean:
        measured.setdefault(run.task_id, set()).add(run.model_id)
    chosen = max(clean, key=lambda run: (len(measured[run.task_id]), _has_accuracy(run), run.id))
    return fullest(clean, chosen.task_id) or chosen


def _has_accuracy(run: Run) -> bool:
    return any(name.partition(",")[0] == METRIC for name in run.metrics)
