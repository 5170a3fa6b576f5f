"""What the worker gives to a job: the only way in which a job reads, writes, reports and stops."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from workbench.models.language_model import LanguageModel
from workbench.models.machine import Settings
from workbench.records import Model
from workbench.store import Store
from workbench.workspace import Workspace

Left = Callable[[], float | None]  # the seconds that a job still takes; None while it does not know


class JobContext(Protocol):
    """The running job. Results are committed by the job itself, in small batches, through `store`."""

    job_id: int
    workspace: Workspace
    store: Store
    plan: dict[str, Any]

    def keep_plan(self, plan: Mapping[str, Any]) -> None:
        """Fix what a resumed job must repeat (dtype, threads, batch size); `plan` holds it from then on."""

    def progress(self, done: int, total: int, message: str = "", anew: bool = False, left: Left | None = None) -> None:
        """Say how far the job is; total 0 means unknown. Cheap to call often.

        `anew`: the pace is measured from here, since what is done up to now was done before. `left`: tells the
        seconds that the rest takes, where the job knows better than an even pace; asked only when it is written down.
        """

    def metrics(self, step: int, values: dict[str, float]) -> None:
        """Keep the numbers of a step for the live curves."""

    def cancelled(self) -> bool:
        """True when the job should stop at the next safe point."""

    def ending(self) -> bool:
        """True when the job should come to a good end now, with what it has."""

    def check_cancelled(self) -> None:
        """Raise Cancelled if the job should stop."""

    def load(self, model: Model, settings: Settings) -> LanguageModel:
        """The model, warm if the last job used it with the same settings."""

    def release(self) -> None:
        """Let go of a warm model: a training needs the memory."""

    def log(self, text: str) -> None:
        """A line in the job's log."""
