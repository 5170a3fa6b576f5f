"""What every rating session does, whether answers are rated or compared: the item, the events, the way back.

The place is never stored: it follows from the events (the item of the newest one, while it is unfinished, else
the next of the queue), so a session that was killed, hung up or undone across sessions resumes at the same
item, in the same order, with the same partial scores. In memory it is followed event by event, so that a key
costs the same at the end of a batch of thousands as at its start.

An event and the lease of what comes next are one transaction: either both are durable, or neither is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, Self, TypeVar
from uuid import uuid4

from workbench.errors import UsageError
from workbench.rating.order import draw
from workbench.rating.queue import Queue
from workbench.records import Batch, BatchItem, Judgment, Outcome, Rater, Rubric
from workbench.store import Store, batches, judgments, leases, rubrics
from workbench.store.connection import WAIT_SECONDS

Spot = TypeVar("Spot", bound="Shown")
Change = TypeVar("Change")
OnWait = Callable[[str], None]
_LEASE_WAIT_SECONDS = 1.0  # longer is not worth it: a lease lapses by itself


@dataclass(frozen=True, slots=True)
class Target:
    """What an event speaks of: an answer of an item, or the two of a pair. `position` counts from 0."""

    item_id: int
    completion_id: int
    other_id: int | None = None
    position: int = 0


class Shown(Protocol):
    """What is on the screen."""

    @property
    def target(self) -> Target: ...


class JudgingSession(ABC, Generic[Spot, Change]):
    """One rater on one batch. Reads through its own store; what writes takes the store to write with.

    `Spot` is what is shown; `Change` is what an event may leave behind: the state of its answer, or of its pair.
    """

    compares: ClassVar[bool]  # two answers, rather than each one rated

    def __init__(self, store: Store, batch: Batch, rater: Rater) -> None:
        self.store = store
        self.batch = batch
        self.rater = rater
        self.rubric: Rubric = rubrics.by_id(store, batch.rubric_id)
        self.session = str(uuid4())
        self.undoable: list[Judgment] = []
        self.current: BatchItem | None = None
        self.queue = Queue(batch, (), rater, self.session)
        self._all = 0  # answers (pairs) of the batch
        self._orders: dict[int, tuple[int, ...]] = {}
        self._last_seen = 0  # the newest judgment that this session follows

    @classmethod
    def open(cls, store: Store, batch_id: int, rater_name: str) -> Self:
        """Begin or resume; the rater is made if new.

        UnknownNumber for a batch that does not exist, UsageError for one of another mode.
        """
        batch = batches.by_id(store, batch_id)
        if batch.compares != cls.compares:
            how = "versus" if batch.compares else "rate"
            raise UsageError(f"Batch {batch_id} is of the mode {batch.mode}.", f"Use: workbench {how}.")
        session = cls(store, batch, judgments.add_rater(store, rater_name))
        session.reload()
        return session

    def reload(self) -> None:
        """Take up what the database says now: another session of the rater may have written, a batch may have grown."""
        self._last_seen = judgments.count(self.store)
        self.queue = Queue(self.batch, batches.items(self.store, self.batch.id), self.rater, self.session)
        self._all = sum(self._units(item) for item in self.queue.items.values())
        self._load_states()
        self.undoable = judgments.stack(self.store, self.rater.id, self.batch.id)
        self.queue.load(self.store, *self._standing())
        self.current = None
        self._take()

    def look(self) -> None:
        """Take the next item if there is none in work: another rater may have let one go, or put one in."""
        if self.current is None and batches.size(self.store, self.batch.id) != len(self.queue.items):
            self.reload()
        else:
            self._take()

    def _take(self) -> None:
        with self.store.write():
            news = judgments.others_since(self.store, self._last_seen, self.session)
            self.queue.refresh(self.store, [item for rater, item in news if rater != self.rater.id])
            self.current = self.current or self.queue.take(self.store)

    def shown_order(self, item: BatchItem) -> tuple[int, ...]:
        """The completions of an item as this rater sees them."""
        if item.id not in self._orders:
            self._orders[item.id] = draw(item.completions, self.batch.seed, item.id, self.rater.name)
        return self._orders[item.id]

    def answers(self) -> int:
        """How many answers (pairs) this rater has judged or may still be given."""
        return self._all - sum(self._units(item) for item in self._gone())

    def waiting(self) -> int:
        """How many items left for this rater are with others now."""
        return self.queue.waiting(self.store)

    def count(self) -> tuple[int, int]:
        """(the number of the item in work, from 1, of how many): this rater's own, repeats unsaid among them."""
        return len(self.queue.done()) + 1, len(self.queue.items) - len(self._gone())

    def undo(self, shown_at: str, milliseconds: int) -> Judgment | None:
        """The event that takes the latest one back, or None when nothing is left to undo."""
        if not self.undoable:
            return None
        return self._taken_back(self.undoable[-1], shown_at, milliseconds)

    def flag(self, shown: Shown, shown_at: str, milliseconds: int) -> Judgment:
        """The event that flags what is shown, or takes its flag back."""
        standing = self._standing_flag(shown.target)
        if standing is not None:
            return self._taken_back(standing, shown_at, milliseconds)
        return self._event("flag", shown.target, shown_at, milliseconds)

    def note(self, shown: Shown, text: str, shown_at: str, milliseconds: int) -> Judgment:
        """The event that writes a note; it takes the place of an earlier one."""
        return self._event("note", shown.target, shown_at, milliseconds, text=text)

    def skip(self, shown: Shown, shown_at: str, milliseconds: int) -> Judgment:
        """The event that leaves what is shown unjudged."""
        return self._event("skip", shown.target, shown_at, milliseconds)

    def commit(
        self, writer: Store, event: Judgment, wait: float = WAIT_SECONDS, on_wait: OnWait | None = None
    ) -> Judgment:
        """Write the event with `writer` (which may live in another thread) and follow it.

        `on_wait(holder)` is called once, after 2 s of waiting for the lock. StoreError leaves session and
        database as they were; the same event can be committed again. No event is refused because a lease lapsed.
        """
        item = self.queue.items[event.item_id]
        with writer.write(wait, on_wait):
            stored = judgments.insert(writer.connection, event, self.batch.id, self.shown_order(item))
            news = judgments.others_since(writer, self._last_seen, self.session)
            self.queue.refresh(writer, [touched for rater, touched in news if rater != self.rater.id])
            change, finished = self._read(writer, stored)
            current = self._next(writer, item, finished)
        if any(rater == self.rater.id for rater, _ in news):
            self.reload()
        elif stored.id > self._last_seen:
            self._follow(stored, change, finished)
            self.current = current
        return stored

    def renew(self, writer: Store) -> None:
        """Keep the item in work for this rater, who is there but has not judged it yet."""
        if self.current is not None and self.current.raters_wanted is not None:
            with writer.write(_LEASE_WAIT_SECONDS) as db:
                leases.take(db, self.current.id, self.rater.id, self.session)

    def leave(self, writer: Store) -> None:
        """Let go of what this session holds, for others."""
        with writer.write(_LEASE_WAIT_SECONDS) as db:
            leases.release_session(db, self.session)

    # --- what rating and comparing differ in ---

    @abstractmethod
    def place(self) -> Spot | None:
        """What to show now; None when nothing is left for this rater, or what is left is with others."""

    @abstractmethod
    def judged(self) -> int:
        """How many answers (pairs) this rater has judged or skipped."""

    @abstractmethod
    def _load_states(self) -> None:
        """Read what this rater has said in this batch."""

    @abstractmethod
    def _is_finished(self, item: BatchItem) -> bool:
        """Whether this rater is done with the item."""

    @abstractmethod
    def _read(self, store: Store, event: Judgment) -> tuple[Change, bool]:
        """What the event leaves behind, read within its transaction, and whether its item is finished with that."""

    @abstractmethod
    def _keep(self, event: Judgment, change: Change) -> None:
        """Take that up, now that it is durable."""

    # --- moving ---

    def _standing(self) -> tuple[list[int], list[int]]:
        """(finished items in the order in which they were, begun ones with the latest first)."""
        latest = reversed(dict.fromkeys(event.item_id for event in reversed(self.undoable)))
        done = {item: self._is_finished(self.queue.items[item]) for item in latest}
        last = judgments.last_item(self.store, self.rater.id, self.batch.id)
        begun = [item for item in reversed(done) if not done[item]]
        if last is not None and not done.get(last):
            begun.insert(0, last)
        return [item for item in done if done[item]], begun

    def _next(self, writer: Store, item: BatchItem, finished: bool) -> BatchItem | None:
        """The item in work after an event on `item`, leased within the event's transaction."""
        if not finished:
            leases.take(writer.connection, item.id, self.rater.id, self.session)
            return item
        leases.release(writer.connection, item.id, self.rater.id)
        if self.current is None or self.current.id != item.id:
            return self.current
        return self.queue.take(writer, but=item.id)

    def _follow(self, event: Judgment, change: Change, finished: bool) -> None:
        """Move on by one event, as the database just did."""
        self._last_seen = event.id
        if event.kind == "undo":
            self.undoable = [one for one in self.undoable if one.uuid != event.undoes]
        elif event.kind != "too_fast":
            self.undoable.append(event)
        self._keep(event, change)
        if finished:
            self.queue.finish(event.item_id)
        else:
            self.queue.reopen(event.item_id)

    def _gone(self) -> list[BatchItem]:
        """What this rater will not be given; the item in work has been."""
        return [item for item in self.queue.elsewhere() if item != self.current]

    def _units(self, item: BatchItem) -> int:
        return 1 if self.compares else len(item.completions)

    # --- events ---

    def _event(
        self, kind: str, target: Target, shown_at: str, milliseconds: int, *, criterion: str | None = None,
        value: int | None = None, text: str | None = None, outcome: Outcome | None = None,
    ) -> Judgment:  # fmt: skip
        return Judgment(
            uuid=str(uuid4()), session=self.session, kind=kind, rater_id=self.rater.id, item_id=target.item_id,
            completion_id=target.completion_id, rubric_id=self.batch.rubric_id, criterion=criterion, value=value,
            text=text, undoes=None, position=target.position, shown_at=shown_at, milliseconds=milliseconds,
            other_id=target.other_id, outcome=outcome,
        )  # fmt: skip

    def _taken_back(self, event: Judgment, shown_at: str, milliseconds: int) -> Judgment:
        return Judgment(
            uuid=str(uuid4()), session=self.session, kind="undo", rater_id=self.rater.id, item_id=event.item_id,
            completion_id=event.completion_id, rubric_id=self.batch.rubric_id, criterion=event.criterion, value=None,
            text=None, undoes=event.uuid, position=event.position, shown_at=shown_at, milliseconds=milliseconds,
            other_id=event.other_id,
        )  # fmt: skip

    def _standing_flag(self, target: Target) -> Judgment | None:
        """The flag that stands on what is shown, or None."""
        shown = (target.item_id, target.completion_id)
        flags = (one for one in reversed(self.undoable) if one.kind == "flag")
        return next((one for one in flags if (one.item_id, one.completion_id) == shown), None)
