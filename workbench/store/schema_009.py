"""The ninth migration: what a finished run is paired by, so that two are compared without reading their answers."""

from __future__ import annotations

NINTH = (
    # items: JSON list of their ids in the order of the data; scores: JSON list beside it, 0 where an item has none;
    # prompts: hash over what every item was asked. A run that was finished before has no row
    """CREATE TABLE pairings (
        run_id INTEGER PRIMARY KEY REFERENCES runs(id),
        items TEXT NOT NULL,
        scores TEXT NOT NULL,
        prompts TEXT NOT NULL
    ) STRICT""",
    # the figures of Home as they were computed before; it computes them anew
    "DELETE FROM summaries WHERE name = 'rounds'",
)
