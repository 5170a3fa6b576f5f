"""Events that were not made here: entered in bounded writes, each once, whoever imports them how often.

Their uuids are drawn from what they say, so an event that is stored already stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.records import Judgment
from workbench.store import judgments
from workbench.store.connection import ROWS_A_WRITE, Store

_ROWS_AN_EVENT = 4  # the event, its view, its session and the order shown


def add(store: Store, events: Sequence[Judgment], batch_id: int) -> Iterator[int]:
    """Append the events in their order; yields how many are stored so far, after each write.

    The order in which a pair was shown is its left and right; that of rated answers is not known, and empty.
    """
    step = ROWS_A_WRITE // _ROWS_AN_EVENT
    for start in range(0, len(events), step):
        chunk = events[start : start + step]
        with store.write() as db:
            for event in chunk:
                judgments.insert(db, event, batch_id, _shown(event))
        yield start + len(chunk)


def _shown(event: Judgment) -> list[int]:
    return [one for one in (event.completion_id, event.other_id) if one is not None] if event.outcome else []
