"""The tables of the first migration. Plain, plural, snake_case, JSON as text: readable in any SQLite browser.

Append-only by trigger: judgments. Immutable by trigger: what a judgment points to (rubrics, prompts,
completions, presentations). An insert that meets any existing unique key of these tables aborts before
SQLite's REPLACE could delete the old row, which outside of our own connections fires no trigger.
"""

from __future__ import annotations

DATA = (
    """CREATE TABLE settings (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT""",
    # what Home counted last; may be deleted at any time
    """CREATE TABLE summaries (
        name TEXT PRIMARY KEY,
        body TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE datasets (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        layout TEXT NOT NULL,
        rows INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        path TEXT NOT NULL,
        source TEXT NOT NULL,
        card TEXT NOT NULL DEFAULT '{}',
        created_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE prompts (
        id INTEGER PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE,
        messages TEXT NOT NULL,
        evaluation_only INTEGER NOT NULL DEFAULT 0 CHECK (evaluation_only IN (0, 1)),
        dataset_id INTEGER REFERENCES datasets(id),
        row_number INTEGER,
        created_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE models (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        reference TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('embedded', 'folder', 'hub', 'gguf', 'trained')),
        path TEXT,
        weights_hash TEXT,
        parent_id INTEGER REFERENCES models(id),
        job_id INTEGER REFERENCES jobs(id),
        details TEXT NOT NULL DEFAULT '{}',
        created_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE completions (
        id INTEGER PRIMARY KEY,
        request_hash TEXT NOT NULL UNIQUE,
        prompt_id INTEGER NOT NULL REFERENCES prompts(id),
        model_id INTEGER NOT NULL REFERENCES models(id),
        text TEXT NOT NULL,
        finish_reason TEXT NOT NULL CHECK (finish_reason IN ('stop', 'length')),
        tokens INTEGER NOT NULL,
        sample INTEGER NOT NULL,
        seed INTEGER NOT NULL,
        decoding TEXT NOT NULL,
        dtype TEXT NOT NULL,
        job_id INTEGER REFERENCES jobs(id),
        created_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX completions_by_prompt ON completions(prompt_id, model_id)",
    "CREATE INDEX completions_by_model ON completions(model_id)",
)

RATING = (
    """CREATE TABLE rubrics (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        words TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE batches (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        rubric_id INTEGER NOT NULL REFERENCES rubrics(id),
        seed INTEGER NOT NULL,
        job_id INTEGER UNIQUE REFERENCES jobs(id),
        created_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE batch_items (
        id INTEGER PRIMARY KEY,
        batch_id INTEGER NOT NULL REFERENCES batches(id),
        prompt_id INTEGER NOT NULL REFERENCES prompts(id),
        position INTEGER NOT NULL,
        UNIQUE (batch_id, position)
    ) STRICT""",
    # same_as: an earlier candidate of the item with the identical text; shown once, judged once
    """CREATE TABLE batch_candidates (
        item_id INTEGER NOT NULL REFERENCES batch_items(id),
        completion_id INTEGER NOT NULL REFERENCES completions(id),
        same_as INTEGER REFERENCES completions(id),
        PRIMARY KEY (item_id, completion_id)
    ) STRICT""",
    """CREATE TABLE raters (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('human', 'model', 'imported')),
        created_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE sessions (
        id TEXT PRIMARY KEY,
        rater_id INTEGER NOT NULL REFERENCES raters(id),
        batch_id INTEGER NOT NULL REFERENCES batches(id),
        host TEXT NOT NULL,
        pid INTEGER NOT NULL,
        started_at TEXT NOT NULL
    ) STRICT""",
    # the order in which one rater is shown the answers of one item, drawn once
    """CREATE TABLE presentations (
        id INTEGER PRIMARY KEY,
        rater_id INTEGER NOT NULL REFERENCES raters(id),
        item_id INTEGER NOT NULL REFERENCES batch_items(id),
        shown_order TEXT NOT NULL,
        created_at TEXT NOT NULL,
        UNIQUE (rater_id, item_id)
    ) STRICT""",
    """CREATE TABLE judgments (
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        session TEXT NOT NULL REFERENCES sessions(id),
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('score', 'comparison', 'skip', 'flag', 'note', 'undo', 'too_fast')),
        rater_id INTEGER NOT NULL REFERENCES raters(id),
        item_id INTEGER NOT NULL REFERENCES batch_items(id),
        completion_id INTEGER REFERENCES completions(id),
        rubric_id INTEGER NOT NULL REFERENCES rubrics(id),
        criterion TEXT,
        value INTEGER,
        text TEXT,
        undoes TEXT UNIQUE REFERENCES judgments(uuid),
        position INTEGER,
        shown_at TEXT NOT NULL,
        milliseconds INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        UNIQUE (session, seq),
        CHECK (kind != 'score' OR (value IS NOT NULL AND value BETWEEN 1 AND 5)),
        CHECK (kind != 'score' OR (criterion IS NOT NULL AND completion_id IS NOT NULL)),
        CHECK ((kind = 'undo') = (undoes IS NOT NULL))
    ) STRICT""",
    "CREATE INDEX judgments_by_item ON judgments(rater_id, item_id, completion_id, criterion)",
    # the current view of the judgments, written in the same transaction as the event
    """CREATE TABLE ratings (
        rater_id INTEGER NOT NULL REFERENCES raters(id),
        item_id INTEGER NOT NULL REFERENCES batch_items(id),
        completion_id INTEGER NOT NULL REFERENCES completions(id),
        kind TEXT NOT NULL CHECK (kind IN ('score', 'skip', 'flag', 'note')),
        criterion TEXT NOT NULL DEFAULT '',
        value INTEGER,
        judgment_id INTEGER NOT NULL REFERENCES judgments(id),
        PRIMARY KEY (rater_id, item_id, completion_id, kind, criterion)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX ratings_by_completion ON ratings(completion_id, kind, rater_id, value)",
    "CREATE INDEX ratings_by_item ON ratings(item_id)",
)

JOBS = (
    """CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        lane TEXT NOT NULL CHECK (lane IN ('heavy', 'light')),
        state TEXT NOT NULL DEFAULT 'queued'
            CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'lost')),
        name TEXT NOT NULL,
        spec TEXT NOT NULL,
        spec_hash TEXT NOT NULL,
        done INTEGER NOT NULL DEFAULT 0,
        total INTEGER NOT NULL DEFAULT 0,
        message TEXT NOT NULL DEFAULT '',
        pace REAL,
        error TEXT,
        result TEXT NOT NULL DEFAULT '{}',
        plan TEXT NOT NULL DEFAULT '{}',
        attempts INTEGER NOT NULL DEFAULT 0,
        cancel_requested INTEGER NOT NULL DEFAULT 0,
        pid INTEGER,
        pid_started REAL,
        host TEXT,
        created_at TEXT NOT NULL,
        started_at TEXT,
        finished_at TEXT,
        heartbeat_at TEXT
    ) STRICT""",
    "CREATE INDEX jobs_by_state ON jobs(state, lane, id)",
    """CREATE TABLE job_metrics (
        job_id INTEGER NOT NULL REFERENCES jobs(id),
        step INTEGER NOT NULL,
        name TEXT NOT NULL,
        value REAL,
        PRIMARY KEY (job_id, name, step)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE exports (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        path TEXT NOT NULL,
        rows INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        policy TEXT NOT NULL,
        policy_hash TEXT NOT NULL,
        counts TEXT NOT NULL,
        last_judgment INTEGER NOT NULL,
        dataset_id INTEGER REFERENCES datasets(id),
        job_id INTEGER REFERENCES jobs(id),
        created_at TEXT NOT NULL
    ) STRICT""",
)


def immutable(table: str) -> tuple[str, str]:
    """Triggers against update and delete."""
    return (
        f"""CREATE TRIGGER {table}_never_updated BEFORE UPDATE ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} are never changed'); END""",
        f"""CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} are never deleted'); END""",
    )


# table -> its unique keys. (session, seq) of judgments is not among them: the numbers without a gap guard it.
GUARDED = {
    "judgments": ("id", "uuid", "undoes"),
    "rubrics": ("id", "hash"),
    "prompts": ("id", "hash"),
    "completions": ("id", "request_hash"),
    "presentations": ("id", "rater_id, item_id"),
    "batch_items": ("id", "batch_id, position"),
    "batch_candidates": ("item_id, completion_id",),
}


def never_replaced(table: str, keys: tuple[str, ...]) -> str:
    """A trigger against an insert that meets one of these unique keys, which REPLACE would take for a deletion."""
    found = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE ({key}) = ({', '.join(f'NEW.{name}' for name in key.split(', '))}))"
        for key in keys
    )
    return f"""CREATE TRIGGER {table}_never_replaced BEFORE INSERT ON {table}
        WHEN {found}
        BEGIN SELECT RAISE(ABORT, '{table} are never replaced'); END"""


GUARDS = (
    *(statement for table in GUARDED for statement in immutable(table)),
    *(never_replaced(table, keys) for table, keys in GUARDED.items()),
    """CREATE TRIGGER judgments_without_gap BEFORE INSERT ON judgments
        WHEN NEW.seq IS NOT 1 + COALESCE((SELECT MAX(seq) FROM judgments WHERE session = NEW.session), 0)
        BEGIN SELECT RAISE(ABORT, 'judgments of a session are numbered without a gap'); END""",
)

FIRST = (*DATA, *RATING, *JOBS, *GUARDS)
