"""The versus session: two answers to one prompt, and which of them is better. No UI, no torch.

session = VersusSession.open(store, batch_id, "ada")
event = session.compare(session.place(), "left", shown_at, milliseconds)
session.commit(writer, event)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from workbench.rating.judging import JudgingSession, Target
from workbench.records import OUTCOMES, BatchItem, Completion, Judgment, Outcome, Prompt
from workbench.store import Store, comparisons, completions, prompts
from workbench.store.comparisons import PairState

_NOTHING = PairState()
_AS_SHOWN: dict[Outcome, Outcome] = {}
_SWAPPED: dict[Outcome, Outcome] = {"left": "right", "right": "left"}


@dataclass(frozen=True, slots=True)
class Pair:
    """What the rater sees now. `item_number` of `items` is this rater's own count, from 1.

    `given` is how often others gave each outcome, as these two stand: for an adjudicator, and empty for everyone else.
    """

    item: BatchItem
    item_number: int
    items: int
    prompt: Prompt
    left: Completion
    right: Completion
    flagged: bool
    note: str
    given: Mapping[Outcome, int]

    @property
    def target(self) -> Target:
        """What an event of this pair speaks of."""
        return Target(self.item.id, self.left.id, self.right.id)


class VersusSession(JudgingSession[Pair, PairState]):
    """One rater on one batch of pairs. `states` is by item id."""

    compares = True
    states: dict[int, PairState]

    def place(self) -> Pair | None:
        item = self.current
        if item is None:
            return None
        left, right = self.shown_order(item)
        found = completions.by_ids(self.store, [left, right])
        number, items = self.count()
        state = self._state(item.id)
        prompt = prompts.by_ids(self.store, [item.prompt_id])[item.prompt_id]
        given = self._given_to(left, right)
        return Pair(item, number, items, prompt, found[left], found[right], state.flagged, state.note, given)

    def judged(self) -> int:
        """How many pairs are compared or skipped."""
        return len(self.queue.done())

    def compare(self, pair: Pair, outcome: Outcome, shown_at: str, milliseconds: int) -> Judgment:
        """The event of a key."""
        return self._event("comparison", pair.target, shown_at, milliseconds, outcome=outcome)

    def too_fast(self, pair: Pair, outcome: Outcome, shown_at: str, milliseconds: int) -> Judgment:
        """A key that came before the texts could have been read: kept (as the digit), not applied."""
        return self._event("too_fast", pair.target, shown_at, milliseconds, value=1 + OUTCOMES.index(outcome))

    def _load_states(self) -> None:
        of = self.batch.adjudicates
        self._given = comparisons.all_of(self.store, self.rubric.name, of) if of is not None else []
        self.states = comparisons.of_rater(self.store, self.rater.id, self.batch.id)

    def _is_finished(self, item: BatchItem) -> bool:
        return _over(self._state(item.id))

    def _read(self, store: Store, event: Judgment) -> tuple[PairState, bool]:
        changed = comparisons.of_pair(store, self.rater.id, event.item_id)
        return changed, _over(changed)

    def _keep(self, event: Judgment, change: PairState) -> None:
        self.states[event.item_id] = change

    def _given_to(self, left: int, right: int) -> Mapping[Outcome, int]:
        """What people said of these two, those who saw them the other way round as if they had not."""
        both = {(left, right): _AS_SHOWN, (right, left): _SWAPPED}
        said = [one for one in self._given if one.rater_kind != "model" and one.repeat_of is None]
        seen = ((one.outcome, both.get((one.left_id, one.right_id))) for one in said)
        return Counter(names.get(outcome, outcome) for outcome, names in seen if names is not None)

    def _state(self, item_id: int) -> PairState:
        return self.states.get(item_id, _NOTHING)


def _over(state: PairState) -> bool:
    return state.outcome is not None or state.skipped
