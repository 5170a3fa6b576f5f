"""What a judge is asked about a batch, one question a judgment, and the event that its readings come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from workbench.jobs._judge_readings import Reading
from workbench.rating.judge_prompt import LETTERS, SCORES, VERSION, comparison_text, score_text
from workbench.rating.order import draw
from workbench.rating.verdict import both_orders
from workbench.records import Batch, BatchItem, Completion, Judgment, Prompt, Rater, Rubric
from workbench.spec import canonical_json
from workbench.store import Store, batches, completions, prompts, rubrics, utc_now


@dataclass(frozen=True, slots=True)
class Question:
    """One judgment to be made. A score has one text; a pair has two, in the second the answers change places.

    `completion_id` is of a pair the answer that is A in the first text, `other_id` the one that is B.
    """

    item_id: int
    completion_id: int
    other_id: int | None
    criterion: str | None
    texts: tuple[str, ...]

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be named: a point, or a letter."""
        return LETTERS if self.other_id is not None else SCORES


@dataclass(frozen=True, slots=True)
class Judge:
    """Who judges a batch. `weights` tell one model's judgments from another's (see store.models.weights)."""

    batch: Batch
    rater: Rater
    model_id: int
    weights: str
    how: str

    def uuid(self, question: Question) -> str:
        """The same question to the same model in the same words is the same event, whichever job asks it."""
        about = (question.item_id, question.completion_id, question.other_id, question.criterion)
        return self._uuid(self.weights, VERSION, self.how, *about)

    def event(self, question: Question, readings: Sequence[Reading]) -> Judgment:
        """A score, a comparison, or a skip where a reply could not be read. `text` keeps what the model gave back."""
        kind, said = _verdict(question, [one.choice for one in readings])
        origin = {"model_id": self.model_id, "prompt": VERSION, "how": self.how}
        details = {**origin, "given": [one.given for one in readings], **said.pop("details", {})}
        return Judgment(
            uuid=self.uuid(question), session=self._uuid("session"), kind=kind, rater_id=self.rater.id,
            item_id=question.item_id, completion_id=question.completion_id, other_id=question.other_id,
            rubric_id=self.batch.rubric_id, criterion=question.criterion, value=said.get("value"),
            outcome=said.get("outcome"), text=canonical_json(details), undoes=None, position=None, shown_at=utc_now(),
            milliseconds=0,
        )  # fmt: skip

    def _uuid(self, *parts: str | int | None) -> str:
        place = (self.batch.id, self.batch.created_at, self.rater.name)
        return str(uuid5(NAMESPACE_OID, canonical_json(["workbench", "judge", *place, *parts])))


def questions(store: Store, batch: Batch, rater: Rater) -> list[Question]:
    """About every item, gold among them. Hidden repeats are left out: the same text gets the same verdict again."""
    items = [item for item in batches.items(store, batch.id) if item.repeat_of is None]
    rubric = rubrics.by_id(store, batch.rubric_id)
    asked = prompts.by_ids(store, [item.prompt_id for item in items])
    said = completions.by_ids(store, [one for item in items for one in item.completions])
    make = _pair if batch.compares else _scores
    return [one for item in items for one in make(batch, rater, rubric, item, asked[item.prompt_id], said)]


def _scores(
    _batch: Batch, _rater: Rater, rubric: Rubric, item: BatchItem, prompt: Prompt, said: dict[int, Completion]
) -> Iterator[Question]:
    for one in item.completions:
        for criterion in rubric.criteria:
            text = score_text(criterion, prompt, said[one])
            yield Question(item.id, one, None, criterion.name, (text,))


def _pair(
    batch: Batch, rater: Rater, rubric: Rubric, item: BatchItem, prompt: Prompt, said: dict[int, Completion]
) -> Iterator[Question]:
    left, right = draw(item.completions, batch.seed, item.id, rater.name)
    orders = ((left, right), (right, left))
    texts = tuple(comparison_text(rubric, prompt, said[first], said[second]) for first, second in orders)
    yield Question(item.id, left, right, None, texts)


def _verdict(question: Question, choices: Sequence[str | None]) -> tuple[str, dict[str, Any]]:
    """(kind of the event, its fields)."""
    named = [one for one in choices if one is not None]
    if len(named) < len(choices):
        return "skip", {}
    if question.other_id is None:
        return "score", {"value": int(named[0])}
    found = both_orders(*named)
    details = {"order_dependent": found.order_dependent, "favours": found.favours}
    return "comparison", {"outcome": found.outcome, "details": details}
