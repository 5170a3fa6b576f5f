"""chrF (Popović 2015) of a corpus, 0..100, on sacrebleu's counts with its defaults: character 1..6-grams, beta 2.

With P and R averaged over the orders that both sides have: (1 + 4) P R / (4 P + R).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.metrics._measure import Metric, Sample, ratio
from workbench.metrics._squad import check

KIND = "texts"
CHRF = Metric("chrf", "percent")
METRICS = (CHRF,)
_ORDERS = 6
_BETA2 = 4.0


def samples(gold: Sequence[Sequence[str]], given: Sequence[str]) -> list[Sample]:
    """Rows: for each order the n-grams given, those of the best reference, and those in both."""
    check(gold, given)
    from sacrebleu.metrics import CHRF as Scorer

    scorer = Scorer()
    # The statistics that sacrebleu's own bootstrap sums; it has no public name for them.
    rows = [
        scorer._extract_corpus_statistics([text], [[one] for one in references or [""]])[0]
        for references, text in zip(gold, given, strict=True)
    ]
    return [Sample(CHRF, np.array(rows, dtype=np.float64).reshape(-1, 3 * _ORDERS), _value, "there is no reference")]


def _value(sums: np.ndarray) -> np.ndarray:
    """Undefined where the references hold no character."""
    by_order = sums.reshape(*sums.shape[:-1], _ORDERS, 3)
    given, reference, both = (by_order[..., at] for at in range(3))
    counted = (given > 0) & (reference > 0)
    orders = np.maximum(counted.sum(-1), 1)
    precision, recall = (
        np.where(counted, np.nan_to_num(ratio(both, side)), 0.0).sum(-1) / orders for side in (given, reference)
    )
    score = 100 * (1 + _BETA2) * np.nan_to_num(ratio(precision * recall, _BETA2 * precision + recall))
    return np.asarray(np.where(reference.sum(-1) > 0, score, np.nan))
