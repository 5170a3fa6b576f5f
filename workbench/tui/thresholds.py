"""The thresholds of the export policies that keys turn, each a ladder of values. Imports pydantic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose
from typing import TypeVar

from workbench.jobs._export import ExportParams

Value = float | int | bool
Params = TypeVar("Params", bound=ExportParams)


@dataclass(frozen=True, slots=True)
class Threshold:
    """One field of Params with the values that + and - step through, in rising order, and how each reads."""

    name: str
    label: str
    ladder: Sequence[Value]
    words: Sequence[str]

    def at(self, params: ExportParams) -> int | None:
        """The rung that the parameters stand on; None between two, where a form can put them."""
        now = float(getattr(params, self.name))
        return next((at for at, rung in enumerate(self.ladder) if isclose(rung, now)), None)

    def shown(self, params: ExportParams) -> str:
        at = self.at(params)
        return f"{self.label} {getattr(params, self.name):g}" if at is None else f"{self.label} {self.words[at]}"

    def step(self, params: Params, by: int) -> Params:
        """The parameters on the next rung up (`by` 1) or down (-1); beyond the ends they stay as they are."""
        now = float(getattr(params, self.name))
        beyond = [rung for rung in self.ladder if (rung - now) * by > 0 and not isclose(rung, now)]
        return params.model_copy(update={self.name: beyond[0 if by > 0 else -1]}) if beyond else params


_QUARTERS = tuple(quarter / 4 for quarter in range(17))
_HALVES = tuple(half / 2 for half in range(9))
_MEANS = tuple(1 + quarter / 4 for quarter in range(17))
_POINTS = (1, 2, 3, 4, 5)
_NO_YES = (False, True)


def _words(ladder: Sequence[Value], digits: int = 2) -> tuple[str, ...]:
    return tuple(f"{value:.{digits}f}" for value in ladder)


THRESHOLDS: dict[str, tuple[Threshold, ...]] = {
    "preferences": (
        Threshold("min_margin", "margin ≥", _QUARTERS, _words(_QUARTERS)),
        Threshold("min_agreement", "criteria ≥", (0.0, 1 / 3, 0.5, 2 / 3, 1.0), ("0", "1/3", "1/2", "2/3", "all")),
        Threshold("max_spread", "spread ≤", _HALVES, _words(_HALVES, 1)),
        Threshold("min_chosen", "chosen ≥", _POINTS, _words(_POINTS, 0)),
        Threshold("one_per_prompt", "one a prompt:", _NO_YES, ("no", "yes")),
    ),
    "kto": (
        Threshold("good_mean", "good: mean ≥", _MEANS, _words(_MEANS)),
        Threshold("good_floor", "none <", _POINTS, _words(_POINTS, 0)),
        Threshold("bad_mean", "bad: mean ≤", _MEANS, _words(_MEANS)),
        Threshold("bad_score", "or one ≤", (0, *_POINTS), _words((0, *_POINTS), 0)),
    ),
    "ratings": (
        Threshold("min_mean", "mean ≥", _MEANS, _words(_MEANS)),
        Threshold("max_mean", "mean ≤", _MEANS, _words(_MEANS)),
        Threshold("complete", "every criterion:", _NO_YES, ("no", "yes")),
    ),
    "comparisons": (
        Threshold("min_votes", "votes ≥", _POINTS, _words(_POINTS, 0)),
        Threshold(
            "min_share", "share ≥", (0.51, 0.6, 2 / 3, 0.75, 0.9, 1.0), (".51", ".60", "2/3", ".75", ".90", "all")
        ),
        Threshold("both_bad", "both bad:", _NO_YES, ("no", "yes")),
    ),
}
