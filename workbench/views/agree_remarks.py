"""What raters said beside their judgments: flags, notes, and digits that came too fast to be applied."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from math import nan

from workbench.records import RaterKind
from workbench.statistics.mean import Interval
from workbench.statistics.proportion import wilson
from workbench.store import Store, judgments, scores
from workbench.store.scores import Remark
from workbench.views.agree_finding import Finding, finding
from workbench.views.agree_raters import Names

_KINDS = {"flag": "flags", "note": "notes"}


def remarks(
    store: Store, of_rubric: Collection[int], batch_id: int | None, kinds: Sequence[RaterKind], names: Names
) -> Iterator[Finding]:
    """By rater: how many flags and notes stand, and the share of digits that were refused.

    `of_rubric`: the batches that are judged on the versions of the rubric that are asked for.
    """
    raters = sorted(one.id for one in judgments.all_raters(store) if one.kind in kinds)
    said = [one for one in scores.remarks(store, batch_id) if one.batch_id in of_rubric]
    refused = [one for one in scores.too_fast(store, batch_id) if one.batch_id in of_rubric]
    applied = dict.fromkeys(raters, 0)
    for effort in scores.efforts(store, batch_id):
        if effort.batch_id in of_rubric and effort.rater_id in applied:
            applied[effort.rater_id] += effort.digits
    for rater in raters:
        for kind, name in _KINDS.items():
            yield from _counted(name, names[rater], [one for one in said if (one.rater_id, one.kind) == (rater, kind)])
        ids = tuple(one.judgment_id for one in refused if one.rater_id == rater)
        if ids:
            yield finding(("refused", names[rater]), wilson(len(ids), len(ids) + applied[rater]), "digits", ids)


def _counted(name: str, rater: str, said: Sequence[Remark]) -> Iterator[Finding]:
    if said:
        ids = tuple(one.judgment_id for one in said)
        yield Finding(f"{name}/{rater}", Interval(float(len(ids)), nan, nan, len(ids)), "remarks", None, ids)
