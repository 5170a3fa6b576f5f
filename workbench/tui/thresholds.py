"""The thresholds of the export policy that keys turn, each a ladder of values. Imports pydantic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.jobs.export_preferences import Params

Value = float | int | bool


@dataclass(frozen=True, slots=True)
class Threshold:
    """One field of Params with the values that + and - step through, in rising order, and how each reads."""

    name: str
    label: str
    ladder: Sequence[Value]
    words: Sequence[str]

    def at(self, params: Params) -> int:
        """The rung that the parameters stand on, or the nearest to it."""
        now = float(getattr(params, self.name))
        return min(range(len(self.ladder)), key=lambda rung: abs(float(self.ladder[rung]) - now))

    def shown(self, params: Params) -> str:
        return f"{self.label} {self.words[self.at(params)]}"

    def step(self, params: Params, by: int) -> Params:
        """The parameters one rung up or down; the ends stay."""
        rung = min(max(0, self.at(params) + by), len(self.ladder) - 1)
        return params.model_copy(update={self.name: self.ladder[rung]})


_QUARTERS = tuple(quarter / 4 for quarter in range(17))
_HALVES = tuple(half / 2 for half in range(9))

THRESHOLDS = (
    Threshold("min_margin", "margin ≥", _QUARTERS, tuple(f"{value:.2f}" for value in _QUARTERS)),
    Threshold("min_agreement", "criteria ≥", (0.0, 1 / 3, 0.5, 2 / 3, 1.0), ("0", "1/3", "1/2", "2/3", "all")),
    Threshold("max_spread", "spread ≤", _HALVES, tuple(f"{value:.1f}" for value in _HALVES)),
    Threshold("min_chosen", "chosen ≥", (1, 2, 3, 4, 5), ("1", "2", "3", "4", "5")),
    Threshold("one_per_prompt", "one a prompt:", (False, True), ("no", "yes")),
)
