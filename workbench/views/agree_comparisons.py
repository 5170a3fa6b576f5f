"""What comparisons of two answers say of those who made them: agreement, repeats, the side, haste."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from workbench.records import Outcome
from workbench.statistics.agreement import krippendorff_alpha
from workbench.statistics.kappa import weighted_kappa
from workbench.statistics.proportion import wilson
from workbench.statistics.rater_effects import left_wins
from workbench.statistics.rating_table import tabulate
from workbench.store.comparisons import Comparison, repeated
from workbench.views.agree_finding import Finding, finding
from workbench.views.agree_raters import Names, generator
from workbench.views.agree_scores import READ_MS_A_CHARACTER

ABOUT = "comparisons"
_FIRST_WINS: dict[Outcome, float] = {"left": 1.0, "right": 0.0, "tie": 0.5, "both_bad": 0.5}


def first_wins(outcome: Outcome) -> float:
    """1: the answer shown left is better, 0: the right one, .5: a tie, or both bad."""
    return _FIRST_WINS[outcome]


def latest(compared: Sequence[Comparison]) -> list[Comparison]:
    """What counts as a comparison: no repeats; of several by one rater of the same two answers the latest."""
    found = {(one.rater_id, *sorted((one.left_id, one.right_id))): one for one in compared if one.repeat_of is None}
    return sorted(found.values(), key=lambda one: one.judgment_id)


def turns(compared: Sequence[Comparison]) -> list[tuple[float, float, tuple[int, int]]]:
    """(first, again, judgments) of every pair compared twice: 1, 0 and -1 for the same one of the two answers."""
    return [
        (_towards(before, before.left_id), _towards(after, before.left_id), (before.judgment_id, after.judgment_id))
        for before, after in repeated(compared)
    ]


def repeats(compared: Sequence[Comparison], names: Names) -> Iterator[Finding]:
    """The share of pairs judged the same again, whichever answer stood left then."""
    by_rater: dict[int, list[tuple[bool, tuple[int, int]]]] = {}
    for before, after in repeated(compared):
        same = _towards(before, before.left_id) == _towards(after, before.left_id)
        by_rater.setdefault(before.rater_id, []).append((same, (before.judgment_id, after.judgment_id)))
    for rater, found in sorted(by_rater.items()):
        value = wilson(sum(same for same, _ in found), len(found))
        ids = tuple(sorted(id for _, both in found for id in both))
        yield finding(("again", ABOUT, names[rater]), value, "repeats", ids)


def alpha(compared: Sequence[Comparison]) -> Iterator[Finding]:
    """Of several raters on the same two answers: better, tie, worse are ordinal."""
    if len({one.rater_id for one in compared}) < 2:
        return
    pairs: dict[tuple[int, ...], int] = {}
    rows = [pairs.setdefault(_pair(one), len(pairs)) for one in compared]
    scores = [_towards(one, min(one.left_id, one.right_id)) for one in compared]
    table = tabulate(rows, [one.rater_id for one in compared], scores)
    prompt = {row: one.prompt_id for row, one in zip(rows, compared, strict=True)}
    found = krippendorff_alpha(table.values, generator(ABOUT), clusters=[prompt[row] for row in table.items])
    shared = {row for row, many in zip(table.items, (~np.isnan(table.values)).sum(axis=1) >= 2, strict=True) if many}
    ids = tuple(one.judgment_id for row, one in zip(rows, compared, strict=True) if row in shared)
    yield finding(("alpha", ABOUT), found.alpha, "pairs", ids, found.reason)


def kappas(compared: Sequence[Comparison], names: Names) -> Iterator[Finding]:
    """Each pair of raters who compared the same two answers: better, tie, worse are the points of a scale of three."""
    by_rater: dict[int, dict[tuple[int, ...], Comparison]] = {}
    for one in compared:
        by_rater.setdefault(one.rater_id, {})[_pair(one)] = one
    for one_rater, other_rater in combinations(sorted(by_rater), 2):
        mine, theirs = by_rater[one_rater], by_rater[other_rater]
        both = sorted(mine.keys() & theirs.keys())
        if both:
            first, second = ([2 + _towards(given[pair], pair[0]) for pair in both] for given in (mine, theirs))
            found = weighted_kappa(first, second, points=3)
            ids = tuple(sorted(given[pair].judgment_id for given in (mine, theirs) for pair in both))
            parts = ("kappa", ABOUT, names[one_rater], names[other_rater])
            yield finding(parts, found.kappa, "pairs", ids, found.reason)


def longer(compared: Sequence[Comparison], characters: Mapping[int, int]) -> Iterator[Finding]:
    """Of the comparisons that are decided between answers of unlike length, those that the longer one won."""
    decided = [
        (characters[one.left_id] > characters[one.right_id], one)
        for one in compared
        if first_wins(one.outcome) != 0.5 and characters[one.left_id] != characters[one.right_id]
    ]
    if compared:
        won = sum(left_is_longer == (one.outcome == "left") for left_is_longer, one in decided)
        ids = tuple(one.judgment_id for _, one in decided)
        yield finding(("longer", ABOUT), wilson(won, len(decided)), "decided comparisons", ids)


def left(compared: Sequence[Comparison], names: Names) -> Iterator[Finding]:
    """By rater, and of all where there are several."""
    raters = sorted({one.rater_id for one in compared})
    groups = [(names[rater], [one for one in compared if one.rater_id == rater]) for rater in raters]
    for name, group in [("all", compared), *groups] if len(raters) > 1 else groups:
        value = left_wins([first_wins(one.outcome) for one in group])
        ids = tuple(one.judgment_id for one in group if first_wins(one.outcome) != 0.5)
        yield finding(("left", name), value, "decided comparisons", ids)


def hasty(compared: Sequence[Comparison], characters: Mapping[int, int], names: Names) -> Iterator[Finding]:
    """Pairs judged before both answers could be read; `characters` are the lengths of the answers."""
    for rater in sorted({one.rater_id for one in compared}):
        group = [one for one in compared if one.rater_id == rater]
        fast = [
            one.judgment_id
            for one in group
            if one.milliseconds < READ_MS_A_CHARACTER * (characters[one.left_id] + characters[one.right_id])
        ]
        yield finding(("too-fast", ABOUT, names[rater]), wilson(len(fast), len(group)), "comparisons", tuple(fast))


def _pair(one: Comparison) -> tuple[int, ...]:
    return tuple(sorted((one.left_id, one.right_id)))


def _towards(one: Comparison, answer: int) -> float:
    """1 where this answer of the two was preferred, -1 where the other was, 0 for a tie."""
    toward_left = 2 * first_wins(one.outcome) - 1
    return toward_left if one.left_id == answer else -toward_left
