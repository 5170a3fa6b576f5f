"""Answers that one rater scored more than once, in several items: how far a rater repeats a judgment."""

from __future__ import annotations

from itertools import groupby

from workbench.store.batches import INDEPENDENT
from workbench.store.connection import Store

Visit = dict[int, float]  # completion id -> the mean over all criteria that the rater gave it in one item


def visits(store: Store, rubric_name: str) -> list[list[Visit]]:
    """For each rater and prompt judged in several items, what was given each time, in the order of the items.

    Only answers scored on every criterion, by people; hidden repeats are such items. Gold, adjudications and answers
    that were picked by hand are not.
    """
    rows = store.read(
        "SELECT r.rater_id, i.prompt_id, r.item_id, r.completion_id, AVG(r.value) AS mean"
        " FROM ratings r JOIN judgments j ON j.id = r.judgment_id JOIN rubrics u ON u.id = j.rubric_id"
        " JOIN batch_items i ON i.id = r.item_id JOIN batches b ON b.id = i.batch_id"
        " JOIN raters w ON w.id = r.rater_id"
        f" WHERE r.kind = 'score' AND u.name = ? AND w.kind = 'human' AND b.hand_picked = 0 AND {INDEPENDENT}"
        " GROUP BY r.rater_id, i.prompt_id, r.item_id, r.completion_id"
        " HAVING COUNT(*) >= json_array_length(u.words, '$.criteria')"
        " ORDER BY r.rater_id, i.prompt_id, r.item_id",
        (rubric_name,),
    )
    found = []
    for _, group in groupby(rows, key=lambda row: (row["rater_id"], row["prompt_id"])):
        items = [list(item) for _, item in groupby(group, key=lambda row: row["item_id"])]
        if len(items) > 1:
            found.append([{row["completion_id"]: row["mean"] for row in item} for item in items])
    return found
