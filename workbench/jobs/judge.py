"""judge: a model rates a batch on its rubric, as a rater of the kind "model", beside people and never for them.

Where the model tells log-probabilities, each point 1-5 is scored as the next word and the likeliest one is the
rating; the expected value is kept with the judgment and is no rating, since a rating is a whole point. Otherwise the
model draws its reply, greedily, and a reply that is more than the verdict is counted and gives none. Every judgment
is an event with a uuid drawn from what was asked, so a job that was killed goes on and nothing is there twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from workbench.errors import DataError
from workbench.jobs import _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._judge_questions import Judge, Question, questions
from workbench.jobs._judge_readings import Reading, Text, by_logprobs, by_replies
from workbench.jobs._params import BatchId, JobParams, ModelName
from workbench.records import Batch, Lane, Model, Rater
from workbench.store import Store, batches, imported, judgments, model_judgments, models, rubrics

LANE: Lane = "heavy"
How = Literal["logprobs", "replies"]


class Params(JobParams):
    """Which model judges which batch, and how it is asked."""

    model: ModelName = Field("smollm2", description="the model that judges")
    batch: BatchId = Field(description="the batch it judges")
    how: How | None = Field(None, description="logprobs or replies (empty: logprobs here, replies of a server)")
    max_new_tokens: int = Field(16, ge=1, le=4096, description="longest reply, in tokens")


def title(params: Params) -> str:
    return f"judge batch {params.batch} · {params.model}"


def check(store: Store, params: Params) -> None:
    batches.by_id(store, params.batch)
    _inputs.check_model(store, params.model, "loglikelihood" if params.how == "logprobs" else "generate")


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    model = _inputs.model(context, params.model)
    how: How = params.how or ("replies" if model.kind == "server" else "logprobs")
    batch, rater = batches.by_id(context.store, params.batch), _rater(context.store, model, how)
    judge = Judge(batch, rater, model.id, models.weights(model, context.job_id), how)
    asked = questions(context.store, batch, rater)
    kept = model_judgments.known(context.store, map(judge.uuid, asked))
    if len(kept) < len(asked):
        context.progress(0, 0, f"loading {model.name}")
        _judge(context, params, model, judge, asked, kept)
    return {"batch": batch.id, "rater": rater.name, "model": model.name, **_counts(context.store, batch, rater)}


def rater_name(model: str, how: How) -> str:
    """Under which a model's judgments stand: never for a person's, and each way of asking for itself."""
    return f"{model} (judge, {how})"


def _rater(store: Store, model: Model, how: How) -> Rater:
    found = judgments.add_rater(store, rater_name(model.name, how), "model")
    if found.kind != "model":
        raise DataError(f"{found.name} is a rater of this workspace already.", "Register the model under another name.")
    return found


def _counts(store: Store, batch: Batch, rater: Rater) -> dict[str, int]:
    """What stands of this judge in this batch."""
    rubric = rubrics.by_id(store, batch.rubric_id).name
    found = [one for one in model_judgments.tallies(store, rubric, batch.id) if one.rater_id == rater.id]
    return {
        "judgments": sum(one.scores + one.comparisons for one in found),
        "unreadable": sum(one.unreadable for one in found),
        "order_dependent": sum(one.order_dependent for one in found),
    }


def _judge(
    context: JobContext, params: Params, model: Model, judge: Judge, asked: Sequence[Question], kept: set[str]
) -> None:
    """Ask what is not stored yet; a judgment is stored once all of its texts are read."""
    engine = context.load(model, _inputs.settings(context, model, exact=True))
    texts = [Text(at, text, question.choices) for at, question in enumerate(asked) for text in question.texts]
    done = [judge.uuid(question) in kept for question in asked]
    places: dict[int, list[int]] = {}  # of each question its texts
    for place, text in enumerate(texts):
        places.setdefault(text.question, []).append(place)
    read: dict[int, Reading] = {}
    context.progress(sum(done), len(asked), "judging")
    ask = by_logprobs if judge.how == "logprobs" else by_replies
    for found in ask(context, engine, texts, lambda text: done[text.question], params.max_new_tokens):
        read |= found
        touched = sorted({texts[place].question for place in found})
        whole = [at for at in touched if not done[at] and all(place in read for place in places[at])]
        events = [judge.event(asked[at], [read[place] for place in places[at]]) for at in whole]
        for _ in imported.add(context.store, events, judge.batch.id):
            context.check_cancelled()
        for at in whole:
            done[at] = True
        context.progress(sum(done), len(asked), "judging")
        context.check_cancelled()
