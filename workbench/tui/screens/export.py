"""Export preview of preference pairs: what the policy keeps and drops of the ratings, by reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench import jobs
from workbench.spec import JobSpec
from workbench.store import Store
from workbench.text import one_line, plural
from workbench.tui.screens.export_preview import ExportPreviewScreen
from workbench.tui.tones import Tone
from workbench.tui.widgets.reader import Passage
from workbench.tui.widgets.table import Cell, Column, Row
from workbench.views.home import next_from
from workbench.views.jobs import JobRow
from workbench.views.preferences import DropRow, PairRow, Preview, previews

KIND = "preferences"


class ExportScreen(ExportPreviewScreen[Preview]):
    """Pairs first, then dropped prompts; once they are written, DPO is offered."""

    columns = (Column("", 7), Column("margin", 6, "right"), Column("prompt"), Column("why"))
    empty = "Nothing has been rated yet: rate some answers first."
    unit = "pair"

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__(KIND, given)

    def heading(self) -> str:
        return "Export preference pairs"

    def action_next_export(self) -> None:
        from workbench.tui.screens.export_rows import ExportRowsScreen

        self.app.switch_screen(ExportRowsScreen("kto", self.whose))

    def read(self, store: Store, spec: JobSpec) -> Iterator[Preview]:
        return previews(store, jobs.params(spec.kind)(**spec.params))  # type: ignore[arg-type]

    def rows(self, found: Preview) -> list[Row]:
        return [
            *(_pair_row(at, pair) for at, pair in enumerate(found.pairs)),
            *(_drop_row(at, drop) for at, drop in enumerate(found.drops)),
        ]

    def passages(self, found: Preview, row: Row) -> list[Passage]:
        what, number = row.key if isinstance(row.key, tuple) else ("", 0)
        return _pair(found.pairs[number]) if what == "pair" else _drop(found.drops[number])

    def row_heading(self) -> str:
        return "Pair"

    def left_out(self, count: int) -> str:
        return f"{plural(count, 'rating')} by other raters left out"

    def written(self, row: JobRow) -> None:
        from workbench.views.few_rows import few_rows

        name, model = str(row.result["data"]), next_from(self.workbench.store)
        values = {"data": name} | ({"model": model} if model else {})
        few = few_rows(self.workbench.store, jobs.parse("train-dpo", values))
        self.workbench.ask(
            f"{plural(int(row.result['rows']), 'pair')} written as {name}. Train DPO on them?",
            "Nothing starts yet: the form comes first. They stay on Data & models either way."
            + (f"\n\n{few}" if few else ""),
            lambda: self.workbench.show_form("train-dpo", values),
        )


def _pair_row(number: int, pair: PairRow) -> Row:
    why = " ".join(f"{name} {pair.chosen_scores[name]}>{pair.rejected_scores[name]}" for name in pair.chosen_scores)
    return Row(
        ("pair", number), (Cell("kept", "good"), Cell(f"{pair.margin:.2f}"), Cell(pair.prompt), Cell(why, "muted"))
    )


def _drop_row(number: int, drop: DropRow) -> Row:
    return Row(("drop", number), (Cell("dropped", "muted"), Cell(""), Cell(drop.prompt), Cell(drop.reason, "warn")))


def _pair(pair: PairRow) -> list[Passage]:
    return [
        Passage(f"prompt: {one_line(pair.prompt, 1000)}", "strong"),
        *_answer("chosen", pair.chosen, pair.chosen_scores, "good"),
        *_answer("rejected", pair.rejected, pair.rejected_scores, "muted"),
    ]


def _answer(what: str, text: str, scores: dict[str, int], tone: Tone) -> list[Passage]:
    given = ", ".join(f"{name} {value}" for name, value in scores.items())
    return [Passage(f"{what} ({given})", tone), Passage(text)]


def _drop(drop: DropRow) -> list[Passage]:
    return [Passage(f"prompt: {one_line(drop.prompt, 1000)}", "strong"), Passage(f"dropped: {drop.reason}", "warn")]
