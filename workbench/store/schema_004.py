"""The fourth migration: what a model wrote for the items of tasks that are answered in words."""

from __future__ import annotations

FOURTH = (
    """CREATE TABLE texts (
        run_id INTEGER NOT NULL REFERENCES runs(id),
        item_id INTEGER NOT NULL REFERENCES items(id),
        number INTEGER NOT NULL,
        text TEXT NOT NULL,
        tokens INTEGER NOT NULL,
        finish_reason TEXT NOT NULL CHECK (finish_reason IN ('stop', 'length')),
        PRIMARY KEY (run_id, item_id, number)
    ) STRICT, WITHOUT ROWID""",
)
