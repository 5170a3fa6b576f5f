"""What a batch is made of: items, which of them go to several raters, which come back, and where gold is mixed in.

Pure draws by hash, so that the same answers, settings and seed make the same batch, also in a resumed job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from workbench.records import BatchSettings, Completion, NewItem
from workbench.spec import derived_seed

Answers = Sequence[tuple[int, Sequence[int]]]
"""(prompt id, completion ids), in the order of the batch."""


def compose(items: Sequence[NewItem], gold: Sequence[NewItem], settings: BatchSettings, seed: int) -> list[NewItem]:
    """The whole batch: `items` with their raters, gold among them, hidden repeats at the end of the list.

    `gold` are the items with known scores to draw from, of which settings.gold of the number of items are used.
    """
    shared = set(_drawn(len(items), settings.overlap, seed, "overlap"))
    to_judge = [
        replace(item, raters_wanted=settings.overlap_raters if at in shared else 1) for at, item in enumerate(items)
    ]
    if settings.overlap_raters is None:
        to_judge = list(items)
    mixed = _mixed(to_judge, gold, settings.gold, seed)
    judged = [at for at, item in enumerate(mixed) if not item.gold]
    early = judged[: 3 * len(judged) // 4]  # the others could come back only at once
    count = int(settings.repeats * len(judged))
    again = sorted(sorted(early, key=lambda at: derived_seed(seed, "repeat", at))[:count])
    return mixed + [replace(mixed[at], raters_wanted=None, repeat_of=at) for at in again]


def gold_items(share: float, items: int) -> int:
    """How many gold items that share of so many items is, rounded down."""
    return int(share * items)


def rated(answers: Answers) -> list[NewItem]:
    """One item a prompt, with all its answers: one rater sees them all."""
    return [NewItem(prompt, tuple(completions)) for prompt, completions in answers]


def pairs(answers: Answers, known: Mapping[int, Completion], a_prompt: int, seed: int) -> list[NewItem]:
    """At most `a_prompt` items a prompt, each of two answers of different texts; `known` has every answer by its id.

    Where several models answered a prompt, only answers of different models meet.
    """
    found: list[NewItem] = []
    for prompt, completions in answers:
        models = {known[one].model_id for one in completions}
        both = [
            pair
            for pair in combinations(completions, 2)
            if known[pair[0]].text.strip() != known[pair[1]].text.strip()
            and (len(models) == 1 or known[pair[0]].model_id != known[pair[1]].model_id)
        ]
        both.sort(key=lambda pair: derived_seed(seed, "pair", *pair))
        found += [NewItem(prompt, pair) for pair in both[:a_prompt]]
    return found


def _mixed(items: Sequence[NewItem], gold: Sequence[NewItem], share: float, seed: int) -> list[NewItem]:
    """The items with gold at drawn places before them, each for every rater: the last is never gold."""
    count = min(len(gold), gold_items(share, len(items)))
    drawn = sorted(gold, key=lambda item: derived_seed(seed, "gold", *item.completions))[:count]
    before: dict[int, list[NewItem]] = {}
    for item in drawn:
        place = derived_seed(seed, "place", *item.completions) % len(items)
        before.setdefault(place, []).append(replace(item, gold=True))
    return [one for at, item in enumerate(items) for one in (*before.get(at, ()), item)]


def _drawn(count: int, share: float, seed: int, what: str) -> list[int]:
    """`share` of the places 0 .. count-1, to the nearest whole number, drawn by hash."""
    return sorted(range(count), key=lambda at: derived_seed(seed, what, at))[: round(share * count)]
