"""The terminal application: one store to read with, a poll for what others wrote, and the way between screens.

Writing never happens on the event loop: `perform` does it in a thread with a store of its own, so that no
key ever waits for the lock; `read` does the same for reading that may take long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal, TypeVar

from textual.app import App
from textual.driver import Driver
from textual.events import Resize

from workbench.errors import WorkbenchError
from workbench.records import Job
from workbench.spec import JobSpec
from workbench.store import Store, batches, open_store
from workbench.text import clean
from workbench.tui.actions import bindings
from workbench.tui.driver import TerminalDriver
from workbench.tui.hang_up import end_on_hang_up, exit_on_signals
from workbench.tui.modes import MODES
from workbench.tui.palette import ActionsProvider
from workbench.tui.screens.base import WorkbenchScreen, unless_gone
from workbench.tui.screens.small import SmallScreen, too_small
from workbench.tui.store_thread import StoreThread
from workbench.tui.themes import DARK, THEMES
from workbench.views.home import NextStep
from workbench.workspace import Workspace

POLL_SECONDS = 0.33
SWEEP_SECONDS = 30.0
T = TypeVar("T")
Start = Literal["home", "rate", "versus"]


def run(workspace: Workspace, rater: str, start: Start = "home", batch: int | None = None) -> int:
    """Open the terminal and return its exit code; `batch` None judges the newest open one."""
    end_on_hang_up()
    with open_store(workspace) as store:
        app = WorkbenchApp(store, rater, start, batch)
        app.run()
    return app.return_code or 0


class WorkbenchApp(App[None]):
    """Screens by letter (Textual's modes), each with what was opened from it stacked on top."""

    CSS_PATH = "app.tcss"
    TITLE = "workbench"
    COMMANDS: ClassVar[set[Any]] = {ActionsProvider}
    BINDINGS = bindings("everywhere")
    DEFAULT_MODE = "home"

    def __init__(self, store: Store, rater: str, start: Start = "home", batch: int | None = None) -> None:
        self.store = store
        self.rater = rater
        super().__init__()
        self._start = start
        self._batch = batch
        self._seen = store.data_version()
        self._under_way: set[str | None] = set()
        self._reader = StoreThread(store.workspace, "reader")
        self._writer = StoreThread(store.workspace, "writer")
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name
        for name, screen in MODES.items():
            self.add_mode(name, screen)

    def get_driver_class(self) -> type[Driver]:
        return TerminalDriver

    @property
    def workspace(self) -> Workspace:
        return self.store.workspace

    @property
    def place_name(self) -> str:
        """Whose workspace this is, for the first line."""
        return f"{self.workspace.root.name} · {self.rater}"

    def on_mount(self) -> None:
        exit_on_signals(asyncio.get_running_loop(), self.exit)
        self.set_interval(POLL_SECONDS, self._poll)
        self.set_interval(SWEEP_SECONDS, self._sweep)
        self.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        self._reader.close()
        self._writer.close()

    def on_resize(self, event: Resize) -> None:
        small = too_small(event.size)
        if small and not isinstance(self.screen, SmallScreen):
            self.push_screen(SmallScreen())
        elif not small and isinstance(self.screen, SmallScreen):
            self.pop_screen()

    # --- the store ---

    async def read(self, operation: Callable[[Store], T]) -> T | None:
        """Read in the background what may take long; None after an error, which has been said."""
        return await self._run(self._reader, operation)

    def perform(
        self, operation: Callable[[Store], T], then: Callable[[T], Any] | None = None, once: str | None = None
    ) -> None:
        """Write something in the background; the screen takes it up, and `then` gets the result.

        `once`: what is not begun again while it is under way, as where a key was pressed twice.
        """
        if once in self._under_way:
            return
        if once:
            self._under_way.add(once)

        async def write() -> None:
            result = await self._run(self._writer, operation)
            self._under_way.discard(once)
            self.refresh_screen()
            if then and result is not None:
                then(result)

        self.run_worker(write())

    def refresh_screen(self) -> None:
        """Let the current screen take up what the store says now; while the app ends there is none any more."""
        if not self.screen_stack:
            return
        if isinstance(self.screen, WorkbenchScreen) and self.screen.composed and self.screen.is_attached:
            with unless_gone():
                self.screen.refresh_from_store()

    async def _run(self, thread: StoreThread, operation: Callable[[Store], T]) -> T | None:
        try:
            return await thread.run(operation)
        except WorkbenchError as error:
            self.say(error)
            return None

    def _poll(self) -> None:
        version = self.store.data_version()
        if version != self._seen:
            self._seen = version
            self.refresh_screen()

    def _sweep(self) -> None:
        self.perform(_sweep)

    # --- messages and questions ---

    def say(self, words: str | WorkbenchError) -> None:
        """Tell something in passing; an error in its own words."""
        self.notify(
            clean(str(words)), severity="error" if isinstance(words, WorkbenchError) else "information", markup=False
        )

    def ask(self, question: str, cost: str, then: Callable[[], Any]) -> None:
        """Ask before `then` is done; the default is no."""
        from workbench.tui.screens.confirm import ConfirmScreen

        self.push_screen(ConfirmScreen(question, cost), lambda yes: then() if yes else None)

    # --- going places ---

    def show_job(self, job_id: int) -> None:
        """One job at work or ended; a pre-flight as what it found."""
        from workbench.store import jobs
        from workbench.tui.screens.job import JobScreen
        from workbench.tui.screens.preflight import PreflightScreen

        kind = jobs.by_id(self.store, job_id).kind
        self.push_screen(PreflightScreen(job_id) if kind == "preflight" else JobScreen(job_id))

    def show_form(self, kind: str, values: dict[str, Any]) -> None:
        from workbench.tui.screens.form import FormScreen
        from workbench.tui.screens.train_form import TrainFormScreen

        self.push_screen((TrainFormScreen if kind.startswith("train-") else FormScreen)(kind, values))

    def show_run(self, run_id: int) -> None:
        """The items of a benchmark run."""
        from workbench.tui.screens.bench_items import BenchItemsScreen

        self.push_screen(BenchItemsScreen(run_id))

    def show_stress(self, clean_run: int) -> None:
        """What perturbations did to the model and task of a clean run."""
        from workbench.tui.screens.stress_report import StressReportScreen

        self.push_screen(StressReportScreen(clean_run))

    def show_rating(self, batch_id: int) -> None:
        """Rate or Versus, as the batch asks for."""
        from workbench.tui.screens.rate import RateScreen
        from workbench.tui.screens.versus import VersusScreen

        try:
            compares = batches.by_id(self.store, batch_id).compares
        except WorkbenchError as error:
            self.say(error)
            return
        self.push_screen(VersusScreen(batch_id) if compares else RateScreen(batch_id))

    def show_chat(self, model: str) -> None:
        from workbench.tui.screens.chat import ChatScreen

        self.push_screen(ChatScreen(model))

    def show_export(self, batch_id: int | None = None) -> None:
        """Preview the pairs on the rubric of a batch; without one, of what was rated last."""
        from workbench.tui.screens.export import ExportScreen
        from workbench.views.batches import rubric_of

        rubric = rubric_of(self.store, batch_id)
        self.push_screen(ExportScreen({"rubric": rubric} if rubric else {}))

    def submit(self, spec: JobSpec, then: Callable[[Job], Any]) -> None:
        """Queue a job; `then` gets it."""

        def queue(store: Store) -> Job:
            from workbench import launch  # imported in the thread: it brings pydantic

            return launch.submit(store, spec)

        self.perform(queue, then, once=spec.hash)

    def start_jobs(self, wanted: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Queue several jobs at once, and show the queue."""

        def queue(store: Store) -> bool:
            from workbench import jobs, launch  # imported in the thread: they bring pydantic

            for kind, values in wanted:
                launch.submit(store, jobs.parse(kind, values))
            return True

        words = "1 job is" if len(wanted) == 1 else f"{len(wanted)} jobs are"
        self.perform(queue, lambda _: self.say(f"{words} queued; w shows them."), once=repr(wanted))

    def take(self, step: NextStep) -> None:
        """Do a next step as Home names it."""
        if step.action == "jobs":
            self.show_job(step.values["job"])
        elif step.action in ("rate", "versus"):
            self.show_rating(step.values["batch"])
        elif step.action == "export-preferences":
            self.show_export()
        elif step.action == "measure":
            self.start_jobs(step.values["jobs"])
        else:
            self.show_form(step.action, step.values)

    async def action_home(self) -> None:
        await self._go("home")

    async def action_train(self) -> None:
        await self._go("train")

    async def action_bench(self) -> None:
        await self._go("bench")

    async def action_stress(self) -> None:
        await self._go("stress")

    async def action_bias(self) -> None:
        await self._go("bias")

    async def action_agree(self) -> None:
        await self._go("agree")

    async def action_jobs(self) -> None:
        await self._go("jobs")

    async def action_data(self) -> None:
        await self._go("data")

    def action_rate(self) -> None:
        self._judge("rate", "Nothing is left to rate. On Home, a asks a model for answers.")

    def action_versus(self) -> None:
        self._judge("versus", "No pairs are left to compare. On Home, o lists the batches; n there makes one.")

    def _judge(self, command: str, nothing: str) -> None:
        """The open batch; with several, or where it shows what others gave, a list to choose from."""
        from workbench.views.batches import batch_rows

        left = [row for row in batch_rows(self.store, self.rater) if row.command == command and not row.finished]
        if not left:
            self.say(nothing)
        elif len(left) == 1 and left[0].adjudicates is None:
            self.show_rating(left[0].id)
        else:
            from workbench.tui.screens.pick import PickScreen

            names = {f"{row.id}  {row.name}  {row.judged}/{row.answers} judged": row.id for row in left}
            self.push_screen(
                PickScreen("Which batch?", list(names)), lambda name: self.show_rating(names[name]) if name else None
            )

    async def action_back(self) -> None:
        """One level up; on the innermost screen of a letter, Home; on Home, nothing."""
        screen = self.screen
        if isinstance(screen, WorkbenchScreen) and screen.go_up():
            return
        if len(self.screen_stack) > 1:
            if not isinstance(screen, SmallScreen):
                self._leave(self.pop_screen)
        else:
            await self._go("home")

    def action_help(self) -> None:
        from workbench.tui.screens.help import HelpScreen

        if isinstance(self.screen, WorkbenchScreen) and not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen.scopes))

    def action_copy(self) -> None:
        text = self.screen.copied() if isinstance(self.screen, WorkbenchScreen) else None
        if text:
            self.copy_to_clipboard(text)
            self.say("Copied.")

    async def action_quit(self) -> None:
        self._leave(self.exit)

    def _leave(self, then: Callable[[], Any]) -> None:
        """Go, or ask first where something is not saved."""
        lost = self.screen.unsaved() if isinstance(self.screen, WorkbenchScreen) else None
        if lost:
            self.ask("Leave all the same?", lost, then)
        else:
            then()

    async def _go(self, mode: str) -> None:
        if self.current_mode != mode:
            await self.switch_mode(mode)
        while len(self.screen_stack) > 1:
            await self.pop_screen()

    def _begin(self) -> None:
        """What follows the first paint."""
        if self._batch is not None:
            self.show_rating(self._batch)
        elif self._start == "rate":
            self.action_rate()
        elif self._start == "versus":
            self.action_versus()
        self._sweep()


def _sweep(store: Store) -> None:
    from workbench import launch  # imported in the thread: it brings pydantic

    launch.tend(store)
