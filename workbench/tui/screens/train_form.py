"""The form of a training: as every form, and with a look at what would be trained on before it is started."""

from __future__ import annotations

from workbench.tui.actions import bindings
from workbench.tui.screens.form import FormScreen


class TrainFormScreen(FormScreen):
    """Starting a training."""

    scopes = ("training", "form", "everywhere")
    BINDINGS = bindings("training", "form")

    def action_preflight(self) -> None:
        from workbench import jobs

        spec = self.entered()
        if spec is not None:
            looked_at = jobs.parse("preflight", {"training": spec.kind, "params": spec.params})
            self.workbench.submit(looked_at, lambda job: self.workbench.show_job(job.id))
