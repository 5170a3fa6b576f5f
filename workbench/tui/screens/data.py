"""Data & models: what the workspace holds, and how more gets in."""

from __future__ import annotations

import json

from textual import on
from textual.app import ComposeResult

from workbench.records import DataSet, Model
from workbench.store.exports import Export
from workbench.text import plural
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens import detail
from workbench.tui.screens.base import WorkbenchScreen
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.catalog import Catalog, catalog

_COLUMNS = (Column("what", 8), Column("name", 24), Column("of"), Column("since (UTC)", 16))
_EMPTY = "No model and no data set yet.\n\np fetches a model, a imports a file of prompts."


class DataScreen(WorkbenchScreen[None]):
    """Models, data sets and exports in one list; `/ model` shows the models only."""

    scopes = ("data", "filter", "list", "screens", "everywhere")
    letter = "data"
    BINDINGS = bindings("data", "screens")

    def __init__(self) -> None:
        super().__init__()
        self._catalog: Catalog | None = None

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS, _EMPTY)

    def refresh_from_store(self) -> None:
        now = catalog(self.workbench.store)
        if now != self._catalog:
            self._catalog = now
            self.query_one(ListPane).show(_rows(now))

    def copied(self) -> str | None:
        row = self.query_one(Table).current
        return row.cells[1].text if row else None

    def action_add_data(self) -> None:
        self.workbench.show_form("import-data", {})

    def action_export_data(self) -> None:
        """The form, with the data set or the model in focus filled in."""
        row = self.query_one(Table).current
        match row.key if row else None:
            case "data", str(name):
                self.workbench.show_form("export-data", {"data": name})
            case "model", str(name):
                self.workbench.show_form("export-model", {"model": name})
            case _:
                self.workbench.show_form("export-data", {})

    def action_mix_data(self) -> None:
        """The form, with the data set in focus as the first source."""
        from workbench.tui.screens.mix import MixScreen

        row = self.query_one(Table).current
        match row.key if row else None:
            case "data", str(name):
                self.app.push_screen(MixScreen({"sources": f"{json.dumps(name)} = 1"}))
            case _:
                self.app.push_screen(MixScreen({}))

    def action_pull_model(self) -> None:
        self.workbench.show_form("pull", {})

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        match event.row.key:
            case "model", str(name):
                screen = DetailScreen(f"Model {name}", lambda store: detail.model_passages(store, name))
            case "data", str(name):
                screen = DetailScreen(f"Data {name}", lambda store: detail.data_passages(store, name))
            case "export", int(number):
                screen = DetailScreen(f"Export {number}", lambda store: detail.export_passages(store, number))
            case other:
                raise AssertionError(other)
        self.app.push_screen(screen)


def _rows(found: Catalog) -> list[Row]:
    names = {model.id: model.name for model in found.models}
    return [
        *(_model_row(model, names) for model in found.models),
        *(_data_row(data) for data in found.data),
        *(_export_row(export) for export in found.exports),
    ]


def _model_row(model: Model, names: dict[int, str]) -> Row:
    of = f"{model.kind}, from {names[model.parent_id]}" if model.parent_id else model.kind
    return _row(("model", model.name), "model", model.name, of, model.created_at)


def _data_row(data: DataSet) -> Row:
    return _row(("data", data.name), "data", data.name, f"{data.layout}, {plural(data.rows, 'row')}", data.created_at)


def _export_row(export: Export) -> Row:
    of = f"{export.kind}, {plural(export.rows, 'row')}"
    return _row(("export", export.id), "export", f"export {export.id}", of, export.created_at)


def _row(key: tuple[str, str | int], what: str, name: str, of: str, since: str) -> Row:
    return Row(key, (Cell(what, "muted"), Cell(name, "strong"), Cell(of), Cell(figures.day(since), "muted")))
