"""Home: the loop. A row a model with what is known of it, what is at work, and the next sensible step under one key."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from workbench.store import Store, summaries
from workbench.text import one_line, plural
from workbench.tui import figures
from workbench.tui.actions import bindings
from workbench.tui.screens.base import WorkbenchScreen, unless_gone
from workbench.tui.tones import STYLES, TONES, of_state
from workbench.tui.widgets.list_pane import ListPane
from workbench.tui.widgets.table import Cell, Column, Row, Table
from workbench.tui.wrap import wrap
from workbench.views.home import Home, HomeRow, home_at_once, recount
from workbench.views.jobs import JobRow
from workbench.views.kept_rounds import Figure
from workbench.views.status import left_to_judge

RECOUNT_SECONDS = 1.0  # so that a colleague who rates elsewhere does not keep this machine counting
_COLUMNS = (
    Column("model"),
    Column("benchmark", 15),
    Column("under stress", 16),
    Column("bias", 15),
    Column("rated 1-5", 14),
)
_NAME = 11  # cells of the name before each verdict
_LONGEST = 400  # characters of a verdict that are looked at
_LEAST_ROWS = 4  # of the list, that longer verdicts leave in sight
_OTHER_LINES = 10  # the first and the last, the list's head, the tasks, the next step, and what is blank between
_MARKS = "¹²³⁴⁵⁶⁷⁸⁹"
_EMPTY = """There is no model here yet.

The loop: fetch a model, ask it, rate its answers 1-5, export the
preference pairs, train on them, and compare with the model before.
The next step always stands below, under the key n."""


class HomeScreen(WorkbenchScreen[None]):
    """The start, and the place that `esc` leads back to."""

    scopes = ("home", "filter", "list", "screens", "everywhere")
    letter = "home"
    BINDINGS = bindings("home", "screens")
    CSS_PATH = "home.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._home: Home | None = None
        self._asked = False  # something changed since the look that is under way
        self._looking = False
        self._counting = False

    def body(self) -> ComposeResult:
        yield ListPane(_COLUMNS, _EMPTY)
        yield Static(id="tasks")
        yield Static(id="verdicts")
        yield Static(id="at-work")
        yield Static(id="next")

    def refresh_from_store(self) -> None:
        """Look in the background, at the sums that were kept: a key must not wait for 100,000 judgments."""
        self._asked = True
        if not self._looking:
            self._looking = True
            self.run_worker(self._look())

    async def _look(self) -> None:
        rater = self.workbench.rater
        while self._asked:
            self._asked = False
            found = await self.workbench.read(lambda store: _at_once(store, rater))
            if found is not None:
                with unless_gone():
                    self._take(*found)
        self._looking = False

    def _take(self, now: Home, recount_due: bool) -> None:
        if now != self._home:
            self._home = now
            self._show(now)
        if recount_due and not self._counting:
            self._counting = True
            self.set_timer(RECOUNT_SECONDS, self._recount)

    def _recount(self) -> None:
        """Count anew in the background; the screen looks again once that is kept."""
        self._counting = False
        rater = self.workbench.rater
        self.workbench.perform(lambda store: recount(store, rater))

    def _show(self, now: Home) -> None:
        marks = _marks(now)
        self.query_one(ListPane).show([_row(row, marks) for row in now.rows])
        self.query_one("#tasks", Static).update(_tasks(marks))
        self.query_one("#at-work", Static).update(_at_work(now, self.app.size.width))
        self.query_one("#next", Static).update(_next(now))
        self._show_verdicts(self.query_one(Table).current)

    def on_resize(self, _: Resize) -> None:
        if self._home and self.composed:
            self._show(self._home)

    def copied(self) -> str | None:
        row = self.query_one(Table).current
        return str(row.key) if row else None

    def action_next_step(self) -> None:
        if self._home:
            self.workbench.take(self._home.next_step)

    def action_ask(self) -> None:
        row = self.query_one(Table).current
        self.workbench.show_form("generate", {"model": row.key} if row else {})

    def action_chat(self) -> None:
        row = self.query_one(Table).current
        if row:
            self.workbench.show_chat(str(row.key))

    def action_batches(self) -> None:
        from workbench.tui.screens.batches import BatchesScreen

        self.app.push_screen(BatchesScreen())

    def action_export(self) -> None:
        self.workbench.show_export()

    @on(Table.Moved)
    def _say(self, event: Table.Moved) -> None:
        self._show_verdicts(event.row)

    def _show_verdicts(self, at: Row | None) -> None:
        """What the numbers of the row in focus say, in words."""
        row = next((one for one in self._home.rows if at and one.name == at.key), None) if self._home else None
        lines = _verdicts(row, self.app.size.width - 4, self._room()) if row else []
        self.query_one("#verdicts", Static).update(Content("\n").join(lines))

    def _room(self) -> int:
        """How many lines the verdicts may take: what a few rows of the list and the lines below leave."""
        size = self.app.size
        below = _at_work(self._home, size.width).plain.count("\n") + 1 if self._home else 0
        return size.height - _OTHER_LINES - _LEAST_ROWS - below

    @on(Table.Chosen)
    def _open_round(self, event: Table.Chosen) -> None:
        from workbench.tui.screens.round import RoundScreen

        self.app.push_screen(RoundScreen(str(event.row.key)))


def _at_once(store: Store, rater: str) -> tuple[Home, bool]:
    """Home from the sums that were kept, and whether they should be counted anew."""
    unkept = summaries.kept(store, rater) is None
    now = home_at_once(store, rater)
    return now, unkept or now.stale


def _marks(now: Home) -> dict[tuple[str, str], str]:
    """(task, metric) of each benchmark shown -> the mark of its numbers; none where all are on the same."""
    shown = [(one.name, one.metric) for row in now.rows if (one := row.figures.bench)]
    tasks = list(dict.fromkeys(shown))
    return {task: _MARKS[at] if len(tasks) > 1 else "" for at, task in enumerate(tasks[: len(_MARKS)])}


def _tasks(marks: Mapping[tuple[str, str], str]) -> Content:
    """Which benchmark the numbers are of."""
    named = " · ".join(f"{mark}{one_line(task, 40)} ({metric})" for (task, metric), mark in marks.items())
    return Content.assemble(("benchmarks ", "$muted"), named) if named else Content("")


def _row(row: HomeRow, marks: Mapping[tuple[str, str], str]) -> Row:
    known = row.figures
    bench = known.bench
    cells = (
        Cell(f"{'└ ' if row.parent else ''}{row.name}", "strong"),
        _figure_cell(bench, marks.get((bench.name, bench.metric), "") if bench else ""),
        _figure_cell(known.stress),
        _figure_cell(known.bias),
        Cell(figures.bounds(row.rating)),
    )
    return Row(row.name, cells)


def _figure_cell(one: Figure | None, mark: str = "") -> Cell:
    if one is None:
        return Cell(figures.MISSING, "muted")
    return Cell(f"{mark}{figures.bounds(one.value)}{'!' if one.seen else ''} {one.sign}".rstrip(), TONES[one.sign])


def _verdicts(row: HomeRow, width: int, room: int) -> list[Content]:
    """What has been asked and rated, and each number that is known in words: whole, where `room` lines are enough."""
    known = (("benchmark", row.figures.bench), ("stress", row.figures.stress), ("bias", row.figures.bias))
    rated = f"{row.answers:,} given, {row.rated:,} rated"
    pairs = f", trained on {plural(row.pairs, 'pair')}" if row.pairs else ""
    origin = f", from {row.parent}" if row.parent else ""
    lines = [("answers", f"{rated}{pairs}{origin}")]
    lines += [(name, f"{one.name}{_seen(one)}: {one.verdict}") for name, one in known if one]
    wrapped = [wrap(one_line(words, _LONGEST), width - _NAME) for _, words in lines]
    most = max((n for n in range(2, _LONGEST) if sum(min(n, len(one)) for one in wrapped) <= room), default=1)
    return [
        Content.assemble((f"{'' if at else name:<{_NAME}}", "$muted"), words)
        for (name, _), whole in zip(lines, wrapped, strict=True)
        for at, words in enumerate(_cut(whole, most, width - _NAME))
    ]


def _cut(lines: list[str], most: int, width: int) -> list[str]:
    """The first `most` lines; where others follow, that is said at the end of the last."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], one_line(" ".join(lines[most - 1 :]), width)]


def _seen(one: Figure) -> str:
    """How many of its items the model was trained on; nothing where that is not known."""
    return "" if one.seen is None else f", {one.seen:,} seen in training"


def _at_work(now: Home, width: int) -> Content:
    """Running and queued jobs, the batches that are open, and what is wrong with the workspace, if anything."""
    lines = [job_line(row, width - 4) for row in now.active[:3]]
    if len(now.active) > 3:
        lines.append(Content.styled(f"and {len(now.active) - 3} more: w shows them", "$muted"))
    if now.open_batches:
        batches = "1 open batch" if len(now.open_batches) == 1 else f"{len(now.open_batches)} open batches"
        answers, pairs = left_to_judge(now.open_batches)
        rate = f", {plural(answers, 'answer')} to rate: r" if answers else ""
        compare = f", {plural(pairs, 'pair')} to compare: v" if pairs else ""
        lines.append(Content.styled(f"{batches}{rate}{compare}", "$muted"))
    if now.warning:
        lines.append(Content.styled(f"! {now.warning}", "$warning"))
    return Content("\n").join(lines)


def _next(now: Home) -> Content:
    step = now.next_step
    return Content.assemble(
        ("n ", "bold $accent"), (one_line(step.label, 60), "bold"), "\n", (f"  {one_line(step.why, 120)}", "$muted")
    )


def job_line(row: JobRow, width: int) -> Content:
    """`job 3  generate smollm2 · prompts  ███···  12/24  2 min 5 s left`."""
    left = f"{figures.duration(row.eta)} left" if row.eta is not None else row.state
    room = max(10, width - 47)
    return Content.assemble(
        (f"job {row.id:<4}", "$muted"), one_line(row.doing, room).ljust(room), "  ",
        (figures.bar(row.done, row.total, 8), "$accent"), f" {figures.share(row.done, row.total):>9}  ",
        (f"{left:>16}", STYLES[of_state(row.state)]),
    )  # fmt: skip
