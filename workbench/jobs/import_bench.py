"""import-bench: result folders of lm-eval become runs, to be listed, looked into and compared like ours.

A run stands under the model's name with a mark, and belongs to the version of the task that has the same documents and
prompts, where the workspace has one: only then can it be compared with a run of ours. The same folder imported twice
changes nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from workbench.data import lm_eval_results
from workbench.jobs import _imported_runs
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams
from workbench.records import Lane
from workbench.store import Store

LANE: Lane = "light"


class Params(JobParams):
    """Which folder."""

    path: str = Field(description="a folder that lm-eval wrote (--output_path, with --log_samples), or a results file")


def title(params: Params) -> str:
    return f"import results {Path(params.path).name}"


def check(_store: Store, params: Params) -> None:
    lm_eval_results.read(Path(params.path))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    context.progress(0, 0, "reading")
    found = lm_eval_results.read(Path(params.path))
    total = sum(len(one.items) for one in found.evaluated)
    done, made = 0, []
    for one in found.evaluated:
        run = _imported_runs.keep(context, one)
        done += len(one.items)
        context.progress(done, total, one.task)
        context.check_cancelled()
        made.append({"run": run.id, "task": one.task, "items": run.items, "metrics": run.metrics})
    return {"runs": made, "left_out": found.left_out}
