"""The rating session: what is on the screen, and which event a key makes. No UI, no torch.

session = RatingSession.open(store, batch_id, "ada")
event = session.score(session.place(), 4, shown_at, milliseconds)     # nothing is written yet
session.commit(writer, event)                                         # durable, then the place moves
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.errors import UsageError
from workbench.rating.judging import JudgingSession, Target
from workbench.records import BatchItem, Completion, Judgment, Prompt
from workbench.store import Store, completions, prompts, ratings, scores
from workbench.store.ratings import CandidateState

_NOTHING = CandidateState({})


@dataclass(frozen=True, slots=True)
class Place:
    """What the rater sees now. Numbers count from 1; `focused` is the criterion that the next digit scores.

    `item_number` of `items` is this rater's own count. `beside` is the answer of the item that was shown before
    this one, of the first the second, to look at the differences; None where there is one answer only.
    `given` is what others gave, by criterion: for an adjudicator, and empty for everyone else.
    """

    item: BatchItem
    item_number: int
    items: int
    prompt: Prompt
    completion: Completion
    beside: Completion | None
    position: int
    candidates: int
    scores: dict[str, int]
    focused: str
    flagged: bool
    note: str
    given: Mapping[str, Sequence[int]]

    @property
    def target(self) -> Target:
        """What an event of this place speaks of."""
        return Target(self.item.id, self.completion.id, position=self.position - 1)


class RatingSession(JudgingSession[Place, CandidateState]):
    """One rater on one batch of answers to rate. `states` is by (item id, completion id)."""

    compares = False
    states: dict[tuple[int, int], CandidateState]

    def place(self) -> Place | None:
        item = self.current
        if item is None:
            return None
        open_ones = (self._focused(self._state(item.id, one)) for one in self.shown_order(item))
        return self._place(item, next(at for at, focused in enumerate(open_ones) if focused is not None))

    def judged(self) -> int:
        """How many answers are fully scored or skipped."""
        return self._judged

    def score(self, place: Place, value: int, shown_at: str, milliseconds: int) -> Judgment:
        """The event of a digit on the focused criterion; UsageError outside 1..5."""
        if not 1 <= value <= 5:
            raise UsageError(f"A score is 1 to 5, not {value}.")
        return self._event("score", place.target, shown_at, milliseconds, criterion=place.focused, value=value)

    def too_fast(self, place: Place, value: int, shown_at: str, milliseconds: int) -> Judgment:
        """A digit that came before the text could have been read: kept, not applied."""
        return self._event("too_fast", place.target, shown_at, milliseconds, criterion=place.focused, value=value)

    def _load_states(self) -> None:
        of = self.batch.adjudicates
        self._given = scores.by_answer(self.store, self.rubric.name, of) if of is not None else {}
        self.states = ratings.of_rater(self.store, self.rater.id, self.batch.id)
        self._judged = sum(self._focused(state) is None for state in self.states.values())

    def _is_finished(self, item: BatchItem) -> bool:
        return all(self._focused(self._state(item.id, one)) is None for one in item.completions)

    def _read(self, store: Store, event: Judgment) -> tuple[CandidateState, bool]:
        changed = ratings.of_answer(store, self.rater.id, event.item_id, event.completion_id or 0)
        others = (one for one in self.queue.items[event.item_id].completions if one != event.completion_id)
        states = [changed, *(self._state(event.item_id, one) for one in others)]
        return changed, all(self._focused(state) is None for state in states)

    def _keep(self, event: Judgment, change: CandidateState) -> None:
        key = (event.item_id, event.completion_id or 0)
        before = self._focused(self._state(*key)) is None
        self._judged += (self._focused(change) is None) - before
        self.states[key] = change

    def _state(self, item_id: int, completion_id: int) -> CandidateState:
        return self.states.get((item_id, completion_id), _NOTHING)

    def _focused(self, state: CandidateState) -> str | None:
        """The criterion that the next digit scores; None when the answer is judged."""
        if state.skipped:
            return None
        return next((one.name for one in self.rubric.criteria if one.name not in state.scores), None)

    def _place(self, item: BatchItem, at: int) -> Place:
        order = self.shown_order(item)
        beside = order[at - 1] if at else order[1] if len(order) > 1 else None
        found = completions.by_ids(self.store, [order[at], beside or order[at]])
        state = self._state(item.id, order[at])
        number, items = self.count()
        return Place(
            item=item,
            item_number=number,
            items=items,
            prompt=prompts.by_ids(self.store, [item.prompt_id])[item.prompt_id],
            completion=found[order[at]],
            beside=found[beside] if beside else None,
            position=at + 1,
            candidates=len(order),
            scores=dict(state.scores),
            focused=self._focused(state) or "",
            flagged=state.flagged,
            note=state.note,
            given=self._given.get(order[at], {}),
        )
