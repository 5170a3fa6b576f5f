"""The rating session in a thread of its own, with its own store: the event loop never waits for the disk or the lock.

What the screen needs comes back as frozen views; events are made on the event loop, where the key was
pressed, and only while nothing is being written.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from workbench.rating.session import Place, RatingSession
from workbench.records import Judgment
from workbench.store import Store, open_store
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
        self._workspace = workspace
        self._batch_id = batch_id
        self._rater = rater
        self._store: Store | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rating")

    async def open(self) -> View:
        """Begin or resume. WorkbenchError if the batch does not exist or the database cannot be written."""
        return await self._in_thread(self._open)

    async def commit(self, event: Judgment, on_wait: Callable[[str], None]) -> View:
        """Make the event durable; StoreError leaves everything as it was. `on_wait(holder)` after 2 s of waiting."""
        loop = asyncio.get_running_loop()

        def say(holder: str) -> None:
            loop.call_soon_threadsafe(on_wait, holder)

        return await self._in_thread(lambda: self._commit(event, say))

    def close(self) -> None:
        """Close once the event under way is written; the interpreter waits for that too."""
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def summary(self) -> Summary:
        """The counts so far."""
        states = self.session.states.values()
        scored = [state for state in states if not state.skipped]
        names = [one.name for one in self.session.rubric.criteria]
        given = {name: Counter(state.scores.get(name) for state in scored) for name in names}
        counts = {name: tuple(given[name][value] for value in range(1, 6)) for name in names}
        return Summary(self.session.judged(), sum(state.skipped for state in states), counts)

    async def _in_thread(self, call: Callable[[], View]) -> View:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def _open(self) -> View:
        self._store = open_store(self._workspace)
        self.session = RatingSession.open(self._store, self._batch_id, self._rater)
        return self._view()

    def _commit(self, event: Judgment, on_wait: Callable[[str], None]) -> View:
        assert self._store is not None  # `open` came first
        self.session.commit(self._store, event, on_wait=on_wait)
        return self._view()

    def _view(self) -> View:
        return View(self.session.place(), self.session.judged(), self.session.answers())

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
