"""Batch plans: which rows are computed together.

Numerics depend on the composition of a batch, so a plan is a pure function of the lengths and the limits:
a resumed job makes the same plan again and repeats whole batches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

# Told the rows of a planned batch; True leaves that batch out, because all its results are stored already.
Skip = Callable[[list[int]], bool]


def plan_batches(lengths: Sequence[int], token_budget: int, max_rows: int) -> list[list[int]]:
    """Row numbers grouped into batches, longest first, so that a lack of memory shows at the start.

    `lengths` are tokens a row (>= 1). A batch holds at most `max_rows` rows and at most `token_budget`
    padded tokens (rows times its longest); a row longer than the budget makes a batch of its own.
    Rows of equal length keep their order.
    """
    plan: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if plan and _fits(plan[-1], lengths, token_budget, max_rows):
            plan[-1].append(row)
        else:
            plan.append([row])
    return plan


def _fits(batch: list[int], lengths: Sequence[int], token_budget: int, max_rows: int) -> bool:
    """Whether one more row fits; the first row of a batch is its longest."""
    rows = len(batch) + 1
    return rows <= max_rows and rows * lengths[batch[0]] <= token_budget


def unfinished(plan: list[list[int]], skip: Skip | None) -> list[list[int]]:
    """The batches of a plan that still have to run; None skips none."""
    return [batch for batch in plan if skip is None or not skip(batch)]
