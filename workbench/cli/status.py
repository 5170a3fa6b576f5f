"""workbench status"""

from __future__ import annotations

import click

from workbench import launch
from workbench.cli._session import Command, Session
from workbench.cli._terminal import rater_name
from workbench.errors import WorkbenchError
from workbench.text import plural
from workbench.views.home import recount
from workbench.views.status import Status, status


@click.command(cls=Command)
@click.pass_obj
def command(session: Session) -> None:
    """Say where the workspace stands and what comes next."""
    if not session.workspace.database.is_file():
        raise WorkbenchError(f"There is no workspace in {session.workspace.root} yet.", "Make one: workbench init")
    with session.store() as store:
        launch.sweep(store)
        recount(store, rater_name())
        found = status(store, rater_name())
    session.answer(found, _text(found))


def _text(found: Status) -> str:
    lines = [
        f"{found.workspace}",
        f"{plural(found.models, 'model')}, {plural(found.answers, 'answer')}, {plural(found.judgments, 'judgment')}; "
        f"{found.answers_to_rate:,} left to rate, {plural(found.pairs_to_compare, 'pair')} to compare",
        *(f"job {job.id}: {job.name}: {job.state} {job.done}/{job.total}" for job in found.jobs),
        f"next: {found.next_step.label} ({found.next_step.why})",
    ]
    return "\n".join(lines)
