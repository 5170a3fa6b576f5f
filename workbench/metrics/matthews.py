"""Matthews correlation (1975), for any number of classes (Gorodkin 2004).

(c s - sum_k p_k t_k) / sqrt((s^2 - sum_k p_k^2) (s^2 - sum_k t_k^2)) for s items, c of them right; p_k were called k,
t_k are k. Undefined where one side is the same throughout; scikit-learn says 0 there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from workbench.metrics._labels import Label, classes, columns
from workbench.metrics._measure import Metric, Sample, ratio

KIND = "labels"
MATTHEWS = Metric("matthews", "correlation")
METRICS = (MATTHEWS,)


def samples(gold: Sequence[Label], given: Sequence[Label]) -> list[Sample]:
    """No answer counts as a class of its own on the given side."""
    told = ["" if one is None else ("told", one) for one in given]
    are = [("told", one) for one in gold]
    known = classes(are, told)
    right = np.array([[float(one == other)] for one, other in zip(are, told, strict=True)]).reshape(len(gold), 1)
    rows = np.hstack([right, columns(told, known), columns(are, known)])
    return [Sample(MATTHEWS, rows, _value(len(known)), "no variation: gold or given is the same throughout")]


def _value(width: int) -> Callable[[np.ndarray], np.ndarray]:
    def value(sums: np.ndarray) -> np.ndarray:
        right, told, are = sums[..., 0], sums[..., 1 : width + 1], sums[..., width + 1 :]
        s = are.sum(-1)
        spread = (s**2 - (told**2).sum(-1)) * (s**2 - (are**2).sum(-1))
        return ratio(right * s - (told * are).sum(-1), np.sqrt(np.maximum(spread, 0.0)))

    return value
