"""Benchmarks: suites x models, each score with its interval as a small bar; enter leads to the runs of a task."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench.statistics.mean import Interval
from workbench.store import Store
from workbench.text import one_line, plural
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.looking import LookingScreen
from workbench.tui.screens.run_words import score
from workbench.tui.tones import Tone
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.bench import RunRow, against_guess
from workbench.views.compare_models import ModelComparison, compare_models
from workbench.views.suites import SuiteLines, SuiteTable, TaskLine, suite_table

_EMPTY = "No model has been measured here yet.\n\nn chooses a model and a task."
_TASK, _MODEL = 19, 18  # cells
_AROUND = 3  # the mark of the row and the scroll bar


class BenchmarksScreen(LookingScreen[SuiteTable]):
    """The model that was measured last comes first; left and right go from model to model."""

    scopes = ("bench", "filter", "list", "screens", "everywhere")
    letter = "bench"
    BINDINGS = bindings("bench", "screens")
    CSS_PATH = "benchmarks.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._table = SuiteTable((), (), ())
        self._at = 0  # the model in focus
        self._baseline: str | None = None

    def body(self) -> ComposeResult:
        yield ListPane((Column("suite and task", _TASK),), _EMPTY)
        yield Static(id="focused", markup=False)

    def look(self, store: Store) -> SuiteTable:
        return suite_table(store, known=self._table.runs)

    def take(self, found: SuiteTable) -> None:
        if found != self._table or not found.models:
            self._table = found
            self._at = min(self._at, max(0, len(found.models) - 1))
            self._show()

    def copied(self) -> str | None:
        run = self._run()
        return f"run {run.id} {run.model} {run.task} {figures.interval(run.accuracy, 3)}" if run else None

    # --- keys ---

    def action_previous_model(self) -> None:
        self._move(-1)

    def action_next_model(self) -> None:
        self._move(1)

    def action_new_bench(self) -> None:
        line, model = self._line(), self._model()
        self.workbench.show_form("bench", {"model": model, "task": line.task} if line and model else {})

    def action_mark_model(self) -> None:
        model = self._model()
        if model:
            self._baseline = None if model == self._baseline else model
            self._show()

    def action_compare_models(self) -> None:
        model = self._model()
        if model is None:
            return
        if self._baseline is None:
            self.workbench.say("Mark a baseline first: m, on the model to compare with.")
        elif model == self._baseline:
            self.workbench.say(f"{model} is the baseline: go to another model with left and right.")
        else:
            self.run_worker(self._compare(self._baseline, model), group="compare", exclusive=True)

    async def _compare(self, first: str, second: str) -> None:
        found = await self.workbench.read(lambda store: compare_models(store, first, second))
        if found is not None:
            self._open_comparison(found)

    def _open_comparison(self, found: ModelComparison) -> None:
        from workbench.tui.screens.compare_models import CompareModelsScreen

        self.app.push_screen(CompareModelsScreen(found))

    @on(Table.Chosen)
    def _open(self) -> None:
        from workbench.tui.screens.bench_task import BenchTaskScreen

        line, run = self._line(), self._run()
        if line:
            self.app.push_screen(BenchTaskScreen(line.task, run.id if run else None))

    def _move(self, by: int) -> None:
        at = min(max(0, self._at + by), max(0, len(self._table.models) - 1))
        if at != self._at:
            self._at = at
            self._show()

    # --- painting ---

    def _model(self) -> str | None:
        return self._table.models[self._at] if self._table.models else None

    def _line(self) -> TaskLine | None:
        row = self.query_one(Table).current
        return self._table.line(str(row.key)) if row else None

    def _run(self) -> RunRow | None:
        line = self._line()
        return line.runs[self._at] if line else None

    def _visible(self) -> range:
        """The models whose columns fit, the one in focus among them."""
        room = max(1, (self.app.size.width - _AROUND - _TASK) // (_MODEL + 2))
        first = max(0, self._at - room + 1)
        return range(first, min(len(self._table.models), first + room))

    def _show(self) -> None:
        shown, pane = self._visible(), self.query_one(ListPane)
        pane.table.columns = (Column("suite and task", _TASK), *(Column(self._head(at), _MODEL) for at in shown))
        rows = [row for suite in self._table.suites for row in _rows(suite, shown, self._at)]
        pane.show(rows)
        self._show_focused()

    def _head(self, at: int) -> str:
        model = self._table.models[at]
        marks = ("▸" if at == self._at else "") + ("◆" if model == self._baseline else "")
        return f"{marks} {model}".strip()

    def on_resize(self) -> None:
        if self.composed:
            self._show()

    @on(Table.Moved)
    def _show_focused(self) -> None:
        row = self.query_one(Table).current
        suite = next((one for one in self._table.suites if row and row.key == ("suite", one.name)), None)
        width = self.app.size.width - 4
        model = self._model() or ""
        words = _suite_words(suite, width) if suite else _task_words(self._line(), self._run(), model, width)
        marked = f"◆ baseline: {self._baseline}" if self._baseline else "◆ no baseline"
        shown = Content.assemble(words, "\n", (one_line(marked, width), "$muted")) if row else Content("")
        self.query_one("#focused", Static).update(shown)


def _rows(suite: SuiteLines, shown: range, at: int) -> list[Row]:
    head = Row(("suite", suite.name), (Cell(suite.name, "strong"), *(Cell(_mean(suite.means[one])) for one in shown)))
    tasks = [
        Row(line.task, (Cell(f"  {line.task}"), *(Cell(score(line.runs[one], _MODEL), _tone(line.runs[one], one == at))
                                                  for one in shown)))
        for line in suite.tasks
    ]  # fmt: skip
    return [head, *tasks]


def _mean(value: Interval | None) -> str:
    return "" if value is None else f"{value.estimate:.3f} {figures.interval_bar(value, None, _MODEL - 6)}"


def _tone(run: RunRow | None, focused: bool) -> Tone:
    if run is not None and not run.finished:
        return "warn"
    return "accent" if focused else ""


def _suite_words(suite: SuiteLines, width: int) -> Content:
    tasks = f"{plural(len(suite.tasks), 'task')} measured, {suite.compared} of them by accuracy on every model"
    said = "mean accuracy over those; its interval takes the tasks as independent"
    return Content.assemble((suite.name, "bold"), "  ", one_line(tasks, width - 20), "\n", (said, "$muted"), "\n")


def _task_words(line: TaskLine | None, run: RunRow | None, model: str, width: int) -> Content:
    """The run in focus: its interval drawn beside the guess line, and what it says."""
    if line is None:
        return Content("")
    if run is None:
        return Content.assemble((line.task, "bold"), f"\n{model} was not measured on it: n starts a run\n")
    named = one_line(f"{run.model} · {run.task}, version {run.version}, n {run.items:,}", width - 12)
    parts: list[Content | str | tuple[str, str]] = [(f"run {run.id}", "bold"), "  ", named, "\n"]
    if run.accuracy is None:
        done = figures.share(run.answered, run.items)
        so_far = f", so far {figures.interval(run.so_far, 3)}" if run.so_far else ""
        parts += [(one_line(f"! not finished: {done} items{so_far}; enter: its job", width), "$warning"), "\n"]
    else:
        parts += [one_line(f"{run.metric} {figures.interval(run.accuracy, 3)}: {_said(run)}", width), "\n"]
    return Content.assemble(*parts)


def _said(run: RunRow) -> str:
    seen = "training data not known" if run.contaminated is None else f"{run.contaminated} items seen in training"
    return f"{against_guess(run)} ┊ {figures.ratio(run.guess)}; {seen}" if run.guess is not None else seen
