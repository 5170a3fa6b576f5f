"""The rating session: what is on the screen, and which event a key makes. No UI, no torch.

The place is never stored: it follows from the ratings (the first answer that is neither fully scored nor
skipped), so a session that was killed, hung up or undone across sessions resumes at the same item, in the
same order, with the same partial scores. In memory it is followed event by event, so that a key costs the
same at the end of a batch of thousands as at its start.

    session = RatingSession.open(store, batch_id, "ada")
    event = session.score(4, shown_at, milliseconds)     # nothing is written yet
    session.commit(writer, event)                        # durable, then the place moves
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from workbench.errors import UsageError
from workbench.rating.order import draw
from workbench.records import BatchItem, Completion, Judgment, Prompt, Rater, Rubric
from workbench.store import Store, batches, completions, judgments, prompts, ratings, rubrics
from workbench.store.ratings import CandidateState

_NOTHING = CandidateState({}, skipped=False)


@dataclass(frozen=True, slots=True)
class Place:
    """What the rater sees now. Numbers count from 1; `focused` is the criterion that the next digit scores."""

    item: BatchItem
    item_number: int
    items: int
    prompt: Prompt
    completion: Completion
    position: int
    candidates: int
    scores: dict[str, int]
    focused: str


@dataclass
class RatingSession:
    """One rater on one batch. Reads through its own store; `commit` takes the store to write with."""

    store: Store
    batch_id: int
    rater: Rater
    rubric_id: int
    rubric: Rubric
    seed: int
    items: list[BatchItem]
    session: str = field(default_factory=lambda: str(uuid4()))
    states: dict[tuple[int, int], CandidateState] = field(default_factory=dict)
    undoable: list[Judgment] = field(default_factory=list)
    _finished: set[tuple[int, int]] = field(default_factory=set)
    _orders: dict[int, tuple[int, ...]] = field(default_factory=dict)
    _from: int = 0  # every item before this one is finished
    _last_seen: int = 0  # the newest judgment that the states follow
    _items_by_id: dict[int, BatchItem] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._items_by_id = {item.id: item for item in self.items}

    @classmethod
    def open(cls, store: Store, batch_id: int, rater_name: str) -> RatingSession:
        """Begin or resume; the rater is made if new. UnknownName for a batch that does not exist."""
        batch = batches.by_id(store, batch_id)
        rater = judgments.add_rater(store, rater_name)
        session = cls(
            store, batch_id, rater, batch.rubric_id, rubrics.by_id(store, batch.rubric_id), batch.seed,
            batches.items(store, batch_id),
        )  # fmt: skip
        session.reload()
        return session

    def reload(self) -> None:
        """Take up what the database says now (another session of the same rater may have written)."""
        self._last_seen = judgments.count(self.store)
        self.states = ratings.of_rater(self.store, self.rater.id, self.batch_id)
        self.undoable = judgments.stack(self.store, self.rater.id, self.batch_id)
        self._finished = {key for key, state in self.states.items() if self._next_criterion(state) is None}
        self._from = 0

    def shown_order(self, item: BatchItem) -> tuple[int, ...]:
        """The completions of an item as this rater sees them."""
        if item.id not in self._orders:
            self._orders[item.id] = draw(item.completions, self.seed, item.id, self.rater.name)
        return self._orders[item.id]

    def place(self) -> Place | None:
        """What to show now, or None when every answer has been judged."""
        for at in range(self._from, len(self.items)):
            item = self.items[at]
            for position, completion_id in enumerate(self.shown_order(item), 1):
                if (item.id, completion_id) not in self._finished:
                    return self._place(item, at + 1, completion_id, position)
            self._from = at + 1
        return None

    def answers(self) -> int:
        """How many answers there are to judge."""
        return sum(len(item.completions) for item in self.items)

    def judged(self) -> int:
        """How many answers are fully scored or skipped."""
        return len(self._finished)

    def score(self, place: Place, value: int, shown_at: str, milliseconds: int) -> Judgment:
        """The event of a digit on the focused criterion; UsageError outside 1..5."""
        if not 1 <= value <= 5:
            raise UsageError(f"A score is 1 to 5, not {value}.")
        return self._event("score", place, shown_at, milliseconds, criterion=place.focused, value=value)

    def skip(self, place: Place, shown_at: str, milliseconds: int) -> Judgment:
        return self._event("skip", place, shown_at, milliseconds)

    def too_fast(self, place: Place, value: int, shown_at: str, milliseconds: int) -> Judgment:
        """A digit that came before the text could have been read: kept, not applied."""
        return self._event("too_fast", place, shown_at, milliseconds, criterion=place.focused, value=value)

    def undo(self, shown_at: str, milliseconds: int) -> Judgment | None:
        """The event that takes the latest one back, or None when nothing is left to undo."""
        if not self.undoable:
            return None
        last = self.undoable[-1]
        return self._new(
            kind="undo", item_id=last.item_id, completion_id=last.completion_id, criterion=last.criterion, value=None,
            undoes=last.uuid, position=last.position, shown_at=shown_at, milliseconds=milliseconds,
        )  # fmt: skip

    def commit(
        self, writer: Store, event: Judgment, wait: float = 10.0, on_wait: Callable[[str], None] | None = None
    ) -> Judgment:
        """Write the event with `writer` (which may live in another thread) and follow it.

        `on_wait(holder)` is called once, after 2 s of waiting for the lock. StoreError leaves session and
        database as they were; the same event can be committed again.
        """
        item = self._items_by_id[event.item_id]
        stored = judgments.append(writer, event, self.batch_id, self.shown_order(item), wait, on_wait)
        if stored.id <= self._last_seen or judgments.others_since(writer, self._last_seen, self.rater.id, self.session):
            self.reload()
        else:
            self._follow(writer, stored)
        return stored

    def _follow(self, writer: Store, event: Judgment) -> None:
        """Move on by one event, as the database just did."""
        self._last_seen = event.id
        if event.kind == "undo":
            self.undoable.pop()
            self._from = 0
        elif event.kind in judgments.VIEWED:
            self.undoable.append(event)
        if event.completion_id is None or event.kind == "too_fast":
            return
        key = (event.item_id, event.completion_id)
        self.states[key] = ratings.of_answer(writer, self.rater.id, *key)
        finished = self._next_criterion(self.states[key]) is None
        (self._finished.add if finished else self._finished.discard)(key)

    def _next_criterion(self, state: CandidateState) -> str | None:
        if state.skipped:
            return None
        return next((one.name for one in self.rubric.criteria if one.name not in state.scores), None)

    def _place(self, item: BatchItem, number: int, completion_id: int, position: int) -> Place:
        state = self.states.get((item.id, completion_id), _NOTHING)
        return Place(
            item=item,
            item_number=number,
            items=len(self.items),
            prompt=prompts.by_ids(self.store, [item.prompt_id])[item.prompt_id],
            completion=completions.by_ids(self.store, [completion_id])[completion_id],
            position=position,
            candidates=len(item.completions),
            scores=dict(state.scores),
            focused=self._next_criterion(state) or "",
        )

    def _event(
        self, kind: str, place: Place, shown_at: str, milliseconds: int,
        criterion: str | None = None, value: int | None = None,
    ) -> Judgment:  # fmt: skip
        return self._new(
            kind=kind, item_id=place.item.id, completion_id=place.completion.id, criterion=criterion, value=value,
            undoes=None, position=place.position - 1, shown_at=shown_at, milliseconds=milliseconds,
        )  # fmt: skip

    def _new(
        self, *, kind: str, item_id: int, completion_id: int | None, criterion: str | None, value: int | None,
        undoes: str | None, position: int | None, shown_at: str, milliseconds: int,
    ) -> Judgment:  # fmt: skip
        return Judgment(
            uuid=str(uuid4()), session=self.session, kind=kind, rater_id=self.rater.id, item_id=item_id,
            completion_id=completion_id, rubric_id=self.rubric_id, criterion=criterion, value=value, text=None,
            undoes=undoes, position=position, shown_at=shown_at, milliseconds=milliseconds,
        )  # fmt: skip
