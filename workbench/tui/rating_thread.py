"""A rating session in a thread of its own: the event loop never waits for the disk or the lock.

What the screen needs comes back as frozen views; events are made on the event loop, where the key was
pressed, and only while nothing is being written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from workbench.errors import StoreError
from workbench.rating.judging import JudgingSession, Spot
from workbench.records import Judgment
from workbench.store import Store, settings
from workbench.tui.store_thread import StoreThread
from workbench.workspace import Workspace

Session = TypeVar("Session", bound=JudgingSession[Any, Any])


@dataclass(frozen=True, slots=True)
class View(Generic[Spot]):
    """Where the rater is. `place` is None when nothing is left, or what is left is with others.

    `judged` of `answers` (of pairs, on Versus) are done by this rater; `waiting` items are with others now.
    """

    place: Spot | None
    judged: int
    answers: int
    waiting: int


class RatingThread(Generic[Session]):
    """One rater on one batch. `session` and `break_minutes` are set once it is open.

    Touch the session only while no call is under way.
    """

    session: Session
    break_minutes: float

    def __init__(self, workspace: Workspace, kind: type[Session], batch_id: int, rater: str) -> None:
        self._kind = kind
        self._batch_id = batch_id
        self._rater = rater
        self._thread = StoreThread(workspace, "rating")
        self._leave: Callable[[Store], object] = lambda _: None  # until it is open

    async def open(self) -> View[Any]:
        """Begin or resume. WorkbenchError if the batch does not exist or the database cannot be written."""
        return await self._thread.run(self._open)

    async def commit(self, event: Judgment, on_wait: Callable[[str], None]) -> View[Any]:
        """Make the event durable; StoreError leaves everything as it was. `on_wait(holder)` after 2 s of waiting."""
        loop = asyncio.get_running_loop()

        def say(holder: str) -> None:
            if not loop.is_closed():  # the terminal was left; the event is still written
                loop.call_soon_threadsafe(on_wait, holder)

        def write(store: Store) -> View[Any]:
            self.session.commit(store, event, on_wait=say)
            return self._view()

        return await self._thread.run(write)

    async def look(self) -> View[Any]:
        """Take up what others have let go of or finished. StoreError as for `commit`."""

        def look(_: Store) -> View[Any]:
            self.session.look()
            return self._view()

        return await self._thread.run(look)

    async def renew(self) -> None:
        """Keep the item in work for this rater; if that cannot be written, the lease lapses, and nothing is lost."""

        def renew(store: Store) -> None:
            try:
                self.session.renew(store)
            except StoreError:
                pass

        await self._thread.run(renew)

    def close(self) -> None:
        """Close once the event under way is written; let go of the item in work."""
        self._thread.close(lambda store: self._leave(store))

    def _open(self, store: Store) -> View[Any]:
        self.session = self._kind.open(store, self._batch_id, self._rater)
        self._leave = self.session.leave
        self.break_minutes = settings.break_minutes(store, self._rater)
        return self._view()

    def _view(self) -> View[Any]:
        place = self.session.place()
        waiting = 0 if place else self.session.waiting()
        return View(place, self.session.judged(), self.session.answers(), waiting)
