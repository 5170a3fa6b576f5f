"""What the batches of a run cost, as it was measured while they were answered; of imported runs nothing is known."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.store.connection import Store


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one batch of requests.

    `items`: each request counts as its share of its item's. `tokens`: read and drawn, each request's own as if it were
    alone; 0 where the engine counts none. `truncated`: requests whose beginning did not fit into the model's context.
    `peak_memory`: bytes that the process (on a GPU: the device) held at most; None where it cannot be told.
    """

    items: float
    tokens: int
    truncated: int
    seconds: float
    peak_memory: int | None


def add(store: Store, run_id: int, cost: Cost) -> None:
    """Append the cost of a batch."""
    with store.write() as db:
        db.execute(
            "INSERT INTO run_batches (run_id, number, items, tokens, truncated, seconds, peak_memory)"
            " SELECT ?, COALESCE(MAX(number), 0) + 1, ?, ?, ?, ?, ? FROM run_batches WHERE run_id = ?",
            (run_id, cost.items, cost.tokens, cost.truncated, cost.seconds, cost.peak_memory, run_id),
        )


def of(store: Store, run_id: int) -> list[Cost]:
    """Of each batch, in the order in which they were answered."""
    rows = store.read(
        "SELECT items, tokens, truncated, seconds, peak_memory FROM run_batches WHERE run_id = ? ORDER BY number",
        (run_id,),
    )
    return [Cost(*row) for row in rows]
