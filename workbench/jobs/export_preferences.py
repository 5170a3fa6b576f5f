"""export-preferences: ratings -> preference pairs in TRL's format, written once by content and recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from workbench import rubrics as rubric_files
from workbench.data import sources
from workbench.errors import DataError
from workbench.jobs import _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._params import BatchId, JobParams, RubricName
from workbench.preferences.pairs import PairPolicy, Selection, select
from workbench.records import Lane, Model, PreferencePair, Prompt
from workbench.spec import canonical_json
from workbench.store import Store, exports, judgments, models, prompts, ratings

LANE: Lane = "light"


class Params(JobParams):
    """The policy: what a pair must fulfil to be exported."""

    rubric: RubricName = Field("general", description="ratings on this rubric")
    batch: BatchId | None = Field(None, description="of one batch only (empty: all)")
    min_margin: float = Field(1.0, ge=0, le=4, description="least difference of the means, in points")
    min_agreement: float = Field(2 / 3, ge=0, le=1, description="least share of criteria on which chosen is better")
    max_spread: float = Field(2.0, ge=0, le=4, description="most that two raters may differ on an answer, in points")
    min_chosen: int = Field(3, ge=1, le=5, description="least score of the chosen answer on any criterion")
    one_per_prompt: bool = Field(True, description="only the widest margin of each prompt")
    out: str | None = Field(None, description="also write the pairs to this file (.jsonl)")
    name: str | None = Field(None, description="name of the data set (default: preferences-N)")


def title(params: Params) -> str:
    return f"export preferences ({params.rubric})"


def check(store: Store, params: Params) -> None:
    """Only the rubric: whether a pair is left is the preview's to say, and the job's."""
    rubric_files.load(params.rubric, store.workspace)


def selection(store: Store, params: Params) -> Selection:
    """What the policy keeps and drops of the ratings as they are now."""
    criteria = [one.name for one in rubric_files.load(params.rubric, store.workspace).criteria]
    policy = PairPolicy(
        min_margin=params.min_margin,
        min_agreement=params.min_agreement,
        max_spread=params.max_spread,
        min_chosen=params.min_chosen,
        one_per_prompt=params.one_per_prompt,
    )
    return select(ratings.rated(store, params.rubric, params.batch), criteria, policy)


def advice(counts: dict[str, int]) -> str | None:
    """What to do when no pair is left; None if there is one."""
    if counts["kept"]:
        return None
    reason = next((name for name in counts if name != "kept"), None)
    if reason is None:
        return "Nothing has been rated yet: rate some answers first."
    return f"No pair is left, most often because: {reason}. Rate more answers, or change a threshold knowingly."


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    last_judgment = judgments.count(context.store)
    chosen = selection(context.store, params)
    nothing = advice(chosen.counts)
    if nothing:
        raise DataError(nothing)
    file = context.workspace.job_folder(context.job_id) / "preferences.jsonl"
    file.write_text("".join(canonical_json(row) + "\n" for row in _rows(context.store, chosen)), encoding="utf-8")
    name = params.name or f"preferences-{context.job_id}"
    made = _inputs.import_file(context.store, context.workspace, file, name, f"export of {params.rubric}")
    path = Path(made.path)
    if params.out:
        sources.write_durably(Path(params.out), path)
    exports.add(
        context.store, "preferences", params.out or made.path, made.rows, made.fingerprint,
        params.model_dump(exclude={"out", "name"}), chosen.counts, last_judgment, made.id, context.job_id,
    )  # fmt: skip
    return {"data": made.name, "rows": made.rows, "path": params.out or made.path, "counts": chosen.counts}


def _rows(store: Store, chosen: Selection) -> list[dict[str, Any]]:
    """TRL's conversational preference format, with where each pair comes from in further columns."""
    asked = prompts.by_ids(store, [pair.prompt_id for pair in chosen.pairs])
    known = {model.id: model for model in models.all_models(store)}
    return [_row(pair, asked[pair.prompt_id], known) for pair in chosen.pairs]


def _row(pair: PreferencePair, prompt: Prompt, known: dict[int, Model]) -> dict[str, Any]:
    return {
        "prompt": [{"role": turn.role, "content": turn.content} for turn in prompt.messages],
        "chosen": [{"role": "assistant", "content": pair.chosen.text}],
        "rejected": [{"role": "assistant", "content": pair.rejected.text}],
        "margin": round(pair.margin, 4),
        "rater_id": pair.chosen.rater_id,
        "prompt_id": pair.prompt_id,
        "chosen_id": pair.chosen.completion_id,
        "rejected_id": pair.rejected.completion_id,
        "chosen_model": known[pair.chosen.model_id].weights_hash,
        "rejected_model": known[pair.rejected.model_id].weights_hash,
        "judgment_ids": [pair.chosen.last_judgment, pair.rejected.last_judgment],
    }
