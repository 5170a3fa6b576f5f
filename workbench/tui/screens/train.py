"""Train: the last training, live, and the way to a new one."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from workbench.store import jobs
from workbench.tui.actions import bindings
from workbench.tui.job_keys import WatchKeys
from workbench.tui.widgets.job_panel import JobPanel
from workbench.views.job_detail import JobDetail, job_detail
from workbench.views.jobs import JobRow, active_rows
from workbench.views.training import KINDS

_NOTHING = """No model has been trained here yet.

DPO needs preference pairs: rate answers (r), export them (x on Home).
KTO needs answers that are good or bad, each without a rival.
SFT needs instructions with answers: a set comes along.
Press n to choose the method, model and data, and start."""

_KINDS = {
    "dpo: prefer the better of two answers": "train-dpo",
    "sft: learn given answers": "train-sft",
    "kto: learn from good and bad answers": "train-kto",
}


class TrainScreen(WatchKeys):
    """Follows the training at work, or the next to be; else the newest."""

    scopes = ("train", "job", "watching", "reader", "screens", "everywhere")
    letter = "train"
    BINDINGS = bindings("train", "job", "watching", "screens")
    CSS_PATH = "train.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._detail: JobDetail | None = None

    def body(self) -> ComposeResult:
        yield Static(_NOTHING, id="nothing", markup=False)
        yield JobPanel()

    def refresh_from_store(self) -> None:
        store = self.workbench.store
        at_work = [row.id for row in active_rows(store) if row.kind in KINDS]
        shown = at_work or [job.id for job in jobs.recent(store, limit=1, kinds=KINDS)]
        self.set_class(bool(shown), "-trained")
        if shown:
            self._detail = job_detail(store, shown[0])
            self.query_one(JobPanel).show(self._detail)

    def focused_job(self) -> JobRow | None:
        return self._detail.row if self._detail else None

    def copied(self) -> str | None:
        return self.query_one(JobPanel).text if self._detail else None

    def action_new_training(self) -> None:
        from workbench.tui.screens.pick import PickScreen

        self.app.push_screen(PickScreen("Train how?", list(_KINDS)), self._fill_in)

    def _fill_in(self, method: str | None) -> None:
        if method is not None:
            self.workbench.show_form(_KINDS[method], {})
