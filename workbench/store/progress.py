"""Progress: who is done with which item of a batch, and what is left to whom. Model raters take nothing away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.records import Batch, BatchItem
from workbench.spec import canonical_json
from workbench.store.connection import Store

Finished = dict[int, set[int]]
"""Item id -> the raters who are done with it; items with which nobody is done are absent."""

# an answer is judged with a score on every criterion, or skipped; an item with all its answers
_RATED = """
    SELECT item_id, rater_id FROM (
        SELECT r.item_id, r.rater_id FROM batch_items i CROSS JOIN ratings r ON r.item_id = i.id
        WHERE i.batch_id = :batch{items} AND r.kind IN ('score', 'skip')
        GROUP BY r.item_id, r.rater_id, r.completion_id
        HAVING SUM(r.kind = 'score') >= (SELECT json_array_length(words, '$.criteria') FROM rubrics WHERE id = :rubric)
            OR MAX(r.kind = 'skip')
    ) d GROUP BY item_id, rater_id
    HAVING COUNT(*) >= (SELECT COUNT(*) FROM batch_candidates c WHERE c.item_id = d.item_id AND c.same_as IS NULL)
"""
_COMPARED = """
    SELECT c.item_id, c.rater_id FROM batch_items i CROSS JOIN comparisons c ON c.item_id = i.id
    WHERE i.batch_id = :batch{items}
    UNION SELECT r.item_id, r.rater_id FROM batch_items i CROSS JOIN ratings r ON r.item_id = i.id
    WHERE i.batch_id = :batch{items} AND r.kind = 'skip'
"""
_ONLY = " AND i.id IN (SELECT value FROM json_each(:items))"


def finished_by(store: Store, batch: Batch, items: Sequence[int] | None = None) -> Finished:
    """Which people are done with which items of the batch; `items`: these only."""
    done = (_COMPARED if batch.compares else _RATED).format(items="" if items is None else _ONLY)
    rows = store.read(
        f"SELECT d.item_id, d.rater_id FROM ({done}) d JOIN raters w ON w.id = d.rater_id WHERE w.kind = 'human'",
        {"batch": batch.id, "rubric": batch.rubric_id, "items": canonical_json(list(items or ()))},
    )
    found: Finished = {}
    for row in rows:
        found.setdefault(row[0], set()).add(row[1])
    return found


def elsewhere(items: Sequence[BatchItem], finished: Mapping[int, set[int]], rater_id: int) -> set[int]:
    """The items of a batch, `items` being all of them, that this rater has not judged and will not be given."""
    done = {item.id for item in items if rater_id in finished.get(item.id, set())}
    gone = taken(items, finished, rater_id)
    over = gone | done
    if not gone or any(is_ordinary(item) and item.id not in over for item in items):
        return gone
    return gone | {item.id for item in items if item.gold} - done


def taken(items: Sequence[BatchItem], finished: Mapping[int, set[int]], rater_id: int) -> set[int]:
    """Those of the items that others have judged, as many as wanted. What the rater is done with stays theirs.

    So the repeat of such an item: it is for those who have judged that one.
    """
    closed = {item.id for item in items if _closed(item, finished.get(item.id, set()), rater_id)}
    return closed | {item.id for item in items if item.repeat_of in closed}


def is_ordinary(item: BatchItem) -> bool:
    """Whether the item is there for its own sake, neither gold nor a repeat.

    Gold goes to everyone, but where others have taken the ordinary items, to nobody who has none of them left: what
    came then could only be gold.
    """
    return not item.gold and item.repeat_of is None


def _closed(item: BatchItem, raters: set[int], rater_id: int) -> bool:
    return item.raters_wanted is not None and rater_id not in raters and len(raters) >= item.raters_wanted
