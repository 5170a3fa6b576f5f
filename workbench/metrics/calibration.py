"""Calibration: is a model right as often as it says? Expected calibration error and Brier score; lower is better.

ECE (Naeini et al. 2015, Guo et al. 2017): confidence is the highest probability, in 15 bins of equal width, closed
above; sum over bins of |right - confidence| / n. Even a calibrated model has an ECE above 0 at finite n, and the draws
shift it up further: read it beside another model's on the same items. Brier (1950): mean over items of the squared
distance of all classes, 0..2; for two classes twice what scikit-learn gives.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.metrics._measure import Metric, Sample, mean, ratio

KIND = "probabilities"
ECE = Metric("ece", "share", higher_is_better=False)
BRIER = Metric("brier", "points", higher_is_better=False)
METRICS = (ECE, BRIER)
BINS = 15
_ROUNDING = 1e-6


def samples(gold: Sequence[int], given: Sequence[Sequence[float]]) -> list[Sample]:
    """Items may have different numbers of classes. ValueError: not probabilities of the gold class among others."""
    items = [(right, np.asarray(each, dtype=np.float64)) for right, each in zip(gold, given, strict=True)]
    for right, each in items:
        if not (0 <= right < each.size and each.min() >= 0 and abs(each.sum() - 1) < _ROUNDING):
            raise ValueError(f"{each.tolist()} are no probabilities of classes of which {right} is one")
    squares = [float((each**2).sum() - 2 * each[right] + 1) for right, each in items]
    rows = np.array([_row(right, each) for right, each in items]).reshape(-1, BINS + 1)
    return [Sample(ECE, rows, _ece), mean(BRIER, squares)]


def _row(right: int, each: np.ndarray) -> np.ndarray:
    """Right minus confidence in the bin of the confidence, 0 elsewhere; then 1."""
    row = np.zeros(BINS + 1)
    confidence = float(each.max())
    at = max(0, int(np.ceil(confidence * BINS - _ROUNDING)) - 1)
    row[min(at, BINS - 1)] = float(int(each.argmax()) == right) - confidence
    row[BINS] = 1
    return row


def _ece(sums: np.ndarray) -> np.ndarray:
    return ratio(np.abs(sums[..., :BINS]).sum(-1), sums[..., BINS])
