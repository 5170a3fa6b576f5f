"""Benchmarks: suites x models, each score with its interval as a small bar; enter leads to the runs of a task."""

from __future__ import annotations

from functools import partial
from math import isnan

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
from workbench.tui.screens.run_words import is_share, score
from workbench.tui.tones import Tone
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.views.bench import RunRow, against_guess
from workbench.views.compare_models import ModelComparison, compare_models
from workbench.views.suites import GroupLine, SuiteLines, SuiteTable, TaskLine, suite_table

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
        self._folded: set[str] = set()  # suites whose tasks are not shown

    def body(self) -> ComposeResult:
        yield ListPane((Column("suite and task", _TASK),), _EMPTY)
        yield Static(id="focused", markup=False)

    def look(self, store: Store) -> SuiteTable:
        return suite_table(store, known=self._table.runs)

    def take(self, found: SuiteTable) -> None:
        if found != self._table or not found.models:
            first = not self._table.models
            self._table = found
            self._at = min(self._at, max(0, len(found.models) - 1))
            self._show()
            if first:
                self.query_one(Table).move_to(1)  # the first task: enter leads to its runs

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
            self.run_latest(partial(self._compare, self._baseline, model), group="compare")

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
        kind, *names = self._place()
        if kind == "suite":
            self._folded ^= set(names)
            self._show()

    def _move(self, by: int) -> None:
        at = min(max(0, self._at + by), max(0, len(self._table.models) - 1))
        if at != self._at:
            self._at = at
            self._show()

    # --- painting ---

    def _model(self) -> str | None:
        return self._table.models[self._at] if self._table.models else None

    def _place(self) -> tuple[str, ...]:
        """What the row in focus is, a suite, a group or a task; its suite; its name, unless it is the suite."""
        row = self.query_one(Table).current
        return row.key if row and isinstance(row.key, tuple) else ("",)

    def _line(self) -> TaskLine | None:
        kind, *names = self._place()
        return self._table.line(*names) if kind == "task" else None

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
        rows = [
            row for suite in self._table.suites for row in _rows(suite, shown, self._at, suite.name in self._folded)
        ]
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
        width = self.app.size.width - 4
        marked = f"◆ baseline: {self._baseline}" if self._baseline else "◆ no baseline"
        words = Content.assemble(self._words(width), "\n", (one_line(marked, width), "$muted")) if row else Content("")
        self.query_one("#focused", Static).update(words)

    def _words(self, width: int) -> Content:
        """What is said of the row in focus."""
        kind, *names = self._place()
        suite = self._table.suite(names[0]) if names else None
        if suite and kind == "suite":
            return _suite_words(suite, suite.name in self._folded, width)
        if suite and kind == "group":
            return _group_words(next(one for one in suite.groups if one.name == names[1]), suite, self._at, width)
        return _task_words(self._line(), self._run(), self._model() or "", width)


def _rows(suite: SuiteLines, shown: range, at: int, folded: bool) -> list[Row]:
    """The suite, its tasks, and each group before its own; `!`: models were asked differently."""
    mark = "▸" if folded else "▾"
    head = Row(
        ("suite", suite.name),
        (Cell(f"{mark} {suite.name}", "strong"), *(Cell(_mean(suite.means[one])) for one in shown)),
    )
    rows, groups = [head], {group.name: group for group in suite.groups}
    for line in () if folded else suite.tasks:
        group = groups.pop(line.group, None) if line.group else None
        if group:
            scores = (Cell(_mean(group.scores[one]), "accent" if one == at else "") for one in shown)
            rows.append(Row(("group", suite.name, group.name), (Cell(f"  {group.name}"), *scores)))
        cells = (Cell(score(line.runs[one], _MODEL), _tone(line.runs[one], one == at)) for one in shown)
        name = f"{'└ ' if line.group else ''}{'' if line.alike else '! '}{line.task}"
        rows.append(Row(("task", suite.name, line.task), (Cell(name), *cells)))
    return rows


def _mean(value: Interval | None) -> str:
    if value is None:
        return ""
    if isnan(value.low) or not is_share(value):
        return figures.bounds(value)
    return f"{value.estimate:.3f} {figures.interval_bar(value, None, _MODEL - 6)}"


def _tone(run: RunRow | None, focused: bool) -> Tone:
    if run is not None and not run.finished:
        return "warn"
    return "accent" if focused else ""


def _suite_words(suite: SuiteLines, folded: bool, width: int) -> Content:
    tasks = f"{plural(len(suite.tasks), 'task')} measured, {suite.compared} compared (accuracy, asked alike)"
    said = f"mean accuracy over those, a group once, as if independent; enter {'shows' if folded else 'folds'} them"
    return Content.assemble(
        (suite.name, "bold"), "  ", one_line(tasks, width - 20), "\n", (one_line(said, width), "$muted"), "\n"
    )


def _group_words(group: GroupLine, suite: SuiteLines, at: int, width: int) -> Content:
    its = [line for line in suite.tasks if line.group == group.name]
    done = sum(run is not None and run.finished for run in (line.runs[at] for line in its))
    value = figures.interval(group.scores[at], 3)
    said = f"{group.metric or 'no metric'} {value}: the mean over its tasks, once all are finished"
    finished = one_line(f"{done} of {plural(len(group.tasks), 'task')} finished", width - 20)
    return Content.assemble((group.name, "bold"), "  ", finished, "\n", (one_line(said, width), "$muted"), "\n")


def _task_words(line: TaskLine | None, run: RunRow | None, model: str, width: int) -> Content:
    """The run in focus: its interval drawn beside the guess line, and what it says."""
    if line is None:
        return Content("")
    if run is None:
        return Content.assemble((line.task, "bold"), f"\n{model} was not measured on it: n starts a run\n")
    asked = f", {run.asked}" if run.asked else ""
    other = "" if line.alike else "; ! models were asked differently"
    named = one_line(f"{run.model} · {run.task}, version {run.version}{asked}, n {run.items:,}{other}", width - 12)
    parts: list[Content | str | tuple[str, str]] = [(f"run {run.id}", "bold"), "  ", named, "\n"]
    if run.accuracy is None:
        done = figures.share(run.answered, run.items)
        so_far = f", so far {figures.interval(run.so_far, 3)}" if run.so_far else ""
        parts += [(one_line(f"! not finished: {done} items{so_far}", width), "$warning"), "\n"]
    else:
        parts += [one_line(f"{run.metric} {figures.interval(run.accuracy, 3)}: {_said(run)}", width), "\n"]
    return Content.assemble(*parts)


def _said(run: RunRow) -> str:
    seen = "training data not known" if run.contaminated is None else f"{run.contaminated} items seen in training"
    return f"{against_guess(run)} ┊ {figures.ratio(run.guess)}; {seen}" if run.guess is not None else seen
