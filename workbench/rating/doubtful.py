"""A doubtful benchmark item, put before a human: what the model answered becomes an answer to rate.

One batch a rubric gathers them. Their prompts are for evaluation only, so that no benchmark item is trained on.
"""

from __future__ import annotations

from workbench import rubrics as rubric_files
from workbench.errors import UsageError
from workbench.records import Generated, Message, NewItem
from workbench.spec import canonical_json, content_hash
from workbench.store import Store, batches, completions, models, prompts, rubrics, runs
from workbench.store.runs import Answer

RUBRIC = "general"
_NAME = "doubtful benchmark items"


def enqueue(store: Store, run_id: int, item_id: int) -> tuple[int, bool]:
    """(Batch, whether the item is new in it). UsageError for an item without an answer."""
    run = runs.by_id(store, run_id)
    found = runs.answers(store, run_id, [item_id])
    said = _said(found[0]) if found else None
    if said is None:
        raise UsageError(f"Run {run_id} gave no answer to this item that a human could rate.")
    model = models.by_id(store, run.model_id)
    (prompt,) = prompts.add(store, [(Message("user", _asked(found[0])),)], evaluation_only=[True])
    digest = content_hash(canonical_json(["benchmark answer", run_id, item_id]))
    row = (digest, prompt.id, 0, 0, Generated(said, 0, "stop"))
    completions.add_batch(store, [row], model, None, str(run.settings.get("dtype", "unknown")), run.job_id)
    completion = completions.existing(store, [digest])[digest]
    rubric = rubrics.add(store, rubric_files.load(RUBRIC, store.workspace))
    batch = batches.hand_picked(store, _NAME, rubric)
    return batch.id, batches.append(store, batch.id, NewItem(prompt.id, (completion,)))


def _asked(answer: Answer) -> str:
    """The prompt as it was sent; below it the choices, which a rater must know."""
    if answer.text is not None:
        return answer.context
    return "\n".join([answer.context, "", *(f"- {choice.strip()}" for choice in answer.choices)])


def _said(answer: Answer) -> str | None:
    if answer.text is not None:
        return answer.text
    return None if answer.answer is None else answer.choices[answer.answer].strip()
