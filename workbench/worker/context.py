"""The JobContext of a running job: throttled progress, a heartbeat of its own, and the warm model."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from typing import Any

from workbench.errors import Cancelled, StoreError
from workbench.jobs._context import Left
from workbench.models import engine
from workbench.models.language_model import LanguageModel
from workbench.models.machine import Settings
from workbench.records import Job, Model
from workbench.store import Store, jobs
from workbench.workspace import Workspace

HEARTBEAT_SECONDS = 3.0
_WRITE_SECONDS = 0.5  # progress is written at most twice a second
_ASK_SECONDS = 0.3
LEAST_SECONDS = 1.0  # said to be left where a job takes longer than was said


class WarmModel:
    """The last model this worker loaded, so that the next job on it starts at once."""

    def __init__(self) -> None:
        self._key: tuple[str, Settings] | None = None
        self._engine: LanguageModel | None = None

    def get(self, model: Model, settings: Settings) -> LanguageModel:
        """Load the model, or hand out the warm one if weights and settings are the same."""
        key = (model.weights_hash or model.reference, settings)
        if self._engine is None or self._key != key:
            self.release()
            self._engine, self._key = _load(model, settings), key
        return self._engine

    def release(self) -> None:
        self._engine = self._key = None


def _load(model: Model, settings: Settings) -> LanguageModel:
    return engine.served(model.reference) if model.kind == "server" else engine.local(model.path, settings, model.name)


class WorkerContext:
    """What one attempt at a job sees (see jobs._context.JobContext)."""

    def __init__(self, store: Store, job: Job, warm: WarmModel) -> None:
        self.store = store
        self.workspace: Workspace = store.workspace
        self.job_id = job.id
        self.plan: dict[str, Any] = dict(job.plan)
        self._warm = warm
        self._written: tuple[float, str] = (0.0, "")
        self._began: tuple[float, int, int] | None = None  # time, done, total
        self._said: tuple[int, float] | None = None  # what is to do still, the time at which it is said to be done
        self._asked: tuple[float, bool] = (0.0, False)
        self._asked_end: tuple[float, bool] = (0.0, False)

    def keep_plan(self, plan: Mapping[str, Any]) -> None:
        self.plan = dict(plan)
        jobs.keep_plan(self.store, self.job_id, self.plan)

    def progress(self, done: int, total: int, message: str = "", anew: bool = False, left: Left | None = None) -> None:
        now = time.monotonic()
        if anew or self._began is None or total != self._began[2]:
            self._began = (now, done, total)  # loading and measuring have no total, and say nothing of the pace
        last, said = self._written
        if now - last < _WRITE_SECONDS and message == said and (done != total or total == 0):
            return
        self._written = (now, message)
        seconds = left() if left else None
        pace = (total - done) / seconds if seconds else self._pace(now, done)
        self._said = (total - done, now + (total - done) / pace) if pace else None
        jobs.progress(self.store, self.job_id, done, total, message, pace)

    @property
    def pace(self) -> float | None:
        """Done a second from now on, as the time that was said to be left goes by; None while it cannot be said."""
        if self._said is None:
            return None
        left, end = self._said
        return left / max(LEAST_SECONDS, end - time.monotonic())

    def metrics(self, step: int, values: dict[str, float]) -> None:
        finite = {name: value if math.isfinite(value) else math.nan for name, value in values.items()}
        jobs.add_metrics(self.store, self.job_id, step, finite)

    def cancelled(self) -> bool:
        now = time.monotonic()
        if now - self._asked[0] > _ASK_SECONDS:
            self._asked = (now, jobs.cancel_requested(self.store, self.job_id))
        return self._asked[1]

    def ending(self) -> bool:
        now = time.monotonic()
        if now - self._asked_end[0] > _ASK_SECONDS:
            self._asked_end = (now, jobs.end_requested(self.store, self.job_id))
        return self._asked_end[1]

    def check_cancelled(self) -> None:
        if self.cancelled():
            raise Cancelled(f"Job {self.job_id} was cancelled.", "What it had done is kept; resume goes on from there.")

    def load(self, model: Model, settings: Settings) -> LanguageModel:
        return self._warm.get(model, settings)

    def release(self) -> None:
        self._warm.release()

    def log(self, text: str) -> None:
        print(text, flush=True)  # noqa: T201  the worker's stdout is the job's log

    def _pace(self, now: float, done: int) -> float | None:
        """Done a second since this phase began; None until something was done."""
        began, before, _ = self._began or (now, done, 0)
        return (done - before) / (now - began) if done > before and now > began else None


class Heartbeat:
    """A thread that gives a sign of life, and the pace by then, through a store of its own while a job runs."""

    def __init__(self, context: WorkerContext) -> None:
        self._context = context
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        with Store(self._context.workspace) as store:
            while not self._stop.wait(HEARTBEAT_SECONDS):
                try:
                    jobs.beat(store, self._context.job_id, self._context.pace)
                except StoreError as error:  # a busy or full disk now says nothing about the next beat
                    print(f"heartbeat: {error}", flush=True)  # noqa: T201
