"""The metrics of a run: lm-eval's own aggregation for the value, our sample of the same items for the interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from math import isclose, nan
from typing import Any

import numpy as np

from workbench import metrics
from workbench.metrics import Measured, Metric, Sample, f1, matthews, mean, perplexity, share
from workbench.metrics._measure import ratio
from workbench.statistics.bootstrap import DRAWS
from workbench.statistics.mean import Interval

_SEED = 0
_MATCHES = 1e-6
MOST = 1000  # items that a task's own aggregation is drawn over: one of 0.01 s would take 10 s (reckoned, not timed)


def aggregated(
    items: Sequence[Mapping[str, Any]], aggregation: Mapping[str, Callable[..., Any]], higher: Mapping[str, bool]
) -> dict[str, dict[str, Any]]:
    """Metric -> value, low, high, n, reason (None where all is known), higher_is_better and aggregation, of the parts.

    `aggregation` is the name of lm-eval's own.
    """
    names = list(dict.fromkeys(chain.from_iterable(items)))
    found = {}
    for name in names:
        plain = name.partition(",")[0]
        values = [one[name] for one in items if name in one]
        found[name] = _measured(values, aggregation.get(plain)) | {"higher_is_better": bool(higher.get(plain, True))}
    return found


def reported(
    values: Mapping[str, float | None],
    items: Sequence[Mapping[str, Any]],
    config: Mapping[str, Any],
    higher: Mapping[str, bool],
) -> dict[str, dict[str, Any]]:
    """As `aggregated`, of metrics that somebody else computed: each value as reported (None: NaN), with our interval.

    `config` is the task's, whose metric_list names the aggregations; a metric that it does not list is a mean.
    """
    kinds = _kinds(config)
    found = {}
    for name, value in values.items():
        plain = name.partition(",")[0]
        parts = [one[name] for one in items if one.get(name) is not None]
        found[name] = _beside(nan if value is None else value, kinds.get(plain, "mean"), parts)
        found[name]["higher_is_better"] = bool(higher.get(plain, True))
    return found


def _kinds(config: Mapping[str, Any]) -> dict[str, str]:
    """Metric -> the name of the function that aggregates it; what no file names is lm-eval's usual one."""
    from lm_eval.api import metrics as theirs
    from lm_eval.api.registry import AGGREGATION_REGISTRY, METRIC_AGGREGATION_REGISTRY

    kinds = {}
    for entry in config.get("metric_list") or []:
        metric, given = str(entry.get("metric")), entry.get("aggregation")
        usual = METRIC_AGGREGATION_REGISTRY.get(metric) if metric in METRIC_AGGREGATION_REGISTRY else theirs.mean
        kinds[metric] = (
            AGGREGATION_REGISTRY.get(given).__name__ if given in AGGREGATION_REGISTRY else str(given or usual.__name__)
        )
    return kinds


def _measured(values: Sequence[Any], aggregate: Callable[..., Any] | None) -> dict[str, Any]:
    kind = aggregate.__name__ if aggregate else "mean"
    return _beside(float(np.mean(values) if aggregate is None else aggregate(values)), kind, values, aggregate)


def _beside(
    theirs: float, kind: str, values: Sequence[Any], aggregate: Callable[..., Any] | None = None
) -> dict[str, Any]:
    """The value is lm-eval's; where ours is another (an undefined one, say), there is no interval, and it says why."""
    sample = sample_of(kind, values)
    if sample is None:
        found = _redrawn(theirs, kind, values, aggregate)
    else:
        (found,) = metrics.measured([sample], np.random.default_rng(_SEED)).values()
    at = found.interval
    agrees = isclose(theirs, at.estimate, rel_tol=_MATCHES, abs_tol=_MATCHES)
    reason = found.reason or (None if agrees else "lm-eval's own value is another one")
    low, high = (at.low, at.high) if agrees else (nan, nan)
    return {"value": theirs, "low": low, "high": high, "n": at.n, "reason": reason, "aggregation": kind}


def _redrawn(theirs: float, kind: str, values: Sequence[Any], aggregate: Callable[..., Any] | None) -> Measured:
    """A task's own way, asked anew in each draw of the items: where it is at hand, and they are not too many."""
    n = len(values)
    if aggregate is None or n > MOST:
        many = "" if aggregate is None else f": {n:,} items are more than {MOST:,}"
        return Measured(Interval(theirs, nan, nan, n), f"no interval for the task's own way, {kind}{many}")
    drawn = np.random.default_rng(_SEED).integers(0, n, (DRAWS, n))
    return metrics.redrawn(
        theirs, np.array([_tried(aggregate, [values[at] for at in one]) for one in drawn]), n, f"{kind} has no value"
    )


def _tried(aggregate: Callable[..., Any], values: Sequence[Any]) -> float:
    """NaN for a draw that it cannot take, as one in which a class is missing."""
    try:
        return float(aggregate(values))
    except (ArithmeticError, ValueError):
        return nan


def sample_of(kind: str, values: Sequence[Any]) -> Sample | None:
    """The sample that lm-eval's aggregation is one of; None for a task's own."""
    match kind:
        case "mean" | "nanmean" if all(issubclass(one, int | float) for one in {*map(type, values)}):
            binary = {*values} <= {0, 1}
            return share(Metric(kind, "share"), values) if binary else mean(Metric(kind, "points"), values)
        case "f1_score":
            gold, given = zip(*values, strict=True)
            return f1.of_class([int(one) for one in gold], [int(one) for one in given], 1)[2]
        case "matthews_corrcoef":
            gold, given = zip(*values, strict=True)
            return matthews.samples([int(one) for one in gold], [int(one) for one in given])[0]
        case "weighted_perplexity" | "bits_per_byte":
            metric = perplexity.BITS if kind == "bits_per_byte" else perplexity.BYTE
            return perplexity.of_sizes(values, metric)[0]
        case "perplexity":
            return perplexity.of_sizes([(one, 1) for one in values], perplexity.BYTE)[0]
        case "bleu" | "chrf" | "ter":
            gold, given = zip(*values, strict=True)
            references = [[one] if isinstance(one, str) else list(one) for one in gold]
            texts = [one if isinstance(one, str) else one[0] for one in given]
            return metrics.get(kind).samples(references, texts)[0]
        case "pearson" | "spearman" | "entity_f1" | "entity_precision" | "entity_recall":
            gold, given = zip(*values, strict=True)
            family = metrics.get("entity-f1" if kind.startswith("entity") else kind)
            return {one.metric.name: one for one in family.samples(gold, given)}[kind]
        case "constraints_held":
            rows = np.array(values, dtype=np.float64).reshape(-1, 2)
            return Sample(
                Metric(kind, "share"), rows, lambda sums: ratio(sums[..., 0], sums[..., 1]), "nothing is asked"
            )
        case _:
            return None
