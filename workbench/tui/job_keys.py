"""The keys that act on a job, for every screen that shows one, and those that watch a training."""

from __future__ import annotations

from workbench.records import Job
from workbench.store import Store, jobs
from workbench.tui import figures
from workbench.tui.screens.base import WorkbenchScreen
from workbench.tui.widgets.job_panel import JobPanel
from workbench.views.jobs import JobRow, runs_next


class JobKeys(WorkbenchScreen[None]):
    """A screen with a job in focus."""

    def focused_job(self) -> JobRow | None:
        """The job that the keys act on; None when there is none."""
        raise NotImplementedError

    def action_cancel_job(self) -> None:
        row = self.focused_job()
        if row is None:
            return
        if row.ended:
            self.workbench.say(f"Job {row.id} is {row.state} already.")
            return
        cost = "It was asked to stop before; now its worker will be ended." if row.state == "cancelling" else _cost(row)
        job_id = row.id
        self.workbench.ask(f"Cancel job {row.id}, {row.name}?", cost, lambda: self._cancel(job_id))

    def action_resume_job(self) -> None:
        row = self.focused_job()
        if row is not None:
            job_id = row.id
            self.workbench.perform(lambda store: _resume(store, job_id))

    def action_put_first(self) -> None:
        row = self.focused_job()
        if row is not None:
            job_id = row.id
            self.workbench.perform(lambda store: _put_first(store, job_id), self.workbench.say)

    def _cancel(self, job_id: int) -> None:
        self.workbench.perform(lambda store: _cancel(store, job_id))


class WatchKeys(JobKeys):
    """A screen that shows one job in full, in a JobPanel."""

    def action_next_curves(self) -> None:
        self.query_one(JobPanel).turn_curves()

    def action_end_now(self) -> None:
        """Only a training can come to a good end before its time."""
        row = self.focused_job()
        if row is None or not row.kind.startswith("train-") or row.ended:
            self.workbench.say("Only a training at work can be ended and its best model kept.")
            return
        job_id = row.id
        cost = f"Done so far: {figures.share(row.done, row.total)}. The best checkpoint becomes a model of the catalog."
        self.workbench.ask(
            f"End job {row.id} after this step, and keep its best model?", cost, lambda: self._end(job_id)
        )

    def _end(self, job_id: int) -> None:
        self.workbench.perform(lambda store: jobs.request_end(store, job_id))


def _cost(row: JobRow) -> str:
    done = figures.share(row.done, row.total)
    return f"Done so far: {done}. What is stored stays, and o resumes the job from there."


def _cancel(store: Store, job_id: int) -> Job:
    from workbench import launch

    return launch.cancel(store, job_id)


def _put_first(store: Store, job_id: int) -> str:
    from workbench import launch

    return runs_next(store, launch.put_first(store, job_id))


def _resume(store: Store, job_id: int) -> Job:
    from workbench import launch

    return launch.resume(store, job_id)
