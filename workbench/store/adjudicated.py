"""What an adjudicator decided of pairs: it takes the place of what was in dispute, and is no independent judgment."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.store.comparisons import Comparison
from workbench.store.connection import Store


def independent(store: Store, found: Sequence[Comparison]) -> list[Comparison]:
    """Those that raters made without seeing what others gave."""
    settling = _settling(store)
    return [one for one in found if one.batch_id not in settling]


def settled(store: Store, found: Sequence[Comparison]) -> list[Comparison]:
    """What counts: of two answers that an adjudicator compared only that comparison does, else everyone's."""
    settling = _settling(store)
    decided = {_answers(one) for one in found if one.batch_id in settling}
    return [one for one in found if one.batch_id in settling or _answers(one) not in decided]


def _settling(store: Store) -> set[int]:
    """The batches that settle the disagreements of another."""
    return {row[0] for row in store.read("SELECT id FROM batches WHERE adjudicates IS NOT NULL")}


def _answers(one: Comparison) -> frozenset[int]:
    return frozenset((one.left_id, one.right_id))
