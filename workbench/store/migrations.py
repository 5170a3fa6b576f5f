"""Numbered steps from an empty file to today's schema; a step is never edited once it has shipped.

Guarded tables (judgments and what they point to) are never rebuilt by `transform()`.
"""

from __future__ import annotations

import sqlite3
from contextlib import nullcontext

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from workbench.store import prompt_words
from workbench.store.schema import FIRST
from workbench.store.schema_002 import SECOND
from workbench.store.schema_003 import THIRD
from workbench.store.schema_004 import FOURTH
from workbench.store.schema_005 import FIFTH
from workbench.store.schema_006 import SIXTH
from workbench.store.schema_007 import SEVENTH
from workbench.store.schema_008 import EIGHTH
from workbench.store.schema_009 import NINTH
from workbench.store.schema_010 import TENTH
from workbench.store.schema_011 import ELEVENTH

migrations = Migrations("workbench")


@migrations()
def m001_house(db: Database) -> None:
    """Data, prompts, models, completions; batches, judgments and ratings; jobs and exports."""
    for statement in FIRST:
        db.execute(statement)


@migrations()
def m002_runs(db: Database) -> None:
    """Benchmark tasks, their items, runs, responses and answers; mirrors."""
    for statement in SECOND:
        db.execute(statement)


@migrations()
def m003_raters(db: Database) -> None:
    """Several raters: leases, overlap, hidden repeats, gold; comparisons of two answers."""
    for statement in THIRD:
        db.execute(statement)


@migrations()
def m004_texts(db: Database) -> None:
    """Answers of a run that are texts."""
    for statement in FOURTH:
        db.execute(statement)


@migrations()
def m005_counted_answers(db: Database) -> None:
    """Scores, margins and parts of answers where they can be counted; log-probabilities by token."""
    for statement in FIFTH:
        db.execute(statement)


@migrations()
def m006_run_batches(db: Database) -> None:
    """What the batches of a run cost."""
    for statement in SIXTH:
        db.execute(statement)


@migrations()
def m007_chains(db: Database) -> None:
    """Jobs that wait for another job."""
    for statement in SEVENTH:
        db.execute(statement)


@migrations()
def m008_kept_back(db: Database) -> None:
    """Prompts that were marked later; batches of answers picked by hand."""
    for statement in EIGHTH:
        db.execute(statement)


@migrations()
def m009_pairings(db: Database) -> None:
    """What finished runs are paired by."""
    for statement in NINTH:
        db.execute(statement)


@migrations()
def m010_prompt_words(db: Database) -> None:
    """The words of large runs' prompts, of those too that are paired already."""
    for statement in TENTH:
        db.execute(statement)
    for run_id, prompts in db.execute("SELECT run_id, prompts FROM pairings").fetchall():
        prompt_words.keep(db.conn, lambda: nullcontext(db.conn), run_id, prompts)


@migrations()
def m011_order(db: Database) -> None:
    """A queue that a person can reorder."""
    for statement in ELEVENTH:
        db.execute(statement)


def apply(connection: sqlite3.Connection) -> None:
    """Run the pending steps, each in its own transaction; the caller holds the write lock."""
    migrations.apply(Database(connection))
