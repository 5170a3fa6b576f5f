"""What a workspace holds after a trial of rating_trials.py: its events, and whether anything of them is torn."""

from __future__ import annotations

import contextlib
import sqlite3

from workbench.rating.session import RatingSession
from workbench.rating.versus import VersusSession
from workbench.records import OUTCOMES
from workbench.store import integrity, open_store
from workbench.workspace import Workspace


def expected_place(workspace: Workspace, screen: str) -> tuple[str, ...]:
    """What the screen should be at, from the events alone, by a fresh session."""
    with open_store(workspace) as store:
        if screen == "rate":
            place = RatingSession.open(store, 1, "ada").place()
            assert place
            return place.completion.text.split()[1], place.focused
        pair = VersusSession.open(store, 2, "ada").place()
        assert pair
        return pair.left.text.split()[1], pair.right.text.split()[1]


def events(workspace: Workspace) -> int:
    """Read without a store: closing one waits for the lock, which may be held."""
    with contextlib.closing(sqlite3.connect(f"file:{workspace.database}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT COUNT(*) FROM judgments").fetchone()[0])


def newest_is(workspace: Workspace, key: str) -> bool:
    return stored(workspace, events(workspace) - 1) == [key]


def stored(workspace: Workspace, after: int) -> list[str]:
    """The keys that the events behind the first `after` ones stand for."""
    with open_store(workspace) as store:
        rows = store.read("SELECT kind, value, outcome FROM judgments ORDER BY id LIMIT -1 OFFSET ?", (after,))
    return [_key(row) for row in rows]


def torn(workspace: Workspace) -> int:
    with open_store(workspace) as store:
        return (
            bool(integrity.damage(store))
            + len(integrity.gaps(store))
            + integrity.view_differences(store)
            + integrity.broken_references(store)
        )


def _key(event: sqlite3.Row) -> str:
    if event["kind"] == "undo":
        return "u"
    return str(1 + OUTCOMES.index(event["outcome"]) if event["kind"] == "comparison" else event["value"])
