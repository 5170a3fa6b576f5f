"""Rubrics as they were read by raters, by the hash of their words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from workbench import rubrics as files
from workbench.errors import UnknownName
from workbench.records import Rubric
from workbench.spec import canonical_json
from workbench.store.clock import utc_now
from workbench.store.connection import Store


def add(store: Store, rubric: Rubric) -> int:
    """The row id of this version of the rubric, stored if it is new."""
    words = canonical_json(
        {"name": rubric.name, "title": rubric.title, "criteria": [asdict(one) for one in rubric.criteria]}
    )
    with store.write() as db:
        db.execute(
            "INSERT INTO rubrics (name, hash, words, created_at) SELECT ?1, ?2, ?3, ?4"
            " WHERE NOT EXISTS (SELECT 1 FROM rubrics WHERE hash = ?2)",
            (rubric.name, rubric.hash, words, utc_now()),
        )
    return int(store.value("SELECT id FROM rubrics WHERE hash = ?", (rubric.hash,)))


def chosen(judged: Sequence[Rubric], version: str | None) -> list[Rubric]:
    """Those of the versions whose hash begins so (None: all); UnknownName if none does."""
    found = [one for one in judged if one.hash.startswith(version or "")]
    if version and not found:
        raise UnknownName("rubric version", version, (one.hash for one in judged))
    return found


def by_id(store: Store, rubric_id: int) -> Rubric:
    row = store.read("SELECT words, hash FROM rubrics WHERE id = ?", (rubric_id,))[0]
    return files.from_words(json.loads(row["words"]), row["hash"])


def judged(store: Store, name: str, up_to: int, batch_id: int | None = None) -> list[Rubric]:
    """The versions of the rubric on which there were judgments after the event `up_to`, oldest first.

    Judgments of one batch and of those that settle it, or of all (None).
    """
    rows = store.read(  # by the first event of each session: nobody reads all events for it
        "SELECT DISTINCT u.id, u.words, u.hash FROM rubrics u JOIN batches b ON b.rubric_id = u.id"
        " JOIN sessions s ON s.batch_id = b.id JOIN judgments j ON j.session = s.id AND j.seq = 1"
        " WHERE u.name = :name AND j.id <= :up_to AND (:batch IS NULL OR b.id = :batch OR b.adjudicates = :batch)"
        " ORDER BY u.id",
        {"name": name, "up_to": up_to, "batch": batch_id},
    )
    return [files.from_words(json.loads(row["words"]), row["hash"]) for row in rows]


def others_judged(store: Store, name: str, batch_id: int | None = None) -> list[str]:
    """The names of the other rubrics on which there are judgments, of one batch or of all (None)."""
    rows = store.read(
        "SELECT DISTINCT u.name FROM rubrics u JOIN batches b ON b.rubric_id = u.id"
        " JOIN sessions s ON s.batch_id = b.id JOIN judgments j ON j.session = s.id AND j.seq = 1"
        " WHERE u.name != :name AND (:batch IS NULL OR b.id = :batch) ORDER BY u.name",
        {"name": name, "batch": batch_id},
    )
    return [row[0] for row in rows]
