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
_GRID = 100  # steps from 0 to 1 to which confidences are rounded in the draws; the value is that of exact ones


def samples(gold: Sequence[int], given: Sequence[Sequence[float]] | np.ndarray) -> list[Sample]:
    """Items may have different numbers of classes. ValueError: not probabilities of the gold class among others."""
    if len(gold) != len(given):
        raise ValueError(f"{len(gold)} gold classes and {len(given)} lists of probabilities")
    right, sizes = np.asarray(gold, dtype=np.int64), np.array([*map(len, given)], dtype=np.int64)
    every = _padded(given, sizes)
    wrong = (right < 0) | (right >= sizes) | (every < 0).any(axis=1) | (abs(every.sum(axis=1) - 1) >= _ROUNDING)
    if wrong.any():
        at = int(wrong.argmax())
        raise ValueError(f"{list(given[at])} are no probabilities of classes of which {gold[at]} is one")
    squares = (every**2).sum(axis=1) - 2 * every[np.arange(len(every)), right] + 1
    confidence, hits = every.max(axis=1), every.argmax(axis=1) == right
    coarse = _rows(hits, confidence, np.round(confidence * _GRID) / _GRID)
    return [Sample(ECE, _rows(hits, confidence, confidence), _ece, coarse=coarse), mean(BRIER, squares)]


def _padded(given: Sequence[Sequence[float]] | np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """(n, most classes); a class that an item does not have is 0. `sizes`: how many classes each item has."""
    most = int(sizes.max(initial=1))
    if (sizes == most).all():
        return np.array(given, dtype=np.float64).reshape(-1, most)
    every = np.zeros((len(given), most))
    for row, one in zip(every, given, strict=True):
        row[: len(one)] = one
    return every


def _rows(hits: np.ndarray, confidence: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """(n, BINS + 1): right minus `counted` in the bin of the confidence, 0 elsewhere; then 1."""
    at = np.clip(np.ceil(confidence * BINS - _ROUNDING).astype(np.int64) - 1, 0, BINS - 1)
    rows = np.zeros((len(hits), BINS + 1))
    rows[np.arange(len(hits)), at] = hits - counted
    rows[:, BINS] = 1
    return rows


def _ece(sums: np.ndarray) -> np.ndarray:
    return ratio(np.abs(sums[..., :BINS]).sum(-1), sums[..., BINS])
