"""How often the 95 % intervals hold the truth: 1,000 simulated benchmarks of a proportion, F1 and paired differences.

    python tests/benchmarks/interval_coverage.py

The truth of F1 and of its difference is that of the simulated process, which draws right and wrong with known chances.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbench import metrics
from workbench.metrics import accuracy, f1
from workbench.statistics.mean import Interval
from workbench.statistics.paired import paired_outcomes

DRAWS = 1000
ITEMS = 300
_POSITIVE, _FOUND, _ALARM, _BETTER = 0.4, 0.75, 0.2, 0.85  # share of positives; called so if they are, and are not
Simulated = Callable[[np.random.Generator], Interval]


def proportion(rng: np.random.Generator) -> Interval:
    right = rng.random(ITEMS) < _FOUND
    return metrics.measured(accuracy.samples([True] * ITEMS, right.tolist()), rng)["accuracy"].interval


def f1_of_a_class(rng: np.random.Generator) -> Interval:
    are = rng.random(ITEMS) < _POSITIVE
    return metrics.measured([_f1(are, _called(rng, are, _FOUND))], rng)["f1[True]"].interval


def paired_shares(rng: np.random.Generator) -> Interval:
    """The second model is right on 3/5 of what the first is not, and wrong on 1/5 of what it is: .75 and .75."""
    first = rng.random(ITEMS) < _FOUND
    second = np.where(first, rng.random(ITEMS) < 0.8, rng.random(ITEMS) < 0.6)
    return paired_outcomes(first.tolist(), second.tolist()).difference


def paired_f1(rng: np.random.Generator) -> Interval:
    are = rng.random(ITEMS) < _POSITIVE
    first, second = (_called(rng, are, found) for found in (_FOUND, _BETTER))
    return metrics.difference(_f1(are, first), _f1(are, second), rng).measured.interval


def true_f1(found: float) -> float:
    """2 tp / (called + are) of the process."""
    called = _POSITIVE * found + (1 - _POSITIVE) * _ALARM
    return 2 * _POSITIVE * found / (called + _POSITIVE)


CASES: dict[str, tuple[Simulated, float]] = {
    "proportion (Wilson)": (proportion, _FOUND),
    "F1 (bootstrap)": (f1_of_a_class, true_f1(_FOUND)),
    "paired difference of shares (Tango)": (paired_shares, _FOUND * 0.8 + (1 - _FOUND) * 0.6 - _FOUND),
    "paired difference of F1 (bootstrap)": (paired_f1, true_f1(_BETTER) - true_f1(_FOUND)),
}


def coverage(name: str, seed: int = 0, draws: int = DRAWS) -> float:
    """Share of the simulated intervals that hold the truth."""
    simulated, truth = CASES[name]
    rng = np.random.default_rng(seed)
    intervals = [simulated(rng) for _ in range(draws)]
    return sum(one.low <= truth <= one.high for one in intervals) / draws


def _called(rng: np.random.Generator, are: np.ndarray, found: float) -> np.ndarray:
    return np.where(are, rng.random(ITEMS) < found, rng.random(ITEMS) < _ALARM)


def _f1(are: np.ndarray, called: np.ndarray) -> metrics.Sample:
    return f1.of_class(are.tolist(), called.tolist(), True)[2]


if __name__ == "__main__":
    for case in CASES:
        print(f"{case:<40}{coverage(case):.1%} of {DRAWS:,}, n {ITEMS}")
