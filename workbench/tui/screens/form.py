"""A form for any kind of job, made from its parameters: what `jobs.parse` refuses is said beside the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Input, Static

from workbench.errors import UsageError
from workbench.records import Job
from workbench.spec import JobSpec
from workbench.text import clean
from workbench.tui.actions import bindings
from workbench.tui.fields import Field, fields, typed, values
from workbench.tui.screens.base import WorkbenchScreen


class FieldRow(Vertical):
    """Name, value, and what it means; beneath it, what is wrong with it, if anything."""

    def __init__(self, field: Field, value: str) -> None:
        super().__init__()
        self.field = field
        self._value = value

    def compose(self) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Static(Content(self.field.name), classes="name")
            yield Input(self._value, placeholder=self.field.default, compact=True, select_on_focus=False)
            yield Static(Content("▾" if self.field.choices else ""), classes="more")
            yield Static(Content(self.field.description), classes="description")
        yield Static(classes="wrong", markup=False)

    @property
    def input(self) -> Input:
        return self.query_one(Input)

    def take(self, picked: str | None) -> None:
        """Put a picked value in; None leaves what is there."""
        if picked is not None:
            self.input.value = picked
            self.input.cursor_position = len(picked)

    def refuse(self, words: str) -> None:
        """Say what is wrong; an empty text says that nothing is."""
        self.query_one(".wrong", Static).update(Content(f"✗ {words}" if words else ""))
        self.set_class(bool(words), "-wrong")


class FieldRows(VerticalScroll, can_focus=False, inherit_bindings=False):
    """All fields. Arrows are the form's: where the rows do not fit, they would scroll here instead."""


class FormScreen(WorkbenchScreen[None]):
    """Starting a job. No screen letters here: letters are typed."""

    scopes: ClassVar[tuple[str, ...]] = ("form", "everywhere")
    BINDINGS = bindings("form")
    CSS_PATH = "form.tcss"
    AUTO_FOCUS = "Input"

    def __init__(self, kind: str, given: Mapping[str, Any]) -> None:
        super().__init__()
        self.kind = kind
        self._given = {name: typed(value) for name, value in given.items()}
        self._fields: list[Field] = []

    def heading(self) -> str:
        return f"New job: {self.kind}"

    def body(self) -> ComposeResult:
        self._fields = fields(self.workbench.store, self.kind)
        with FieldRows():
            for field in self._fields:
                yield FieldRow(field, self._given.get(field.name, field.default))
        yield Static(id="meaning", markup=False)
        yield Static(id="refusal", markup=False)

    def action_previous_field(self) -> None:
        self.focus_previous(Input)

    def action_next_field(self) -> None:
        self.focus_next(Input)

    def action_pick(self) -> None:
        """A list where there are choices, else the field below."""
        row = self._row()
        if row is None or not row.field.choices:
            self.focus_next(Input)
            return
        from workbench.tui.screens.pick import PickScreen

        self.app.push_screen(PickScreen(row.field.name, row.field.choices, row.input.value), row.take)

    def action_start(self) -> None:
        spec = self.entered()
        if spec is not None:
            self.workbench.submit(spec, self._started)

    def entered(self) -> JobSpec | None:
        """What the fields say; None where they cannot be right, and then that is said beside them."""
        try:
            spec = self.parsed()
        except UsageError as error:
            self._refuse(error)
            return None
        self._refuse(None)
        return spec

    def parsed(self) -> JobSpec:
        """What the fields say; UsageError where they cannot be right."""
        from workbench import jobs

        given = {row.field.name: row.input.value for row in self.query(FieldRow)}
        return jobs.parse(self.kind, values(self._fields, given))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_pick()

    @on(DescendantFocus)
    def _explain(self) -> None:
        row = self._row()
        if row:
            self.query_one("#meaning", Static).update(Content.assemble((row.field.name, "bold"), f"  {row.field.help}"))

    def _started(self, job: Job) -> None:
        """The job takes the place of the form; who has gone elsewhere meanwhile stays there."""
        if self.is_current:
            self.app.pop_screen()
            self.workbench.show_job(job.id)
        else:
            self.workbench.say(f"Job {job.id} is queued.")

    def _row(self) -> FieldRow | None:
        """The field in focus."""
        return next((row for row in self.query(FieldRow) if row.input.has_focus), None)

    def _refuse(self, error: UsageError | None) -> None:
        """Say it at the field that the sentence names, and below the form when it names none."""
        words = clean(str(error)) if error else ""
        name, _, wrong = words.removeprefix(f"{self.kind}: ").partition(": ")
        named = name in (field.name for field in self._fields)
        for row in self.query(FieldRow):
            at_fault = row.field.name == name
            row.refuse(wrong if at_fault else "")
            if at_fault:
                row.input.focus()
        self.query_one("#refusal", Static).update(Content(f"✗ {words}" if words and not named else ""))
