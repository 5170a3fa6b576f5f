"""One model on one task in one variant: ask what is not answered yet, keep each batch, score at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from workbench.jobs import _asking
from workbench.jobs._asking import Found
from workbench.jobs._context import JobContext
from workbench.models.language_model import LanguageModel
from workbench.models.machine import Settings
from workbench.records import Decoding, Model
from workbench.store import models, runs
from workbench.store.runs import Answer, Run, Task

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
    kept = _asking.kept(context.store, run.id)
    batches = _asking.results(
        engine, asked[0][0].request_type, [asked[at][number].args for at, number in flat], loaded.decoding,
        skip=lambda batch: all((items[flat[row][0]], flat[row][1]) in kept for row in batch),
    )  # fmt: skip
    _pass(context, tally, len(kept), words)
    for batch in batches:
        found: dict[tuple[int, int], Found] = {(items[flat[row][0]], flat[row][1]): one for row, one in batch}
        _asking.keep(context.store, run.id, found)
        kept |= found
        tally.done += len(found)
        context.progress(tally.done, tally.total, words)
        context.check_cancelled()
    answers = [
        loaded.answer(
            items[at], docs[at], asked[at], [kept[items[at], number] for number in range(len(asked[at]))],
            changed=docs[at] != loaded.docs[at],
        )
        for at in range(len(docs))
    ]  # fmt: skip
    runs.finish(context.store, run.id, answers, loaded.metrics(answers))
    return runs.by_id(context.store, run.id)


def _pass(context: JobContext, tally: Tally, known: int, words: str) -> None:
    """Count answers that were there before: they took no time now, and say nothing of the pace."""
    tally.done += known
    context.progress(tally.done, tally.total, words, anew=known > 0)
