"""The tables of the third migration: several raters, comparisons, hidden repeats and gold;
models that are served elsewhere, or known by their answers alone.

A comparison is an event like every other, so it is a row of `judgments`; `comparisons` is its current view,
as `ratings` is for scores. Items that were there before keep their meaning: every rater was given all of them.
"""

from __future__ import annotations

from workbench.store.schema import immutable, never_replaced

BATCHES = (
    "ALTER TABLE batches ADD COLUMN mode TEXT NOT NULL DEFAULT 'ratings' CHECK (mode IN ('ratings', 'pairs', 'ties'))",
    "ALTER TABLE batches ADD COLUMN overlap REAL NOT NULL DEFAULT 1 CHECK (overlap BETWEEN 0 AND 1)",
    "ALTER TABLE batches ADD COLUMN overlap_raters INTEGER CHECK (overlap_raters >= 2)",
    "ALTER TABLE batches ADD COLUMN repeats REAL NOT NULL DEFAULT 0 CHECK (repeats BETWEEN 0 AND 1)",
    "ALTER TABLE batches ADD COLUMN gold REAL NOT NULL DEFAULT 0 CHECK (gold BETWEEN 0 AND 1)",
    # the batch whose disagreements this one settles, its scores in sight: no independent ratings
    "ALTER TABLE batches ADD COLUMN adjudicates INTEGER REFERENCES batches(id)",
    # to how many raters an item goes; NULL: to every one
    "ALTER TABLE batch_items ADD COLUMN raters_wanted INTEGER CHECK (raters_wanted >= 1)",
    # the item that this one shows again to whoever has judged it: self-agreement, never a new rating of it
    "ALTER TABLE batch_items ADD COLUMN repeat_of INTEGER REFERENCES batch_items(id)",
    "ALTER TABLE batch_items ADD COLUMN gold INTEGER NOT NULL DEFAULT 0 CHECK (gold IN (0, 1))",
    # who works on which item now; a row past its time counts for nothing
    """CREATE TABLE leases (
        item_id INTEGER NOT NULL REFERENCES batch_items(id),
        rater_id INTEGER NOT NULL REFERENCES raters(id),
        session TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        PRIMARY KEY (item_id, rater_id)
    ) STRICT, WITHOUT ROWID""",
    # known scores of an answer; the newest of a criterion counts
    """CREATE TABLE gold_scores (
        id INTEGER PRIMARY KEY,
        completion_id INTEGER NOT NULL REFERENCES completions(id),
        rubric_id INTEGER NOT NULL REFERENCES rubrics(id),
        criterion TEXT NOT NULL,
        value INTEGER NOT NULL CHECK (value BETWEEN 1 AND 5),
        source TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX gold_scores_by_completion ON gold_scores(completion_id, rubric_id, criterion)",
    # they hold the answers left to each rater from now on, and may be deleted at any time
    "DELETE FROM summaries",
)

COMPARISONS = (
    # of a pair: completion_id is the answer shown left, other_id the one shown right
    "ALTER TABLE judgments ADD COLUMN other_id INTEGER REFERENCES completions(id)"
    " CHECK (kind != 'comparison' OR (other_id IS NOT NULL AND completion_id IS NOT NULL))",
    "ALTER TABLE judgments ADD COLUMN outcome TEXT CHECK ((kind = 'comparison') = (outcome IS NOT NULL)"
    " AND (outcome IS NULL OR outcome IN ('left', 'right', 'tie', 'both_bad')))",
    # the current view of the comparisons, written in the same transaction as the event
    """CREATE TABLE comparisons (
        rater_id INTEGER NOT NULL REFERENCES raters(id),
        item_id INTEGER NOT NULL REFERENCES batch_items(id),
        left_id INTEGER NOT NULL REFERENCES completions(id),
        right_id INTEGER NOT NULL REFERENCES completions(id),
        outcome TEXT NOT NULL CHECK (outcome IN ('left', 'right', 'tie', 'both_bad')),
        judgment_id INTEGER NOT NULL REFERENCES judgments(id),
        PRIMARY KEY (rater_id, item_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX comparisons_by_item ON comparisons(item_id)",
)

# Two more kinds of models. A CHECK cannot be altered, but a column goes with its own.
MODELS = (
    "ALTER TABLE models ADD COLUMN sort TEXT NOT NULL DEFAULT 'folder'"
    " CHECK (sort IN ('embedded', 'folder', 'hub', 'gguf', 'trained', 'server', 'imported'))",
    "UPDATE models SET sort = kind",
    "ALTER TABLE models DROP COLUMN kind",
    "ALTER TABLE models RENAME COLUMN sort TO kind",
)

GUARDS = (*immutable("gold_scores"), never_replaced("gold_scores", ("id",)))

THIRD = (*BATCHES, *COMPARISONS, *MODELS, *GUARDS)
