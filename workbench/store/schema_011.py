"""The migration of a queue that a person can reorder."""

from __future__ import annotations

ELEVENTH = (
    # the lowest of a lane is claimed first, then the oldest; below 0: put before all others, the last one lowest
    "ALTER TABLE jobs ADD COLUMN rank INTEGER NOT NULL DEFAULT 0",
    # the figures of Home as they were computed before; it computes them anew
    "DELETE FROM summaries WHERE name = 'figures of rounds'",
)
