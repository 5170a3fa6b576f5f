"""The screens that a letter leads to from everywhere; each is imported when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from workbench.tui.screens.home import HomeScreen


def _train() -> Screen[Any]:
    from workbench.tui.screens.train import TrainScreen

    return TrainScreen()


def _bench() -> Screen[Any]:
    from workbench.tui.screens.benchmarks import BenchmarksScreen

    return BenchmarksScreen()


def _stress() -> Screen[Any]:
    from workbench.tui.screens.stress import StressScreen

    return StressScreen()


def _bias() -> Screen[Any]:
    from workbench.tui.screens.bias import BiasScreen

    return BiasScreen()


def _agree() -> Screen[Any]:
    from workbench.tui.screens.agree import AgreeScreen

    return AgreeScreen()


def _jobs() -> Screen[Any]:
    from workbench.tui.screens.jobs import JobsScreen

    return JobsScreen()


def _data() -> Screen[Any]:
    from workbench.tui.screens.data import DataScreen

    return DataScreen()


MODES: dict[str, type[HomeScreen] | Callable[[], Screen[Any]]] = {
    "home": HomeScreen, "train": _train, "bench": _bench, "stress": _stress, "bias": _bias, "agree": _agree,
    "jobs": _jobs, "data": _data,
}  # fmt: skip
