"""What every export preview has: thresholds that keys turn, counts by reason, rows, the one in focus, and writing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench import jobs
from workbench.jobs._export import ExportParams
from workbench.records import Job
from workbench.spec import JobSpec
from workbench.store import Store
from workbench.text import one_line, plural
from workbench.tui.actions import bindings
from workbench.tui.screens.base import WorkbenchScreen, head, unless_gone
from workbench.tui.screens.detail import DetailScreen
from workbench.tui.thresholds import THRESHOLDS
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.reader import Passage, Reader
from workbench.tui.widgets.table import Column, Row, Table
from workbench.views.job_detail import job_detail
from workbench.views.jobs import JobRow


class Counted(Protocol):
    """What a preview of any kind says. `counts`: kept, then dropped by reason; `advice` None where rows are left."""

    @property
    def counts(self) -> dict[str, int]: ...
    @property
    def left_out(self) -> int: ...
    @property
    def versions(self) -> tuple[str, ...]: ...
    @property
    def advice(self) -> str | None: ...


Found = TypeVar("Found", bound=Counted)
STEP_SECONDS = 0.25
_WHOSE = ("rubric", "batch", "raters", "up_to")


def _step(growing: Iterator[Found]) -> Found | None:
    """The latest preview after as long as a person waits gladly, or the last of all; None behind the last."""
    began = monotonic()
    latest = None
    for latest in growing:  # noqa: B007  what stands after the loop is the result
        if monotonic() - began > STEP_SECONDS:
            break
    return latest


class ExportPreviewScreen(WorkbenchScreen[None], Generic[Found]):
    """One kind of export. A subclass reads its preview, and says what its rows are."""

    scopes = ("export", "filter", "list", "everywhere")
    BINDINGS = bindings("export")
    CSS_PATH = "export.tcss"

    columns: ClassVar[tuple[Column, ...]]
    empty: ClassVar[str]  # what the list says without a row
    unit: ClassVar[str]  # what is kept, one of it

    def __init__(self, kind: str, given: Mapping[str, Any]) -> None:
        """`given` are values of the parameters; the others start from their defaults."""
        super().__init__()
        self.kind = kind
        self.params: ExportParams = jobs.params(f"export-{kind}")(**given)  # type: ignore[assignment]
        self._focus = 0
        self._preview: Found | None = None
        self._job: int | None = None

    def read(self, store: Store, spec: JobSpec) -> Iterator[Found]:
        """What would be written under these parameters, of more and more judgments; goes on in another thread."""
        raise NotImplementedError

    def rows(self, found: Found) -> Sequence[Row]:
        """The rows of the list."""
        raise NotImplementedError

    def passages(self, found: Found, row: Row) -> list[Passage]:
        """One row in full."""
        raise NotImplementedError

    def row_heading(self) -> str:
        """The first line of a row in full."""
        return self.heading()

    def left_out(self, count: int) -> str:
        """The judgments that other raters gave, in words."""
        raise NotImplementedError

    def written(self, row: JobRow) -> None:
        """What follows when the rows are written."""
        raise NotImplementedError

    @property
    def whose(self) -> dict[str, Any]:
        """Whose judgments, as another kind of export takes it."""
        return {name: getattr(self.params, name) for name in _WHOSE}

    def body(self) -> ComposeResult:
        yield Static(id="whose", markup=False)
        yield Static(id="policy", markup=False)
        yield Static(id="counts", markup=False)
        yield ListPane(self.columns, self.empty)
        yield Reader(id="pair", can_focus=False)

    def on_mount(self) -> None:
        self._look()

    def refresh_from_store(self) -> None:
        if self._job is not None:
            self._follow_job(self._job)

    def copied(self) -> str | None:
        return self.query_one("#pair", Reader).text

    def action_next_export(self) -> None:
        """The screen of the next kind of export takes this one's place."""
        raise NotImplementedError

    def action_all_fields(self) -> None:
        """Every field of the export in a form; its preview is this screen again."""
        from workbench.tui.screens.export_form import ExportFormScreen

        self.app.push_screen(ExportFormScreen(f"export-{self.kind}", self.params.model_dump(), self._take))

    def _take(self, spec: JobSpec) -> None:
        self.params = jobs.params(spec.kind)(**spec.params)  # type: ignore[assignment]
        self._look()

    # --- thresholds ---

    def action_previous_threshold(self) -> None:
        self._move(-1)

    def action_next_threshold(self) -> None:
        self._move(1)

    def action_raise_threshold(self) -> None:
        self._step(1)

    def action_lower_threshold(self) -> None:
        self._step(-1)

    def _move(self, by: int) -> None:
        self._focus = (self._focus + by) % len(THRESHOLDS[self.kind])
        self._show_policy()

    def _step(self, by: int) -> None:
        self.params = THRESHOLDS[self.kind][self._focus].step(self.params, by)
        self._look()

    def _look(self) -> None:
        """Count again under the parameters as they are; what was asked for before is given up."""
        self._show_policy()
        if self._preview is None:
            self.query_one("#counts", Static).update("Counting…")
        self.run_latest(partial(self._read, self._spec()))

    async def _read(self, asked: JobSpec) -> None:
        """Show it as it grows, a step at a time: what else is read need not wait for the end."""
        growing = await self.workbench.read(lambda store: self.read(store, asked))
        if growing is None:
            return
        while True:
            found = await self.workbench.read(lambda _: _step(growing))
            if found is None or asked != self._spec():
                return
            self._preview = found
            with unless_gone():
                self.query_one("#counts", Static).update(self._counts(found))
                self.query_one(ListPane).show(self.rows(found))

    def _spec(self) -> JobSpec:
        return jobs.parse(f"export-{self.kind}", self.params.model_dump())

    # --- writing ---

    def action_write_pairs(self) -> None:
        if self._preview is None or self._job is not None:
            return
        if self._preview.advice:
            self.workbench.say(self._preview.advice)
            return
        self.workbench.submit(self._spec(), self._started)

    def _started(self, job: Job) -> None:
        self._job = job.id
        self._follow_job(job.id)

    def _follow_job(self, job_id: int) -> None:
        """Say how the writing goes."""
        row = job_detail(self.workbench.store, job_id).row
        head(self).show(self.heading(), f"job {job_id}: {row.state}")
        if not row.ended:
            return
        self._job = None
        if row.state == "done":
            self.written(row)
        elif row.error:
            self.workbench.say(row.error)

    # --- painting ---

    def _show_policy(self) -> None:
        self.query_one("#whose", Static).update(_whose(self.params))
        parts: list[Content | str | tuple[str, str]] = []
        for at, threshold in enumerate(THRESHOLDS[self.kind]):
            parts.append((f" {threshold.shown(self.params)} ", "reverse bold" if at == self._focus else ""))
        self.query_one("#policy", Static).update(Content.assemble(*parts))

    @on(Table.Moved)
    def _show_focused(self, event: Table.Moved) -> None:
        self.query_one("#pair", Reader).show(self._in_full(event.row))

    @on(Table.Chosen)
    def _open(self, event: Table.Chosen) -> None:
        passages = self._in_full(event.row)
        self.app.push_screen(DetailScreen(self.row_heading(), lambda _: passages))

    def _in_full(self, row: Row | None) -> list[Passage]:
        return self.passages(self._preview, row) if row and self._preview else []

    def _counts(self, found: Found) -> Content:
        reasons = {name: count for name, count in found.counts.items() if name != "kept"}
        words = ", ".join(f"{count} {name}" for name, count in reasons.items())
        parts: list[Content | str | tuple[str, str]] = [
            (f"{plural(found.counts['kept'], self.unit)} kept", "bold $success"),
            f", {sum(reasons.values())} dropped" + (f": {words}" if words else ""),
        ]
        if len(found.versions) > 1:
            parts.append((f"; {len(found.versions)} versions of the rubric", "$warning"))
        if found.left_out:
            parts.append((f"; {self.left_out(found.left_out)}", "$text-muted"))
        if found.advice:
            parts.append((f"\n! {found.advice}", "$warning"))
        return Content.assemble(*parts)


def _whose(params: ExportParams) -> Content:
    """`general · all batches · human · into the workspace   f change`."""
    batch = "all batches" if params.batch is None else f"batch {params.batch}"
    until = "" if params.up_to is None else f" · up to judgment {params.up_to}"
    where = f"into {params.out}" if params.out else "into the workspace"
    words = f"{params.rubric} · {batch} · {', '.join(params.raters)}{until} · {where}"
    named = f" as {params.name}" if params.name else ""
    return Content.assemble(one_line(f"{words}{named}", 200), ("   f ", "bold $accent"), "change")
