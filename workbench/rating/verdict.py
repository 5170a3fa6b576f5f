"""From what a model gives back to a verdict: the likeliest choice, or the one it names; and both orders of a pair.

A judge that is asked about a pair in one order only may name a place rather than an answer (Zheng et al. 2023,
Judging LLM-as-a-judge with MT-Bench), so a pair is asked about twice, and only what both orders say counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal

from workbench.records import Outcome

_NAMED: dict[str, Outcome] = {"A": "left", "B": "right"}
_SWAPPED: dict[str, Outcome] = {"A": "right", "B": "left"}


@dataclass(frozen=True, slots=True)
class Likeliest:
    """`choice` has the highest log-probability (the first of equal ones); `expected` numbers the choices from 1.

    `expected` is the mean of these numbers under the choices' probabilities, which are made to sum to 1.
    """

    choice: str
    expected: float


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """What both orders of a pair come to. `order_dependent`: they contradict each other, so it is called a tie.

    `favours` is the place that was named in both orders, whatever stood there; None otherwise.
    """

    outcome: Outcome
    order_dependent: bool
    favours: Literal["first", "second"] | None


def likeliest(choices: Sequence[str], logprobs: Sequence[float]) -> Likeliest:
    """From one log-probability in nats a choice."""
    highest = max(logprobs)
    weights = [exp(one - highest) for one in logprobs]
    expected = sum(number * weight for number, weight in enumerate(weights, 1)) / sum(weights)
    return Likeliest(choices[logprobs.index(highest)], expected)


def named(choices: Sequence[str], said: str) -> str | None:
    """The choice that a reply consists of, with a label or brackets at most; None for every other reply.

    Strict on purpose: a digit found somewhere in a sentence may be anything.
    """
    found = re.fullmatch(rf"\W*(?:(?:score|better|answer)\b\W*)?({'|'.join(choices)})\W*", said, re.IGNORECASE)
    return found.group(1).upper() if found else None


def both_orders(first: str, swapped: str) -> PairVerdict:
    """From the letters of the two orders; in the second the answers have changed places. C is a tie."""
    outcome, again = _NAMED.get(first, "tie"), _SWAPPED.get(swapped, "tie")
    if outcome == again:
        return PairVerdict(outcome, False, None)
    place: Literal["first", "second"] | None = None
    if first == swapped:
        place = "first" if first == "A" else "second"
    return PairVerdict("tie", True, place)
