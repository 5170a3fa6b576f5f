"""Export preview: what the policy keeps and drops of the ratings, by reason, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench import jobs
from workbench.jobs.export_preferences import Params
from workbench.records import Job
from workbench.spec import JobSpec
from workbench.store import Store
from workbench.text import one_line, plural
from workbench.tui.actions import bindings
from workbench.tui.screens.base import WorkbenchScreen, head, unless_gone
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.thresholds import THRESHOLDS as ALL_THRESHOLDS
from workbench.tui.tones import Tone
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.reader import Passage, Reader
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.jobs import job_detail
from workbench.views.preferences import DropRow, PairRow, Preview, preview

_COLUMNS = (Column("", 7), Column("margin", 6, "right"), Column("prompt"), Column("why"))
KIND = "export-preferences"
THRESHOLDS = ALL_THRESHOLDS["preferences"]


class ExportScreen(WorkbenchScreen[None]):
    """Pairs first, then dropped prompts; the one in focus is shown in full below."""

    scopes = ("export", "filter", "list", "everywhere")
    BINDINGS = bindings("export")
    CSS_PATH = "export.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.params = Params.model_validate({})
        self._focus = 0
        self._preview: Preview | None = None
        self._job: int | None = None

    def heading(self) -> str:
        return "Export preference pairs"

    def body(self) -> ComposeResult:
        yield Static(id="policy", markup=False)
        yield Static(id="counts", markup=False)
        yield ListPane(_COLUMNS, "Nothing has been rated yet: rate some answers first.")
        yield Reader(id="pair", can_focus=False)

    def on_mount(self) -> None:
        self._look()

    def refresh_from_store(self) -> None:
        if self._job is not None:
            self._follow_job(self._job)

    def copied(self) -> str | None:
        return self.query_one("#pair", Reader).text

    # --- thresholds ---

    def action_previous_threshold(self) -> None:
        self._focus = (self._focus - 1) % len(THRESHOLDS)
        self._show_policy()

    def action_next_threshold(self) -> None:
        self._focus = (self._focus + 1) % len(THRESHOLDS)
        self._show_policy()

    def action_raise_threshold(self) -> None:
        self._step(1)

    def action_lower_threshold(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        self.params = THRESHOLDS[self._focus].step(self.params, by)
        self._look()

    def _look(self) -> None:
        """Count again under the parameters as they are; a later answer than the last key's is dropped."""
        self._show_policy()
        self.run_worker(self._read(self.params), exclusive=True)

    async def _read(self, asked: Params) -> None:
        found = await self.workbench.read(lambda store: preview(store, asked))
        if found is not None and asked == self.params:
            with unless_gone():
                self._show(found)

    def action_next_export(self) -> None:
        from workbench.tui.screens.export_rows import ExportRowsScreen

        self.app.switch_screen(ExportRowsScreen("kto"))

    # --- writing ---

    def action_write_pairs(self) -> None:
        if self._preview is None or self._job is not None:
            return
        if self._preview.advice:
            self.workbench.say(self._preview.advice)
            return
        spec = jobs.parse(KIND, self.params.model_dump())
        self.workbench.perform(lambda store: _submit(store, spec), self._started)

    def _started(self, job: Job) -> None:
        self._job = job.id
        self._follow_job(job.id)

    def _follow_job(self, job_id: int) -> None:
        """Say how the writing goes; once it is done, offer the training."""
        row = job_detail(self.workbench.store, job_id).row
        head(self).show(self.heading(), f"job {job_id}: {row.state}")
        if not row.ended:
            return
        self._job = None
        if row.state == "done":
            name = str(row.result["data"])
            self.workbench.ask(
                f"{plural(int(row.result['rows']), 'pair')} written as {name}. Train DPO on them?",
                "Nothing starts yet: the form comes first. They stay on Data & models either way.",
                lambda: self.workbench.show_form("train-dpo", {"data": name}),
            )
        elif row.error:
            self.workbench.say(row.error)

    # --- painting ---

    def _show(self, found: Preview) -> None:
        self._preview = found
        self.query_one("#counts", Static).update(_counts(found))
        self.query_one(ListPane).show([_pair_row(*pair) for pair in enumerate(found.pairs)] + list(_drop_rows(found)))

    def _show_policy(self) -> None:
        parts: list[Content | str | tuple[str, str]] = []
        for at, threshold in enumerate(THRESHOLDS):
            style = "reverse bold" if at == self._focus else ""
            parts.append((f" {threshold.shown(self.params)} ", style))
        self.query_one("#policy", Static).update(Content.assemble(*parts))

    @on(Table.Moved)
    def _show_focused(self, event: Table.Moved) -> None:
        if self._preview:
            self.query_one("#pair", Reader).show(self._passages(event.row))

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        passages = self._passages(event.row)
        self.app.push_screen(DetailScreen("Pair", lambda _: passages))

    def _passages(self, row: Row | None) -> list[Passage]:
        if row is None or self._preview is None:
            return []
        what, number = row.key if isinstance(row.key, tuple) else ("", 0)
        return _pair(self._preview.pairs[number]) if what == "pair" else _drop(self._preview.drops[number])


def _counts(found: Preview) -> Content:
    dropped = sum(count for name, count in found.counts.items() if name != "kept")
    reasons = ", ".join(f"{count} {name}" for name, count in found.counts.items() if name != "kept")
    parts: list[Content | str | tuple[str, str]] = [(f"{plural(found.counts['kept'], 'pair')} kept", "bold $success")]
    parts.append(f", {dropped} dropped" + (f": {reasons}" if reasons else ""))
    if found.left_out:
        parts.append((f"; {plural(found.left_out, 'rating')} by other raters left out", "$text-muted"))
    if found.advice:
        parts.append((f"\n! {found.advice}", "$warning"))
    return Content.assemble(*parts)


def _pair_row(number: int, pair: PairRow) -> Row:
    why = " ".join(f"{name} {pair.chosen_scores[name]}>{pair.rejected_scores[name]}" for name in pair.chosen_scores)
    return Row(
        ("pair", number), (Cell("kept", "good"), Cell(f"{pair.margin:.2f}"), Cell(pair.prompt), Cell(why, "muted"))
    )


def _drop_rows(found: Preview) -> Iterator[Row]:
    for number, drop in enumerate(found.drops):
        yield Row(("drop", number), (Cell("dropped", "muted"), Cell(""), Cell(drop.prompt), Cell(drop.reason, "warn")))


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


def _submit(store: Store, spec: JobSpec) -> Job:
    from workbench import launch

    return launch.submit(store, spec)
