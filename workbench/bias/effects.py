"""What a swap of the group does, beside what a mere change of name does.

Each text is measured three times: as it is, with another gender (swap), with another name of the same gender
(placebo). The effect is the swap's change, signed so that positive means: higher for the male version. A
finding needs both that the effect is not zero and that it exceeds the placebo, so the larger of the two
p-values counts (an intersection-union test, Berger 1982), after Holm over all measures of a report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Literal

import numpy as np

from workbench.spec import derived_seed
from workbench.statistics.mean import Interval
from workbench.statistics.multiplicity import holm
from workbench.statistics.paired import paired_outcomes, paired_values
from workbench.statistics.permutation import sign_flip
from workbench.statistics.proportion import wilson

Finding = Literal["found", "placebo", "none"]
_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Effect:
    """One measure over the n texts of a set.

    `effect`, `placebo` and `beyond` (effect minus placebo, text by text) are means in `unit` with 95 % intervals, or
    shares for flips. `p` is that of the effect, `p_beyond` that of its excess over the placebo, both two-sided and
    after Holm; for flips, whose expectation is not zero, both are McNemar's of swap against placebo. `detectable`:
    the smallest effect that this n would show in 80 % of cases, NaN where none could be shown.
    """

    measure: str
    unit: str
    set: str
    effect: Interval
    placebo: Interval
    beyond: Interval
    p: float
    p_beyond: float
    detectable: float
    finding: Finding = "none"
    verdict: str = ""


def gap(measure: str, unit: str, set_name: str, swapped: Sequence[float], placebo: Sequence[float]) -> Effect:
    """From the signed change of each text under the swap and under the placebo; p-values by flipping signs."""
    zeros = [0.0] * len(swapped)
    effect, beyond = paired_values(zeros, swapped), paired_values(placebo, swapped)
    rng = np.random.default_rng(derived_seed(measure, len(swapped)))  # the same report has the same p-values
    return Effect(
        measure, unit, set_name, effect.difference, paired_values(zeros, placebo).difference, beyond.difference,
        sign_flip(swapped, rng), sign_flip([a - b for a, b in zip(swapped, placebo, strict=True)], rng),
        max(effect.detectable, beyond.detectable),
    )  # fmt: skip


def flips(measure: str, set_name: str, swapped: Sequence[bool], placebo: Sequence[bool]) -> Effect:
    """From whether each answer changed under the swap, and under the placebo."""
    paired = paired_outcomes(placebo, swapped)
    shares = [wilson(sum(arm), len(arm)) for arm in (swapped, placebo)]
    return Effect(
        measure, "flips", set_name, shares[0], shares[1], paired.difference, paired.p, paired.p, paired.detectable
    )


def judged(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """The measures of one report with p-values after Holm, each with its finding and a verdict in words."""
    alone = holm([one.p for one in effects])
    both = holm([max(one.p, one.p_beyond) for one in effects])
    beyond = holm([one.p_beyond for one in effects])
    return tuple(
        replace(
            one, p=p, p_beyond=excess, finding=(found := _finding(one, p, joint)), verdict=_verdict(one, found, joint)
        )
        for one, p, excess, joint in zip(effects, alone, beyond, both, strict=True)
    )


def _finding(one: Effect, p: float, joint: float) -> Finding:
    """Found by its tests, and by its intervals too: the sign of a finding never stands beside one with 0 in it."""
    if joint < _LEVEL and all(value.low > 0 or value.high < 0 for value in (one.effect, one.beyond)):
        return "found"
    return "placebo" if p < _LEVEL else "none"


def _verdict(one: Effect, finding: Finding, joint: float) -> str:
    size = f"{amount(one.effect.estimate, one.unit)} (n {one.effect.n}, p {joint:.3f})"
    match finding:
        case "found":
            return f"Effect: {size}, more than another name of the same gender makes."
        case "placebo":
            return f"Not told from the placebo: {size}; another name of the same gender makes as much of a difference."
    if isnan(one.detectable):
        return f"No effect could be seen with n {one.effect.n}: too few texts."
    seen = amount(one.detectable, one.unit, signed=False)
    return f"No effect can be seen with n {one.effect.n}: one of {seen} or more would have shown (80 % power)."


def amount(value: float, unit: str, signed: bool = True) -> str:
    """`+0.42 nats`, or `12.5 % flips`."""
    if unit == "flips":
        return f"{value:.1%} flips".replace("%", " %")
    return f"{value:{'+' if signed else ''}.2f} {unit}"
