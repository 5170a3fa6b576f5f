"""The tables of the second migration: benchmark tasks, their items, and what models answered.

A run is one model on one version of a task in one variant (clean, or perturbed); runs of the same task are
linked by item, so every comparison is paired.
"""

from __future__ import annotations

SECOND = (
    # local files that stand in for a hub's: (hub id, config, split) -> path
    """CREATE TABLE mirrors (
        hub_id TEXT NOT NULL,
        config TEXT NOT NULL,
        split TEXT NOT NULL,
        path TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (hub_id, config, split)
    ) STRICT""",
    # a task is identified by its definition and its data: `hash` is over both
    """CREATE TABLE tasks (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        version TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        definition TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE items (
        id INTEGER PRIMARY KEY,
        task_id INTEGER NOT NULL REFERENCES tasks(id),
        position INTEGER NOT NULL,
        doc TEXT NOT NULL,
        UNIQUE (task_id, position)
    ) STRICT""",
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE,
        model_id INTEGER NOT NULL REFERENCES models(id),
        task_id INTEGER NOT NULL REFERENCES tasks(id),
        variant TEXT NOT NULL,
        settings TEXT NOT NULL,
        items INTEGER NOT NULL,
        metrics TEXT NOT NULL DEFAULT '{}',
        job_id INTEGER REFERENCES jobs(id),
        created_at TEXT NOT NULL,
        finished_at TEXT
    ) STRICT""",
    "CREATE INDEX runs_by_model ON runs(model_id, task_id)",
    # one request of an item: for a choice, its log-probability in nats
    """CREATE TABLE responses (
        run_id INTEGER NOT NULL REFERENCES runs(id),
        item_id INTEGER NOT NULL REFERENCES items(id),
        number INTEGER NOT NULL,
        logprob REAL NOT NULL,
        is_greedy INTEGER NOT NULL CHECK (is_greedy IN (0, 1)),
        PRIMARY KEY (run_id, item_id, number)
    ) STRICT, WITHOUT ROWID""",
    # what an item's responses come to; changed: whether the variant altered the item's text
    """CREATE TABLE answers (
        run_id INTEGER NOT NULL REFERENCES runs(id),
        item_id INTEGER NOT NULL REFERENCES items(id),
        context TEXT NOT NULL,
        choices TEXT NOT NULL,
        gold INTEGER,
        answer INTEGER,
        changed INTEGER NOT NULL DEFAULT 0 CHECK (changed IN (0, 1)),
        scores TEXT NOT NULL,
        PRIMARY KEY (run_id, item_id)
    ) STRICT, WITHOUT ROWID""",
)
