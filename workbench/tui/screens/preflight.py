"""Pre-flight: what a training would learn, in counts and token by token; enter starts it."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.widgets import Static

from workbench.spec import JobSpec
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.job_keys import JobKeys
from workbench.tui.tones import Tone
from workbench.tui.widgets.job_panel import facts
from workbench.tui.widgets.reader import Passage, Reader
from workbench.views import preflight as views
from workbench.views.job_detail import JobDetail, job_detail
from workbench.views.jobs import JobRow
from workbench.views.preflight import Preflight

_TONES: dict[str, Tone] = {"prompt": "muted", "trained": "good", "end of turn": "accent", "cut": "bad"}


class PreflightScreen(JobKeys):
    """A pre-flight by the number of its job: at work, or what it found."""

    scopes = ("preflight", "job", "reader", "screens", "everywhere")
    BINDINGS = bindings("preflight", "job", "screens")
    CSS_PATH = "preflight.tcss"

    def __init__(self, job_id: int) -> None:
        super().__init__()
        self.job_id = job_id
        self._detail: JobDetail | None = None

    def heading(self) -> str:
        return f"Pre-flight, job {self.job_id}"

    def body(self) -> ComposeResult:
        yield Static(id="facts", markup=False)
        yield Reader()

    def refresh_from_store(self) -> None:
        store = self.workbench.store
        self._detail = job_detail(store, self.job_id)
        done = self._detail.row.state == "done"
        self.set_class(done, "-done")
        if done:
            self.query_one(Reader).show([*_passages(views.preflight(store, self.job_id))])
        else:
            self.query_one("#facts", Static).update(facts(self._detail, self.app.size.width - 4))

    def focused_job(self) -> JobRow | None:
        return self._detail.row if self._detail else None

    def copied(self) -> str | None:
        return self.query_one(Reader).text

    def action_start_training(self) -> None:
        """Start what was looked at."""
        if self._detail is None or self._detail.row.state != "done":
            return
        found = views.preflight(self.workbench.store, self.job_id)
        self.workbench.submit(JobSpec(found.training, dict(found.params)), lambda job: self.workbench.show_job(job.id))


def _passages(found: Preflight) -> Iterator[Passage]:
    params = found.params
    yield Passage(f"{found.training} {params['model']} with {params['method']} on {params['data']}", "strong")
    yield Passage("")
    if found.refused:
        yield Passage(f"✗ It would not start: {found.refused}", "bad")
        yield Passage("")
    if found.few:
        yield Passage(f"! {found.few}", "warn")
        yield Passage("")
    for one in found.counts:
        yield Passage(f"{one.number:>7,}  {one.meaning}", "warn" if one.doubtful else "", one.label)
    if found.looked_at:
        yield Passage(found.looked_at, "", "looks")
    if found.estimate is not None:
        took = figures.duration(found.estimate.seconds)
        yield Passage("")
        yield Passage(f"about {took}, {found.estimate.steps:,} steps, {found.estimate.memory / 1e9:.1f} GB", "accent",
                      "estimate")  # fmt: skip
        step = f"{found.estimate.step_tokens:,} tokens in {found.estimate.step_seconds:.2f} s"
        yield Passage(f"one batch of the longest rows, {step}", "muted", "measured")
    if found.machine:
        yield Passage("")
        yield Passage("Settings for this machine", "strong")
        for choice in found.machine:
            yield Passage(f"{choice.name} = {choice.value}")
            yield Passage(choice.reason, "muted", " ")
    yield Passage("")
    yield Passage(f"Rows as they are trained on: {views.BETWEEN} stands between two tokens in the loss.", "muted")
    for row in found.shown:
        yield Passage("")
        yield Passage(views.heading(row), "strong" if row.fate == "kept" else "warn")
        yield from (Passage(line.text, _TONES[line.part], line.label) for line in views.lines(row))
