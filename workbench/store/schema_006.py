"""The sixth migration: what the batches of a run cost."""

from __future__ import annotations

SIXTH = (
    # what was measured while a batch of requests was answered; peak_memory NULL: it could not be
    """CREATE TABLE run_batches (
        run_id INTEGER NOT NULL REFERENCES runs(id),
        number INTEGER NOT NULL,
        items REAL NOT NULL,
        tokens INTEGER NOT NULL,
        truncated INTEGER NOT NULL,
        seconds REAL NOT NULL,
        peak_memory INTEGER,
        PRIMARY KEY (run_id, number)
    ) STRICT, WITHOUT ROWID""",
)
