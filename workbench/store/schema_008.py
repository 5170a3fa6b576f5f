"""The eighth migration: prompts that were marked for evaluation only later, and batches of answers picked by hand.

A prompt is never changed, so a mark that comes after it stands in a table of its own.
"""

from __future__ import annotations

from workbench.store.schema import immutable, never_replaced

# what an older schema says otherwise, or not at all; for the database, and for a log that is taken up
TOLD = (
    # the batch of doubtful benchmark items was known by its name and seed
    "UPDATE batches SET hand_picked = 1 WHERE hand_picked = 0 AND job_id IS NULL"
    " AND name = 'doubtful benchmark items' AND seed = 678922675",
    # the mark of its prompts was lost where a prompt was stored already
    """INSERT INTO held_prompts (prompt_id, created_at)
        SELECT DISTINCT i.prompt_id, strftime('%Y-%m-%dT%H:%M:%fZ') FROM batches b
        JOIN batch_items i ON i.batch_id = b.id JOIN prompts p ON p.id = i.prompt_id
        WHERE b.hand_picked = 1 AND p.evaluation_only = 0
        AND NOT EXISTS (SELECT 1 FROM held_prompts h WHERE h.prompt_id = p.id)""",
)

GUARDS = (*immutable("held_prompts"), never_replaced("held_prompts", ("prompt_id",)))

EIGHTH = (
    """CREATE TABLE held_prompts (
        prompt_id INTEGER PRIMARY KEY REFERENCES prompts(id),
        created_at TEXT NOT NULL
    ) STRICT""",
    # answers that somebody picked because they looked wrong: a mean over them would tell nothing of their model
    "ALTER TABLE batches ADD COLUMN hand_picked INTEGER NOT NULL DEFAULT 0 CHECK (hand_picked IN (0, 1))",
    *TOLD,
    # sums that counted what was picked by hand; they may be deleted at any time
    "DELETE FROM summaries",
    *GUARDS,
)
