"""Precision, recall and F1 (van Rijsbergen 1979): micro, macro and of each class.

With tp items that are and were called a class: precision = tp / called, recall = tp / are, F1 = 2 tp / (called + are).
Macro is the mean over the classes that occur on either side, 0 for a class that was never called (or never is), as in
scikit-learn; micro sums over the classes first. Of one class, a quotient without a denominator is
undefined, and precision and recall have Wilson's interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from workbench.metrics._labels import Label, classes, columns
from workbench.metrics._measure import Measured, Metric, Sample, ratio
from workbench.statistics.proportion import wilson

Quotient = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]

KIND = "labels"
_QUOTIENTS: dict[str, Quotient] = {
    "precision": lambda tp, called, _: ratio(tp, called),
    "recall": lambda tp, _, are: ratio(tp, are),
    "f1": lambda tp, called, are: ratio(2 * tp, called + are),
}
METRICS = tuple(Metric(f"{name}_{average}", "share") for average in ("macro", "micro") for name in _QUOTIENTS)


def samples(gold: Sequence[Label], given: Sequence[Label]) -> list[Sample]:
    """Macro and micro, then each class as `f1[label]`."""
    known = classes(gold, given)
    rows = _rows(gold, given, known)
    averaged = [
        Sample(Metric(f"{name}_{average}", "share"), rows, _averaged(quotient, average == "macro", len(known)))
        for average in ("macro", "micro")
        for name, quotient in _QUOTIENTS.items()
    ]
    each = [_of_class(rows[:, at :: len(known)], label) for at, label in enumerate(known)]
    return averaged + [one for its in each for one in its]


def of_class(gold: Sequence[Label], given: Sequence[Label], label: Label) -> list[Sample]:
    """Precision, recall and F1 of one class: the positive one of a task with two."""
    are, called = (np.array([it == label for it in side], dtype=np.float64) for side in (gold, given))
    return _of_class(np.column_stack([are * called, called, are]), label)


def _of_class(rows: np.ndarray, label: Label) -> list[Sample]:
    """Of (n, 3): both, called, are."""
    missing = {
        "precision": f"no item was called {label}",
        "recall": f"no item is {label}",
        "f1": f"no item is, or was called, {label}",
    }
    return [
        Sample(
            Metric(f"{name}[{label}]", "share"), rows, _averaged(quotient, False, 1), missing[name],
            closed=None if name == "f1" else partial(_wilson, 1 if name == "precision" else 2, missing[name]),
        )
        for name, quotient in _QUOTIENTS.items()
    ]  # fmt: skip


def _wilson(under: int, missing: str, rows: np.ndarray) -> Measured:
    """A share of the items that were called a class, or that are: its n counts these."""
    found = wilson(int(rows[:, 0].sum()), int(rows[:, under].sum()))
    return Measured(found, None if found.n else missing)


def _rows(gold: Sequence[Label], given: Sequence[Label], known: Sequence[Label]) -> np.ndarray:
    """(n, 3 classes): both, called, are."""
    are, called = columns(gold, known), columns(given, known)
    return np.hstack([are * called, called, are])


def _averaged(quotient: Quotient, macro: bool, width: int) -> Callable[[np.ndarray], np.ndarray]:
    def value(sums: np.ndarray) -> np.ndarray:
        tp, called, are = (sums[..., at * width : (at + 1) * width] for at in range(3))
        if not macro:
            return quotient(tp.sum(-1), called.sum(-1), are.sum(-1))
        occurs = called + are > 0
        each = np.where(occurs, np.nan_to_num(quotient(tp, called, are)), 0.0)
        return ratio(each.sum(-1), occurs.sum(-1).astype(np.float64))

    return value
