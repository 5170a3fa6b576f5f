"""Preview of KTO labels, rated answers and compared pairs: the first of the rows that are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.spec import JobSpec
from workbench.store import Store
from workbench.text import plural
from workbench.tui.screens.export_preview import ExportPreviewScreen
from workbench.tui.widgets.reader import Passage
from workbench.tui.widgets.table import Cell, Column, Row
from workbench.views.exports import KINDS, ExportPreview, export_previews
from workbench.views.jobs import JobRow

SHOWN = 200  # rows
_TITLES = {"kto": "KTO labels", "ratings": "ratings", "comparisons": "comparisons"}


class ExportRowsScreen(ExportPreviewScreen[ExportPreview]):
    """One of the kinds whose rows are written as they are shown."""

    columns = (Column("", 5), Column("", 5, "right"), Column("rater", 12), Column("prompt"), Column("answer"))
    empty = "No row is kept."
    unit = "row"

    def heading(self) -> str:
        return f"Export {_TITLES[self.kind]}"

    def action_next_export(self) -> None:
        from workbench.tui.screens.export import ExportScreen

        kind = KINDS[(KINDS.index(self.kind) + 1) % len(KINDS)]
        self.app.switch_screen(
            ExportScreen(self.whose) if kind == "preferences" else ExportRowsScreen(kind, self.whose)
        )

    def read(self, store: Store, spec: JobSpec) -> Iterator[ExportPreview]:
        return export_previews(store, spec, SHOWN)

    def rows(self, found: ExportPreview) -> list[Row]:
        return [_row(at, row) for at, row in enumerate(found.rows)]

    def passages(self, found: ExportPreview, row: Row) -> list[Passage]:
        return _passages(found.rows[int(str(row.key))])

    def left_out(self, count: int) -> str:
        return f"{count} by other raters left out"

    def written(self, row: JobRow) -> None:
        self.workbench.say(f"{plural(int(row.result['rows']), 'row')} written: {row.result['path']}")


def _row(at: int, row: dict[str, Any]) -> Row:
    """The label where there is one, the mean or the share of votes, who said so, and of what."""
    label = {True: Cell("good", "good"), False: Cell("bad", "bad"), None: Cell("")}[row.get("label")]
    said = row["completion"] if "completion" in row else row["chosen"]
    who = row["rater"] if "rater" in row else ", ".join(row["raters"])
    number = Cell(f"{row['mean'] if 'mean' in row else row['share']:.2f}")
    return Row(at, (label, number, Cell(who), Cell(row["prompt"][-1]["content"], "muted"), Cell(said[0]["content"])))


def _passages(row: dict[str, Any]) -> list[Passage]:
    texts = [(name, row[name][-1]["content"]) for name in ("prompt", "completion", "chosen", "rejected") if name in row]
    scores = [Passage(str(value), label=name) for name, value in row.get("scores", {}).items()]
    return [part for name, text in texts for part in (Passage(name, "accent"), Passage(text))] + scores
