"""workbench jobs"""

from __future__ import annotations

import time

import click

from workbench import launch
from workbench.cli import _attach
from workbench.cli._session import Group, Session
from workbench.cli._table import seconds, table
from workbench.errors import JobError
from workbench.spec import canonical_json
from workbench.store import jobs
from workbench.views import training
from workbench.views.job_detail import JobDetail, job_detail
from workbench.views.jobs import JobRow, job_rows, runs_next

_RUNG_SECONDS = 10.0


@click.group(cls=Group)
def command() -> None:
    """Look at the queue, and at single jobs."""


@command.command("list")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    help="How many: those that are not over come first.",
)
@click.pass_obj
def list_(session: Session, limit: int) -> None:
    """Jobs at work, then those that wait in the order they run, then those that are over, newest first."""
    with session.store() as store:
        launch.sweep(store)
        rows = job_rows(store, limit)
    shown = [
        (row.id, row.name, row.state, f"{row.done}/{row.total}", seconds(row.eta), row.error or row.message)
        for row in rows
    ]
    session.answer(rows, table(("job", "name", "state", "done", "left", "what it says"), shown))


@command.command()
@click.argument("job", type=int)
@click.pass_obj
def show(session: Session, job: int) -> None:
    """One job: parameters, progress, the latest numbers, result."""
    with session.store() as store:
        launch.sweep(store)
        detail = job_detail(store, job)
    latest = {name: _number(series[-1][1]) for name, series in detail.series.items()}
    rows = [
        ("name", detail.row.name), ("state", detail.row.state), ("done", f"{detail.row.done}/{detail.row.total}"),
        ("took", _took(detail.row)), ("error", detail.row.error), ("params", canonical_json(detail.params)),
        *_told(detail), *latest.items(),
        *detail.row.result.items(),
    ]  # fmt: skip
    session.answer(detail, table(("field", "value"), rows))


def _took(row: JobRow) -> str | None:
    """`4 min 10 s, after waiting 12 s`: the waiting is none of it."""
    if row.seconds is None:
        return None
    waited = f", after waiting {seconds(row.waited)}" if row.waited and row.waited >= 1 else ""
    return f"{seconds(row.seconds)}{'' if row.ended else ' so far'}{waited}"


def _number(value: float) -> str:
    """`37,340`, `2.166`, `4e-06`: a learning rate is far below what two decimals show."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


@command.command()
@click.pass_obj
def predictions(session: Session) -> None:
    """What past trainings were predicted to take, from one measured step, beside what they took."""
    with session.store() as store:
        found = training.predictions(store)
    rows = [
        (one.job, one.name, seconds(one.seconds), seconds(one.took), _ratio(one.seconds, one.took),
         one.memory, one.peak, _ratio(one.memory, one.peak))
        for one in found
    ]  # fmt: skip
    headings = ("job", "name", "predicted", "took", "took / predicted", "GB predicted", "GB taken", "taken / predicted")
    session.answer(found, table(headings, rows))


def _ratio(predicted: float, came: float | None) -> float | None:
    return None if came is None or not predicted else came / predicted


def _told(detail: JobDetail) -> list[tuple[str, object]]:
    """Of a training: what was predicted, and each light that is not well."""
    found = detail.prediction
    predicted = [] if found is None else [("predicted", f"{seconds(found.seconds)}, {found.memory:.1f} GB")]
    return [*predicted, *((light.name, light.finding) for light in detail.lights if light.finding)]


@command.command()
@click.argument("job", type=int)
@click.pass_obj
def first(session: Session, job: int) -> None:
    """Put a waiting job before all others that wait; what is at work goes on."""
    with session.store() as store:
        found = runs_next(store, launch.put_first(store, job))
    session.answer({"job": job, "says": found}, found)


@command.command()
@click.argument("job", type=int)
@click.pass_obj
def end(session: Session, job: int) -> None:
    """End a training after the step it is at, and keep its best model; jobs cancel keeps none."""
    with session.store() as store:
        if not jobs.request_end(store, job):
            found = jobs.by_id(store, job)
            raise JobError(
                f"Job {job} is {found.state}, and only one at work can be ended.", "See workbench jobs list."
            )
    session.answer({"job": job, "state": "ending"}, f"job {job} ends after this step: workbench jobs attach {job}")


@command.command()
@click.argument("job", type=int)
@click.pass_obj
def attach(session: Session, job: int) -> None:
    """Watch a job until it ends; ctrl+c leaves it running."""
    with session.store() as store:
        ended = _attach.attach(session, store, job)
    session.answer({"job": ended.id, "state": ended.state, **ended.result}, f"job {ended.id} is {ended.state}")


@command.command()
@click.argument("job", type=int)
@click.pass_obj
def logs(session: Session, job: int) -> None:
    """The end of a job's log."""
    with session.store() as store:
        text = job_detail(store, job).log
    session.answer({"job": job, "log": text}, text.rstrip() or "(nothing yet)")


@command.command()
@click.argument("job", type=int)
@click.pass_obj
def cancel(session: Session, job: int) -> None:
    """Stop a job: ask, then end its worker after 10 s, then kill it after 20 s; what it had done is kept."""
    with session.store() as store:
        found = launch.cancel(store, job)
        asked = time.monotonic()
        while not found.ended:
            if time.monotonic() - asked > _RUNG_SECONDS:
                found, asked = launch.cancel(store, job), time.monotonic()
            time.sleep(0.2)
            launch.sweep(store)
            found = jobs.by_id(store, job)
    session.answer({"job": job, "state": found.state}, f"job {job} is {found.state}")


@command.command()
@click.argument("job", type=int)
@click.option("--detach", is_flag=True, help="Put it back on the queue and return.")
@click.pass_obj
def resume(session: Session, job: int, detach: bool) -> None:
    """Go on with a failed, cancelled or lost job where it was."""
    with session.store() as store:
        launch.sweep(store)
        found = launch.resume(store, job)
        if not detach:
            found = _attach.attach(session, store, job)
    session.answer({"job": job, "state": found.state, **found.result}, f"job {job} is {found.state}")
