"""pull: fetch a model, check it, and enter it in the catalog; of a served model, that it is there."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from workbench.jobs import _inputs
from workbench.jobs._context import JobContext
from workbench.jobs._params import EmbeddedName, JobParams
from workbench.records import Lane
from workbench.store import Store

LANE: Lane = "light"


class Params(JobParams):
    """What to fetch: an embedded model, a hub id, a folder or a GGUF file; or what to know by its address."""

    name: EmbeddedName = Field("smollm2", description="smollm2, tiny, a hub id, a folder, a .gguf file or URL#NAME")


def title(params: Params) -> str:
    return f"pull {params.name}"


def check(store: Store, params: Params) -> None:
    _inputs.check_model(store, params.name, "generate" if _inputs.is_served(store, params.name) else "weights")


def execute(context: JobContext, params: Params) -> dict[str, Any]:
    model = _inputs.model(context, params.name)
    return {"model": model.name, "path": model.path}
