"""From what a file says to what is kept: every answer has a model, every rating a rater, a criterion and a point 1..5.

Nothing is guessed: what the file leaves open must be given, and what it says is not overruled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.data.completions.found import Found, Score
from workbench.errors import DataError
from workbench.records import Rubric
from workbench.rubrics import POINTS

_NAMELESS = ("score", "rating", "stars", "value")  # names that say no more than "score"


@dataclass(frozen=True, slots=True)
class Scale:
    """The lowest and the highest score of a file: 1 to 10, 0 to 1, -1 to 1."""

    low: float
    high: float

    def point(self, value: float) -> int:
        """The nearest of the points 1..5, the upper one of two equally near."""
        return math.floor(1 + (POINTS - 1) * (value - self.low) / (self.high - self.low) + 0.5)


def settled(found: Found, model: str | None, rater: str | None, rubric: Rubric, scale: Scale | None) -> Found:
    """The same with nothing left open. DataError names what is missing, twice said or not on the scale."""
    _check_given("model", "answers", model, [one.model for one in found.answers])
    _check_given("rater", "ratings", rater, [one.rater for one in found.judged])
    if scale and not found.scores:
        raise DataError("The file holds no scores.", "Leave out --scale.")
    kept = Found(
        [replace(one, model=_named(one.model, model)) for one in found.answers],
        [_score(one, rater, rubric, scale) for one in found.scores],
        pairs=list(found.pairs),
        left_out=dict(found.left_out),
    )
    for one in found.comparisons:
        if kept.identical(one.left, one.right):
            kept.leave_out("comparisons of identical texts")
        else:
            kept.comparisons.append(replace(one, rater=_named(one.rater, rater)))
    return kept


def _named(said: str | None, given: str | None) -> str | None:
    return given if said is None else said


def _check_given(what: str, whose: str, given: str | None, said: Sequence[str | None]) -> None:
    """The name on the command line and those of the file must be one name for each row."""
    names = sorted({one for one in said if one is not None})
    if given is not None and None not in said:
        found = f"names its {what}s ({', '.join(names[:5])})" if names else f"holds no {whose}"
        raise DataError(f"The file {found}.", f"Leave out --{what}.")
    if given is None and None in said:
        which = f"some of its {whose}" if names else f"its {whose}"
        raise DataError(f"The file does not name the {what} of {which}.", f"Name the {what}: --{what} NAME.")


def _score(one: Score, rater: str | None, rubric: Rubric, scale: Scale | None) -> Score:
    return replace(
        one,
        rater=_named(one.rater, rater),
        criterion=_criterion(one, rubric),
        value=_point(one, scale),
        given=f"{one.value:g} on {scale.low:g} to {scale.high:g}" if scale else None,
    )


def _criterion(one: Score, rubric: Rubric) -> str:
    """A score that names nothing is meant for a rubric of one criterion, and no other."""
    names = [criterion.name for criterion in rubric.criteria]
    if one.criterion in names:
        return str(one.criterion)
    if (one.criterion is None or one.criterion.lower() in _NAMELESS) and len(names) == 1:
        return names[0]
    said = "a score without a criterion" if one.criterion is None else f"the criterion {one.criterion!r}"
    raise DataError(
        f"{one.place}: {said}; the rubric {rubric.name} has {', '.join(names)}.",
        "Choose a rubric with --rubric, or rename the column as its criterion.",
    )


def _point(one: Score, scale: Scale | None) -> int:
    if scale is None:
        if one.value not in range(1, POINTS + 1):
            raise DataError(
                f"{one.place}: the score {one.value:g} is not one of the points 1 to {POINTS}.",
                "Say the file's own scale: --scale LOW HIGH maps it onto 1 to 5.",
            )
        return int(one.value)
    if not scale.low <= one.value <= scale.high:
        raise DataError(f"{one.place}: the score {one.value:g} is not on {scale.low:g} to {scale.high:g}.")
    return scale.point(one.value)
