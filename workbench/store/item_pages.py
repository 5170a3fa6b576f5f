"""Items of batches in the order of their prompts, a page at a time: whoever reads every rating holds one page of them.

What is held meanwhile is two numbers an item. Each page is read by itself, so nobody waits for the last one.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from workbench.spec import canonical_json
from workbench.store.connection import Store

ITEMS = 200  # a page has as many, and the rest of its last prompt's


def pages(store: Store, condition: str, batch_id: int | None) -> Iterator[str]:
    """Pages of item ids, as JSON: those that meet a condition on `i` (the item), `b` (its batch) and `:batch`.

    All items of a prompt are on one page.
    """
    ids, prompts = array("q"), array("q")
    with store.snapshot() as db:
        for row in db.execute(
            "SELECT i.id, i.prompt_id FROM batch_items i JOIN batches b ON b.id = i.batch_id"
            f" WHERE {condition} ORDER BY i.prompt_id, i.id",
            {"batch": batch_id},
        ):
            ids.append(row[0])
            prompts.append(row[1])
    start = 0
    while start < len(ids):
        end = min(start + ITEMS, len(ids))
        while end < len(ids) and prompts[end] == prompts[end - 1]:
            end += 1
        yield canonical_json(ids[start:end].tolist())
        start = end
