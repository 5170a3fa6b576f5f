"""The form of a training: as every form, with what can be expected of few rows, and a look at what would be learned."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Static

from workbench.errors import WorkbenchError
from workbench.tui.actions import bindings
from workbench.tui.screens.form import FormScreen


class TrainFormScreen(FormScreen):
    """Starting a training."""

    scopes = ("training", "form", "everywhere")
    BINDINGS = bindings("training", "form")

    def body(self) -> ComposeResult:
        yield from super().body()
        yield Static(id="few", markup=False)

    def action_preflight(self) -> None:
        from workbench import jobs

        spec = self.entered()
        if spec is not None:
            looked_at = jobs.parse("preflight", {"training": spec.kind, "params": spec.params})
            self.workbench.submit(looked_at, lambda job: self.workbench.show_job(job.id))

    @on(DescendantFocus)
    def _tell_few(self) -> None:
        """Say it of what the fields hold whenever another one is entered; what cannot be right is said on starting."""
        from workbench.views.few_rows import few_rows

        try:
            few = few_rows(self.workbench.store, self.parsed())
        except WorkbenchError:
            few = None
        self.query_one("#few", Static).update(Content(f"! {few}" if few else ""))
