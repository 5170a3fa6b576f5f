"""One item in two runs: two models compared, or its clean and its perturbed text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from workbench.store import Store, outcomes
from workbench.store.outcomes import Outcome
from workbench.views.bench import ItemRow, by_item, given, is_right, items_in_order

Change = Literal["lost", "gained", "other answer", "same answer"]
"""Right, then wrong; wrong, then right; another answer, as right or wrong as before; the answer it was."""


@dataclass(frozen=True, slots=True)
class ItemPair:
    """The same item before and after; the choices are the same ones."""

    before: ItemRow
    after: ItemRow
    change: Change


def item_pairs(store: Store, first_id: int, second_id: int, items: Sequence[int]) -> list[ItemPair]:
    """These items as the first and as the second run answered them, in the order in which they are named."""
    befores, afters = (items_in_order(store, run_id, items) for run_id in (first_id, second_id))
    return [
        ItemPair(one, other, _change(one.correct, other.correct, (one.answer, one.text) != (other.answer, other.text)))
        for one, other in zip(befores, afters, strict=True)
    ]


def changed_items(store: Store, clean_run: int, perturbed_run: int) -> list[int]:
    """The items whose text the perturbation altered: those with another answer first, then in the order of the data."""
    before = by_item(store, clean_run)
    answers = [given(store, run_id) for run_id in (clean_run, perturbed_run)]

    def order(after: Outcome) -> int:
        """The place of the change among all kinds of it."""
        was_right, now_right = is_right(before[after.item_id].score), is_right(after.score)
        first, second = (one[after.item_id] for one in answers)
        return get_args(Change).index(_change(was_right, now_right, first != second))

    after = [one for one in by_item(store, perturbed_run).values() if one.changed]
    return [one.item_id for one in sorted(after, key=order)]


def held_by(store: Store, run_ids: Sequence[int], items: Sequence[int], words: Sequence[str]) -> Sequence[int]:
    """Those of the items, as they are ordered, that hold all the words in one of the runs."""
    if not words:
        return items
    held = {item for run_id in run_ids for item in outcomes.holding(store, run_id, words)}
    return [item for item in items if item in held]


def _change(was_right: bool | None, now_right: bool | None, another: bool) -> Change:
    if None not in (was_right, now_right) and was_right != now_right:
        return "lost" if was_right else "gained"
    return "other answer" if another else "same answer"
