"""Watching one job: progress, curves, log."""

from __future__ import annotations

from textual.app import ComposeResult

from workbench.tui.actions import bindings
from workbench.tui.job_keys import WatchKeys
from workbench.tui.widgets.job_panel import JobPanel
from workbench.views.job_detail import JobDetail, job_detail
from workbench.views.jobs import JobRow


class JobScreen(WatchKeys):
    """A job by its number; leaving never ends it."""

    scopes = ("job", "watching", "reader", "screens", "everywhere")
    BINDINGS = bindings("job", "watching", "screens")

    def __init__(self, job_id: int) -> None:
        super().__init__()
        self.job_id = job_id
        self._detail: JobDetail | None = None

    def heading(self) -> str:
        return f"Job {self.job_id}"

    def body(self) -> ComposeResult:
        yield JobPanel()

    def refresh_from_store(self) -> None:
        self._detail = job_detail(self.workbench.store, self.job_id)
        self.query_one(JobPanel).show(self._detail)

    def focused_job(self) -> JobRow | None:
        return self._detail.row if self._detail else None

    def copied(self) -> str | None:
        return self.query_one(JobPanel).text
