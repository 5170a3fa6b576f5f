"""The tie-break queue: answers whose ratings lie too close for a pair, to be compared with one key.

Two answers that one rater gave 3.7 and 4.0 say nothing by their difference, and often a lot side by side. Only
prompts that gave no pair come here, and only where the comparison could give one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from workbench.preferences.pairs import (
    CRITERIA,
    MARGIN,
    TIE,
    PairPolicy,
    best_and_worst,
    complete,
    on_criteria,
    select,
)
from workbench.records import PreferencePair, RatedCompletion

CLOSE = (TIE, MARGIN, CRITERIA)  # the reasons of `pairs` that a comparison settles


def close_pairs(
    rated: Iterable[RatedCompletion], criteria: Sequence[str], policy: PairPolicy
) -> tuple[PreferencePair, ...]:
    """The two answers of each (prompt, rater) to be compared, in the order of prompts.

    `chosen` is the one with the higher mean, or the lower id. Left out: prompts that give a pair under the policy,
    by whatever rater; evaluation-only prompts; identical texts; answers of which neither could be chosen, since both
    have a score below `min_chosen`.
    """
    answers = on_criteria(rated, criteria)
    selection = select(answers, criteria, policy)
    paired = {pair.prompt_id for pair in selection.pairs}
    close = {(drop.prompt_id, drop.rater_id) for drop in selection.drops if drop.reason in CLOSE}
    found = [
        best_and_worst([one for one in group if complete(one, criteria)])
        for (prompt_id, rater_id), group in groupby(answers, key=lambda one: (one.prompt_id, one.rater_id))
        if (prompt_id, rater_id) in close and prompt_id not in paired
    ]
    return tuple(pair for pair in found if _could_be_chosen(pair, policy))


def _could_be_chosen(pair: PreferencePair, policy: PairPolicy) -> bool:
    return any(min(one.scores.values()) >= policy.min_chosen for one in (pair.chosen, pair.rejected))
