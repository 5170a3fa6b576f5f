"""export-bench: benchmark runs as other programs take them; written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from workbench.bias.probes import PREFIX
from workbench.errors import UsageError
from workbench.jobs import _bench_tables, _lm_eval_layout, _new_path
from workbench.jobs._context import JobContext
from workbench.jobs._params import JobParams, Listing, listed
from workbench.records import Lane
from workbench.store import Store, exports, runs
from workbench.store.runs import Run

LANE: Lane = "light"


class Params(JobParams):
    """Which runs, in which form, and where."""

    runs: Listing = Field(description="numbers of finished runs, with commas between them")
    to: Literal["lm-eval", "csv", "parquet", "markdown"] = Field("lm-eval", description="the form")
    out: str | None = Field(None, description="a new folder; of markdown, a new file (empty: in the workspace)")


def title(params: Params) -> str:
    return f"export runs {params.runs} to {params.to}"


def check(store: Store, params: Params) -> None:
    _finished(store, params)
    if params.out:
        _new_path.check_free(Path(params.out))


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    found = _finished(context.store, params)
    out = Path(params.out) if params.out else _own(context, params.to)
    with _new_path.whole(out) as part:
        _write(context.store, params.to, found, part)
    items, numbers = sum(run.items for run in found), [run.id for run in found]
    policy = {"runs": numbers, "to": params.to}
    exports.add(
        context.store, f"bench as {params.to}", str(out), items, _new_path.sha256(out), policy,
        {"runs": len(found), "items": items}, 0, None, context.job_id,
    )  # fmt: skip
    return {"path": str(out), "to": params.to, "runs": numbers, "items": items}


def _own(context: JobContext, form: str) -> Path:
    """Where it goes that was not told where: among the exports of the workspace, by the number of its job."""
    return context.workspace.exports / f"bench-{context.job_id}{'.md' if form == 'markdown' else ''}"


def _finished(store: Store, params: Params) -> list[Run]:
    """The runs that are named, each once; UsageError for a word that is no number, or a run that cannot be written."""
    found, names = [], runs.task_names(store)
    for word in dict.fromkeys(listed(params.runs)):
        if not word.isdecimal():
            raise UsageError(f"{word} is no number of a run.", "See: workbench bench list")
        run = runs.by_id(store, int(word))
        if not run.finished_at:
            raise UsageError(f"Run {run.id} is not finished.", "Resume its job first.")
        if names[run.task_id].startswith(PREFIX):
            raise UsageError(f"Run {run.id} is of a bias probe, not of a benchmark.", "See: workbench bench list")
        if run.variant and params.to == "lm-eval":
            what = ", ".join(f"{key} {value}" for key, value in run.variant.items())
            raise UsageError(f"Run {run.id} is on changed items ({what}), which lm-eval knows none of.", "Export csv.")
        found.append(run)
    if not found:
        raise UsageError("No run is named.", "See: workbench bench list")
    return found


def _write(store: Store, form: str, found: Sequence[Run], part: Path) -> None:
    if form == "markdown":
        part.write_text(_bench_tables.markdown(store, found), encoding="utf-8")
        return
    part.mkdir()
    if form == "lm-eval":
        _lm_eval_layout.write(store, found, part)
    else:
        _bench_tables.write_both(form, store, found, part)
