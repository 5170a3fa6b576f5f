"""The form of an export: all its fields, the file among them; from here it starts, or is looked at first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench.spec import JobSpec
from workbench.tui.actions import bindings
from workbench.tui.screens.form import FormScreen


class ExportFormScreen(FormScreen):
    """An export to be; `preview` takes what the fields say, on the screen that opened the form."""

    scopes = ("form", "exporting", "everywhere")
    BINDINGS = bindings("form", "exporting")

    def __init__(self, kind: str, given: Mapping[str, Any], preview: Callable[[JobSpec], None]) -> None:
        super().__init__(kind, given)
        self._take = preview

    def action_preview(self) -> None:
        spec = self.entered()
        if spec is not None:
            self.app.pop_screen()
            self._take(spec)
