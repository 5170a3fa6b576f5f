"""The rating session in a thread of its own: the event loop never waits for the disk or the lock.

What the screen needs comes back as frozen views; events are made on the event loop, where the key was
pressed, and only while nothing is being written.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from workbench.rating.session import Place, RatingSession
from workbench.records import Judgment
from workbench.store import Store
from workbench.tui.store_thread import StoreThread
from workbench.workspace import Workspace


@dataclass(frozen=True, slots=True)
class View:
    """Where the rater is. `place` is None when every answer has been judged."""

    place: Place | None
    judged: int
    answers: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What one rater has done in a batch: `counts` maps criterion to how often each of 1..5 was given."""

    judged: int
    skipped: int
    counts: dict[str, tuple[int, ...]]


class RatingThread:
    """One rater on one batch. `session` is set once it is open; touch it only while no call is under way."""

    session: RatingSession

    def __init__(self, workspace: Workspace, batch_id: int, rater: str) -> None:
        self._batch_id = batch_id
        self._rater = rater
        self._thread = StoreThread(workspace, "rating")

    async def open(self) -> View:
        """Begin or resume. WorkbenchError if the batch does not exist or the database cannot be written."""
        return await self._thread.run(self._open)

    async def commit(self, event: Judgment, on_wait: Callable[[str], None]) -> View:
        """Make the event durable; StoreError leaves everything as it was. `on_wait(holder)` after 2 s of waiting."""
        loop = asyncio.get_running_loop()

        def say(holder: str) -> None:
            if not loop.is_closed():  # the terminal was left; the event is still written
                loop.call_soon_threadsafe(on_wait, holder)

        def write(store: Store) -> View:
            self.session.commit(store, event, on_wait=say)
            return self._view()

        return await self._thread.run(write)

    def close(self) -> None:
        """Close once the event under way is written."""
        self._thread.close()

    def summary(self) -> Summary:
        """The counts so far."""
        states = self.session.states.values()
        scored = [state for state in states if not state.skipped]
        names = [one.name for one in self.session.rubric.criteria]
        given = {name: Counter(state.scores.get(name) for state in scored) for name in names}
        counts = {name: tuple(given[name][value] for value in range(1, 6)) for name in names}
        return Summary(self.session.judged(), sum(state.skipped for state in states), counts)

    def _open(self, store: Store) -> View:
        self.session = RatingSession.open(store, self._batch_id, self._rater)
        return self._view()

    def _view(self) -> View:
        return View(self.session.place(), self.session.judged(), self.session.answers())
