"""Repair: what follows from the events is made again from them. The events themselves are never touched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.errors import StoreError
from workbench.store import integrity
from workbench.store.backup import backup_before, way_back
from workbench.store.connection import Store
from workbench.store.event_view import EventView
from workbench.text import plural

EXAMPLES = 5  # rows a table that are named, of those the events do not say and of those that were missing


@dataclass(frozen=True, slots=True)
class Repair:
    """What was put right. `differed`: table -> how many of its rows; `examples` are some of them in words.

    `guards` are the triggers that were put back; `backup` is the copy from before (None: nothing was wrong, and
    nothing was changed).
    """

    differed: dict[str, int]
    examples: list[str]
    guards: list[str]
    backup: Path | None


def repair(store: Store) -> Repair:
    """Rebuild ratings and comparisons, and put missing guards back, after a copy of the database was made.

    StoreError, and no change, for a damaged file and for events that point to what is not there.
    """
    _refuse_damage(store)
    found = _found(store)
    if not any(found.differed.values()) and not found.guards:
        return found
    copy = backup_before(store, "repair")
    with store.write() as db:  # in one piece, long as it may take: half a view would be believed
        for view in integrity.VIEWS:
            view.rebuild(db)
        db.execute("DELETE FROM summaries")  # sums of the wrong rows
        for name in found.guards:
            db.execute(integrity.GUARDS[name])
    return Repair(found.differed, found.examples, found.guards, copy)


def _refuse_damage(store: Store) -> None:
    damage = integrity.damage(store, thorough=True)
    if damage:
        raise StoreError(f"The database {store.path} is damaged, and cannot be repaired from itself: {damage}.",
                         way_back(store.workspace))  # fmt: skip
    lost = len(store.read("PRAGMA foreign_key_check(judgments)"))
    if lost:
        raise StoreError(f"{plural(lost, 'reference')} of the judgments point nowhere; nothing was changed.",
                         way_back(store.workspace))  # fmt: skip


def _found(store: Store) -> Repair:
    differed = {view.table: view.differences(store) for view in integrity.VIEWS}
    examples = [words for view in integrity.VIEWS if differed[view.table] for words in _examples(store, view)]
    return Repair(differed, examples, integrity.missing_triggers(store), None)


def _examples(store: Store, view: EventView) -> list[str]:
    sides = (("no event says", view.unsaid(store, EXAMPLES)), ("was missing:", view.missing(store, EXAMPLES)))
    return [
        f"{view.table}: {what} " + ", ".join(f"{name} {value}" for name, value in dict(row).items())
        for what, rows in sides
        for row in rows
    ]
