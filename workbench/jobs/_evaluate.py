"""One model on one task in one variant: ask what is not answered yet, keep each batch, score at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from workbench.jobs import _asking
from workbench.jobs._asking import Found
from workbench.jobs._context import JobContext
from workbench.jobs._meter import Meter
from workbench.models.language_model import LanguageModel
from workbench.models.machine import Settings
from workbench.records import Decoding, Model
from workbench.store import Store, models, run_costs, runs
from workbench.store.runs import Answer, Run, Task
from workbench.tasks.main_metric import judging_metric

Doc = dict[str, Any]


@dataclass
class Tally:
    """How far a job is, in requests over all of its runs."""

    total: int
    done: int = 0


def counted(loaded: Asked, docs: Sequence[Doc]) -> int:
    """The requests of one run."""
    return sum(len(requests) for requests in loaded.requests(docs))


class Asked(Protocol):
    """What can be evaluated: a benchmark task, or a probe that is asked like one."""

    @property
    def name(self) -> str:
        """Under which it is kept."""

    @property
    def docs(self) -> tuple[Doc, ...]:
        """The documents as they are, without a variant."""

    @property
    def decoding(self) -> Decoding:
        """How texts are drawn, where its requests ask for any."""

    def requests(self, docs: Sequence[Doc]) -> Sequence[Sequence[Any]]:
        """The requests of each document, all of one `request_type` of lm-eval's, with their `args`."""

    def answer(self, item_id: int, doc: Doc, asked: Sequence[Any], found: Sequence[Any], changed: bool) -> Answer:
        """One item scored; `found` are log-likelihoods or texts, as it asked for."""

    def metrics(self, answers: Sequence[Answer]) -> Mapping[str, Any]:
        """The numbers of all items together."""


def evaluate(
    context: JobContext,
    engine: LanguageModel,
    model: Model,
    settings: Settings,
    loaded: Asked,
    stored: Task,
    variant: Mapping[str, Any],
    docs: Sequence[Doc],
    tally: Tally,
) -> Run:
    """The finished run; `docs` are those of the task, perturbed as `variant` says (empty: as they are).

    A run that was broken off is gone on with: its batches are those of the uninterrupted one. Cancelled
    between batches.
    """
    weights = models.weights(model, context.job_id)
    computed = {**asdict(settings), "scoring": engine.scoring}
    run = runs.begin(context.store, model.id, weights, stored, variant, computed, len(docs), context.job_id)
    words = f"{loaded.name} {variant.get('perturbation') or variant.get('arm') or 'clean'}"
    if run.finished_at:
        _pass(context, tally, counted(loaded, docs), words)
        return run
    items = runs.item_ids(context.store, stored.id)[: len(docs)]
    asked = loaded.requests(docs)
    flat = [(at, number) for at, requests in enumerate(asked) for number in range(len(requests))]
    scores = _Scores(context.store, run, stored, loaded, docs, items, asked)
    kept = _asking.kept(context.store, run.id)
    batches = _asking.results(
        engine, asked[0][0].request_type, [asked[at][number].args for at, number in flat], loaded.decoding,
        skip=lambda batch: all((items[flat[row][0]], flat[row][1]) in kept for row in batch),
    )  # fmt: skip
    _pass(context, tally, len(kept), words)
    scores.take(kept, range(len(docs)))
    meter = Meter(engine, settings.device)
    for batch in batches:
        cost = meter.cost(sum(1 / len(asked[flat[row][0]]) for row, _ in batch))
        found: dict[tuple[int, int], Found] = {(items[flat[row][0]], flat[row][1]): one for row, one in batch}
        _asking.keep(context.store, run.id, found)
        run_costs.add(context.store, run.id, cost)
        kept |= found
        scores.take(kept, sorted({flat[row][0] for row, _ in batch}))
        tally.done += len(found)
        context.progress(tally.done, tally.total, words)
        context.check_cancelled()
        meter.start()
    runs.finish(context.store, run.id, (), loaded.metrics([scores.answers[at] for at in range(len(docs))]))
    return runs.by_id(context.store, run.id)


@dataclass
class _Scores:
    """The answers of a run, each scored and kept as soon as all that it was asked is there: a screen shows them live.

    `items`, `docs` and `asked` are those of the run, in one order; `answers` maps a place in them to its answer.
    `metric` judges its items one by one: chosen once, from those that are answered first.
    """

    store: Store
    run: Run
    stored: Task
    loaded: Asked
    docs: Sequence[Doc]
    items: Sequence[int]
    asked: Sequence[Sequence[Any]]
    answers: dict[int, Answer] = field(default_factory=dict)
    metric: str | None = None

    def take(self, kept: Mapping[tuple[int, int], Found], places: Sequence[int]) -> None:
        """Score those of the items at these places that are answered as a whole."""
        new = {at: found for at in places if at not in self.answers and (found := self._found(kept, at))}
        for at, found in new.items():
            changed = self.docs[at] != self.loaded.docs[at]
            self.answers[at] = self.loaded.answer(self.items[at], self.docs[at], self.asked[at], found, changed)
        scored = [self.answers[at] for at in new]
        if scored:
            self.metric = self.metric or judging_metric((one.scores for one in scored), self.stored.definition)
            runs.add_answers(self.store, self.run.id, scored, self.metric)

    def _found(self, kept: Mapping[tuple[int, int], Found], at: int) -> list[Found]:
        """What an item's requests came to; empty as long as one is missing."""
        keys = [(self.items[at], number) for number in range(len(self.asked[at]))]
        return [kept[key] for key in keys] if all(key in kept for key in keys) else []


def _pass(context: JobContext, tally: Tally, known: int, words: str) -> None:
    """Count answers that were there before: they took no time now, and say nothing of the pace."""
    tally.done += known
    context.progress(tally.done, tally.total, words, anew=known > 0)
