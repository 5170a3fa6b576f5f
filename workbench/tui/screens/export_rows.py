"""Preview of KTO labels, rated answers and compared pairs: the kept rows under thresholds that keys turn."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench import jobs
from workbench.jobs._export import ExportParams
from workbench.records import Job
from workbench.spec import JobSpec
from workbench.store import Store
from workbench.text import plural
from workbench.tui.actions import bindings
from workbench.tui.screens.base import WorkbenchScreen, head, unless_gone
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.thresholds import THRESHOLDS
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.reader import Passage, Reader
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.exports import KINDS, ExportPreview, export_preview
from workbench.views.jobs import job_detail

SHOWN = 200  # rows
_COLUMNS = (Column("", 5), Column("", 5, "right"), Column("rater", 12), Column("prompt"), Column("answer"))
_TITLES = {"kto": "KTO labels", "ratings": "ratings", "comparisons": "comparisons"}


class ExportRowsScreen(WorkbenchScreen[None]):
    """One kind of export; the first rows that are kept, the one in focus in full below."""

    scopes = ("export", "filter", "list", "everywhere")
    BINDINGS = bindings("export")
    CSS_PATH = "export.tcss"

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.params: ExportParams = jobs.params(f"export-{kind}")()  # type: ignore[assignment]
        self._focus = 0
        self._preview: ExportPreview | None = None
        self._job: int | None = None

    def heading(self) -> str:
        return f"Export {_TITLES[self.kind]}"

    def body(self) -> ComposeResult:
        yield Static(id="policy", markup=False)
        yield Static(id="counts", markup=False)
        yield ListPane(_COLUMNS, "No row is kept.")
        yield Reader(id="pair", can_focus=False)

    def on_mount(self) -> None:
        self._look()

    def refresh_from_store(self) -> None:
        if self._job is not None:
            self._follow_job(self._job)

    def copied(self) -> str | None:
        return self.query_one("#pair", Reader).text

    def action_next_export(self) -> None:
        from workbench.tui.screens.export import ExportScreen

        kind = KINDS[(KINDS.index(self.kind) + 1) % len(KINDS)]
        self.app.switch_screen(ExportScreen() if kind == "preferences" else ExportRowsScreen(kind))

    def action_previous_threshold(self) -> None:
        self._focus = (self._focus - 1) % len(THRESHOLDS[self.kind])
        self._show_policy()

    def action_next_threshold(self) -> None:
        self._focus = (self._focus + 1) % len(THRESHOLDS[self.kind])
        self._show_policy()

    def action_raise_threshold(self) -> None:
        self._step(1)

    def action_lower_threshold(self) -> None:
        self._step(-1)

    def action_write_pairs(self) -> None:
        if self._preview is None or self._job is not None:
            return
        if self._preview.advice:
            self.workbench.say(self._preview.advice)
            return
        spec = self._spec()
        self.workbench.perform(lambda store: _submit(store, spec), self._started)

    def _spec(self) -> JobSpec:
        return jobs.parse(f"export-{self.kind}", self.params.model_dump())

    def _step(self, by: int) -> None:
        self.params = THRESHOLDS[self.kind][self._focus].step(self.params, by)
        self._look()

    def _look(self) -> None:
        """Count again under the parameters as they are; a later answer than the last key's is dropped."""
        self._show_policy()
        self.run_worker(self._read(self._spec()), exclusive=True)

    async def _read(self, asked: JobSpec) -> None:
        found = await self.workbench.read(lambda store: export_preview(store, asked, SHOWN))
        if found is not None and asked == self._spec():
            self._preview = found
            with unless_gone():
                self.query_one("#counts", Static).update(_counts(found))
                self.query_one(ListPane).show([_row(at, row) for at, row in enumerate(found.rows)])

    def _started(self, job: Job) -> None:
        self._job = job.id
        self._follow_job(job.id)

    def _follow_job(self, job_id: int) -> None:
        """Say how the writing goes, and where the rows are."""
        row = job_detail(self.workbench.store, job_id).row
        head(self).show(self.heading(), f"job {job_id}: {row.state}")
        if row.ended:
            self._job = None
            done = f"{plural(int(row.result['rows']), 'row')} written: {row.result['path']}" if row.result else ""
            self.workbench.say(row.error or done)

    def _show_policy(self) -> None:
        parts: list[Content | str | tuple[str, str]] = []
        for at, threshold in enumerate(THRESHOLDS[self.kind]):
            parts.append((f" {threshold.shown(self.params)} ", "reverse bold" if at == self._focus else ""))
        self.query_one("#policy", Static).update(Content.assemble(*parts))

    @on(Table.Moved)
    def _show_focused(self, event: Table.Moved) -> None:
        self.query_one("#pair", Reader).show(self._passages(event.row))

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        passages = self._passages(event.row)
        self.app.push_screen(DetailScreen(self.heading(), lambda _: passages))

    def _passages(self, row: Row | None) -> list[Passage]:
        if row is None or self._preview is None:
            return []
        return _passages(self._preview.rows[int(str(row.key))])


def _counts(found: ExportPreview) -> Content:
    dropped = sum(count for name, count in found.counts.items() if name != "kept")
    reasons = ", ".join(f"{count} {name}" for name, count in found.counts.items() if name != "kept")
    parts: list[Content | str | tuple[str, str]] = [(f"{plural(found.counts['kept'], 'row')} kept", "bold $success")]
    parts.append(f", {dropped} dropped" + (f": {reasons}" if reasons else ""))
    if found.left_out:
        parts.append((f"; {found.left_out} by other raters left out", "$text-muted"))
    if found.advice:
        parts.append((f"\n! {found.advice}", "$warning"))
    return Content.assemble(*parts)


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


def _submit(store: Store, spec: JobSpec) -> Job:
    from workbench import launch

    return launch.submit(store, spec)
