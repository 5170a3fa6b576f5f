"""generate: n answers per prompt, kept as they complete, then a batch to rate.

Each row has its own seed, drawn from (seed, prompt, sample), and the batch plan follows from the prompts
alone; a resumed job repeats whole batches, so its answers equal those of an uninterrupted one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from workbench import rubrics as rubric_files
from workbench.data import formats, splits
from workbench.jobs import _batch, _benchmark_items, _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams, ModelName, PromptsName, RubricName
from workbench.models.machine import Settings
from workbench.rating import compose
from workbench.records import Decoding, GenerationRequest, Lane, Model, Prompt
from workbench.spec import derived_seed
from workbench.store import Store, completions, prompts

LANE: Lane = "heavy"


class Params(JobParams):
    """Which model answers which prompts, and how the answers are drawn."""

    model: ModelName = Field("smollm2", description="the model that answers")
    data: PromptsName = Field("prompts", description="the prompts: a data set")
    n: int = Field(2, ge=1, le=16, description="answers per prompt")
    limit: int | None = Field(None, ge=1, description="the first rows only (empty: all)")
    max_new_tokens: int = Field(128, ge=1, le=4096, description="longest answer, in tokens")
    temperature: float = Field(0.8, ge=0, le=5, description="0 is greedy; higher is more varied")
    top_p: float = Field(0.95, gt=0, le=1, description="share of probability to draw from")
    seed: int = Field(0, ge=0, description="the same seed draws the same answers")
    rubric: RubricName = Field("general", description="the rubric the answers will be judged on")
    mode: Literal["ratings", "pairs"] = Field("ratings", description="rate each answer, or compare two by two")
    overlap: _batch.Overlap = _batch.OVERLAP
    raters: _batch.Raters = _batch.RATERS
    repeats: _batch.Repeats = _batch.REPEATS
    gold: _batch.Gold = _batch.GOLD


def title(params: Params) -> str:
    return f"generate {params.model} · {Path(params.data).name}"


@dataclass(frozen=True, slots=True)
class _Row:
    """One answer to draw: which prompt, which sample, and the identity under which it is stored."""

    prompt: Prompt
    sample: int
    seed: int
    hash: str


def check(store: Store, params: Params) -> None:
    _inputs.check_model(store, params.model, "generate")
    _inputs.check_data(store, params.data, formats.ASKABLE)
    _batch.check(params.mode, params)
    rubric_files.load(params.rubric, store.workspace)


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    model = _inputs.model(context, params.model)
    asked = _prompts(context, params)
    settings = _inputs.settings(context, model, exact=False)
    decoding = Decoding(params.max_new_tokens, params.temperature, params.top_p)
    rows = [
        _row(context, model, prompt, sample, params.seed, decoding, settings.dtype)
        for prompt in asked
        for sample in range(params.n)
    ]
    _draw(context, model, settings, decoding, rows)
    batch = _make_batch(context, params, asked, rows)
    return {**batch, "answers": len(rows), "prompts": len(asked), "model": model.name}


def _prompts(context: JobContext, params: Params) -> list[Prompt]:
    """The prompts in the order of the file, each once; a resumed job reads the very file it began with.

    Those of a benchmark are for evaluation only, and so are those of the rows that the set holds out.
    """
    if "data" not in context.plan:
        found = _inputs.data_set(context.store, context.workspace, params.data)
        context.keep_plan({**context.plan, "data": found.path, "dataset_id": found.id, "card": found.card})
        _inputs.remember(context, params.data, found.fingerprint)
    table = formats.read(Path(context.plan["data"]))
    conversations = formats.conversations(table)[: params.limit]
    held_out = splits.held_out_rows(table, splits.of(context.plan.get("card", {})))
    if _benchmark_items.benchmark(Path(context.plan["data"])):
        held_out = [True] * len(held_out)
    stored = prompts.add(context.store, conversations, context.plan["dataset_id"], held_out)
    return list({prompt.id: prompt for prompt in stored}.values())


def _row(
    context: JobContext, model: Model, prompt: Prompt, sample: int, seed: int, decoding: Decoding, dtype: str
) -> _Row:
    digest = prompts.digest(prompt.messages)
    drawn = derived_seed(seed, digest, sample)
    hashed = completions.request_hash(model, digest, decoding, drawn, dtype, context.job_id)
    return _Row(prompt, sample, drawn, hashed)


def _draw(context: JobContext, model: Model, settings: Settings, decoding: Decoding, rows: list[_Row]) -> None:
    """Draw what is not stored yet, batch by batch; a cancelled job stops at the next token."""
    stored = set(completions.existing(context.store, [row.hash for row in rows]))
    if len(stored) == len({row.hash for row in rows}):
        return
    context.progress(0, 0, f"loading {model.name}")
    engine = context.load(model, settings)
    requests = [GenerationRequest(row.prompt.messages, row.seed) for row in rows]

    def tick(drawn: int, share: float, _running: int) -> None:
        """The bar moves within a batch; what is kept is said in words."""
        context.check_cancelled()
        context.progress(len(stored) + int(drawn * share), len(rows), f"answering, {len(stored)} kept")

    def skip(batch: list[int]) -> bool:
        return all(rows[at].hash in stored for at in batch)

    for batch in engine.generate(requests, decoding, skip, tick):
        answers = [(rows[at].hash, rows[at].prompt.id, rows[at].sample, rows[at].seed, answer) for at, answer in batch]
        completions.add_batch(context.store, answers, model, decoding, settings.dtype, context.job_id)
        stored |= {rows[at].hash for at, _ in batch}
        context.progress(len(stored), len(rows), f"answering, {len(stored)} kept")


def _make_batch(context: JobContext, params: Params, asked: list[Prompt], rows: list[_Row]) -> dict[str, Any]:
    """The answers as a batch to judge: one item a prompt, or a pair of each."""
    ids = completions.existing(context.store, [row.hash for row in rows])
    by_prompt: dict[int, list[int]] = {prompt.id: [] for prompt in asked}
    for row in rows:
        by_prompt[row.prompt.id].append(ids[row.hash])
    name = f"{Path(params.data).name} · job {context.job_id}"
    answers = list(by_prompt.items())
    items = compose.rated(answers)
    if params.mode == "pairs":
        items = compose.pairs(answers, completions.by_ids(context.store, ids.values()), 1, params.seed)
    return _batch.make(context, params, name, params.mode, items)
