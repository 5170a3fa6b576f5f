"""One model on one task in one variant: ask what is not answered yet, keep each batch, score at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from workbench.jobs import _asking
from workbench.jobs._asking import Found
from workbench.jobs._context import JobContext
from workbench.jobs._meter import Meter
from workbench.jobs._remaining import CHARACTERS, Remaining
from workbench.jobs._trial import Trial
from workbench.models.language_model import LanguageModel, Tick
from workbench.models.machine import Settings
from workbench.records import Generated, Model
from workbench.store import Store, models, reuse, run_costs, runs
from workbench.store.runs import Answer, Run
from workbench.tasks.main_metric import judging_metric

Key = tuple[int, int]  # an item's id, the number of one of its requests


def evaluate(
    context: JobContext,
    engine: LanguageModel,
    model: Model,
    settings: Settings,
    trial: Trial,
    work: Remaining,
    most: int | None = None,
) -> Run:
    """The finished run; the unfinished one after `most` batches (None: all).

    A run that was broken off is gone on with: its batches are those of the uninterrupted one. What an earlier run was
    answered for the same items is taken over. Cancelled between batches, and while one is written.
    """
    weights = models.weights(model, context.job_id)
    computed = {**asdict(settings), "scoring": engine.scoring}
    run = runs.begin(
        context.store, model.id, weights, trial.stored, trial.variant, computed, len(trial.docs), context.job_id
    )
    if run.finished_at:
        _known(context, work, trial, range(len(trial.flat)))
        return run
    begun = _Begun(context.store, run, trial)
    rows = begun.take_over(context, weights)
    meter = Meter(engine, settings.device)

    def tick(rows: int, share: float, running: int) -> None:
        """Within a batch of written answers the time that is left gets known better, and the job may be cancelled."""
        context.check_cancelled()
        if running:
            work.drawn(trial.key, rows, share, running)
        context.progress(work.done, work.total, trial.words, left=work.left)

    batches = _batches(engine, begun, rows, tick)
    _known(context, work, trial, begun.known)
    begun.score(range(len(trial.docs)))
    work.start()
    for number, batch in enumerate(batches, 1):
        found = {rows[place]: one for place, one in batch}
        cost = meter.cost(sum(1 / len(trial.asked[trial.flat[row][0]]) for row in found))
        begun.keep(found, cost)
        work.answered(trial.key, list(found), [_drawn(one) for one in found.values() if isinstance(one, Generated)])
        context.progress(work.done, work.total, trial.words, left=work.left)
        context.check_cancelled()
        if number == most:
            return run
        meter.start()
        work.start()
    return begun.finished()


def _batches(
    engine: LanguageModel, begun: _Begun, rows: Sequence[int], tick: Tick
) -> Iterator[Sequence[tuple[int, Found]]]:
    """(place in `rows`, result) of each batch that is not kept as a whole."""
    trial = begun.trial
    return _asking.results(
        engine, trial.kind, [trial.args(row) for row in rows], trial.loaded.decoding, rows,
        skip=lambda batch: all(begun.keys[rows[place]] in begun.kept for place in batch), tick=tick,
    )  # fmt: skip


class _Begun:
    """A run under way: each item is scored and kept as soon as all that it was asked is there, so a screen shows it.

    `keys` are (item id, number of the request) by row; `kept` is what is stored of them.
    """

    def __init__(self, store: Store, run: Run, trial: Trial) -> None:
        self.trial = trial
        self._store = store
        self._run = run
        self._items = runs.item_ids(store, trial.stored.id)[: len(trial.docs)]
        self.keys = [(self._items[at], number) for at, number in trial.flat]
        self.kept: dict[Key, Found] = {}
        self._answers: dict[int, Answer] = {}  # by place of the document
        self._metric: str | None = None  # judges the items one by one; chosen once, from those answered first

    @property
    def known(self) -> list[int]:
        """The rows that are answered."""
        return [row for row, one in enumerate(self.keys) if one in self.kept]

    def take_over(self, context: JobContext, weights: str) -> list[int]:
        """Read what is kept, with what an earlier run was answered for the same items; the rows that were not.

        Those alone are put into batches, so that the batches of a run are the same whenever it is gone on with.
        """
        source = reuse.earlier(self._store, self._run, weights, self.trial.stored)
        taken = self._same(source) if source else {}
        self.kept = _asking.kept(self._store, self._run.id, self.trial.kind)
        new = [(item, other) for item, other in taken.items() if (item, 0) not in self.kept]
        if source and new:
            reuse.take_over(self._store, self._run.id, source.id, new)
            self.kept = _asking.kept(self._store, self._run.id, self.trial.kind)
            context.log(f"{self.trial.words}: {len(new)} of {len(self._items)} items were answered in run {source.id}")
        return [row for row, (item, _) in enumerate(self.keys) if item not in taken]

    def _same(self, source: Run) -> dict[int, int]:
        """Item -> the source's item that was asked the same, word by word, and answered as a whole."""
        same = reuse.same_items(self._store, self.trial.stored.id, source.task_id)
        found = _asking.kept(self._store, source.id, self.trial.kind)
        before = {one.item_id: one for one in runs.answers(self._store, source.id)}
        taken = {}
        for at, item in enumerate(self._items):
            other = same.get(item)
            if other in before and self._whole(at, other, found):
                again, asked = self._scored(at, other, found), before[other]
                if (again.context, again.choices) == (asked.context, asked.choices):
                    taken[item] = other
        return taken

    def keep(self, found: Mapping[int, Found], cost: run_costs.Cost) -> None:
        """Store a batch, by row, and score what it completes; what was kept first stays."""
        new = {self.keys[row]: one for row, one in found.items()}
        _asking.keep(self._store, self._run.id, new, self.trial.loaded.decoding.greedy)
        run_costs.add(self._store, self._run.id, cost)
        self.kept = new | self.kept
        self.score(sorted({self.trial.flat[row][0] for row in found}))

    def score(self, places: Iterable[int]) -> None:
        """Score those of the items at these places that are answered as a whole."""
        new = [at for at in places if at not in self._answers and self._whole(at, self._items[at], self.kept)]
        self._answers |= {at: self._scored(at, self._items[at], self.kept) for at in new}
        scored = [self._answers[at] for at in new]
        if scored:
            self._metric = self._metric or judging_metric((one.scores for one in scored), self.trial.stored.definition)
            runs.add_answers(self._store, self._run.id, scored, self._metric)

    def finished(self) -> Run:
        answers = [self._answers[at] for at in range(len(self.trial.docs))]
        runs.finish(self._store, self._run.id, (), self.trial.loaded.metrics(answers))
        return runs.by_id(self._store, self._run.id)

    def _whole(self, at: int, item: int, found: Mapping[Key, Found]) -> bool:
        """Whether all that the document at a place was asked is answered, under the number of `item`."""
        return all((item, number) in found for number in range(len(self.trial.asked[at])))

    def _scored(self, at: int, item: int, found: Mapping[Key, Found]) -> Answer:
        trial = self.trial
        told = [found[item, number] for number in range(len(trial.asked[at]))]
        return trial.loaded.answer(item, trial.docs[at], trial.asked[at], told, trial.docs[at] != trial.loaded.docs[at])


def _drawn(answer: Generated) -> int:
    """Tokens of a written answer; where nobody counts them, as many as its characters make."""
    return answer.tokens or len(answer.text) // CHARACTERS


def _known(context: JobContext, work: Remaining, trial: Trial, rows: Sequence[int]) -> None:
    """Count answers that were there before: they took no time now, and say nothing of the pace."""
    work.known(trial.key, rows)
    context.progress(work.done, work.total, trial.words, anew=len(rows) > 0, left=work.left)
