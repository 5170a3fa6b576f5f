"""Rubrics as they were read by raters, by the hash of their words."""

from __future__ import annotations

import json
from dataclasses import asdict

from workbench import rubrics as files
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


def by_id(store: Store, rubric_id: int) -> Rubric:
    row = store.read("SELECT words, hash FROM rubrics WHERE id = ?", (rubric_id,))[0]
    return files.from_words(json.loads(row["words"]), row["hash"])


def hashes(store: Store, name: str) -> list[str]:
    """The versions of the rubric that raters have read, oldest first."""
    return [row[0] for row in store.read("SELECT hash FROM rubrics WHERE name = ? ORDER BY id", (name,))]
