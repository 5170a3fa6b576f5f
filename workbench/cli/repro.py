"""workbench repro"""

from __future__ import annotations

import click

from workbench import launch
from workbench.cli import _attach
from workbench.cli._session import Command, Session, plain
from workbench.errors import UsageError
from workbench.views.repro import Checked, Repro, again
from workbench.views.repro import repro as look

_HASH = 12  # characters of one that are shown


@click.command(cls=Command)
@click.argument("job", type=int)
@click.option("--run", "run_again", is_flag=True, help="Queue it again, on the same rows with the same settings.")
@click.option("--detach", is_flag=True, help="With --run: print the new job's number, and return.")
@click.pass_obj
def command(session: Session, job: int, run_again: bool, detach: bool) -> None:
    """The exact spec of a job, and what differs today in what it read and ran on.

    What is printed is a spec file: the findings in it are comments.
    """
    if detach and not run_again:
        raise UsageError("--detach goes with --run: without it nothing is queued.")
    with session.store() as store:
        if run_again:
            spec, plan = again(store, job)
            queued = launch.submit(store, spec, plan)
            if not detach:
                _attach.attach(session, store, queued.id)
        found = look(store, job)
    answer = {**plain(found), **({"queued": queued.id} if run_again else {})}
    session.answer(answer, _text(found))


def _text(found: Repro) -> str:
    lines = [f"# job {found.job}, {found.state}; hash of the spec {found.spec_hash}", found.spec.rstrip(), ""]
    lines += [f"# {one.name}: {_words(one)}" for one in (*found.inputs, *found.versions)]
    lines += [f"# repeated as job {one.job} ({one.state}): {one.verdict}" for one in found.repeated]
    return "\n".join([*lines, f"# {found.verdict}"])


def _words(one: Checked) -> str:
    was, now = one.was[:_HASH], (one.now or "gone")[:_HASH]
    words = f"{was}, the same today" if one.finding == "same" else f"{was}, today {now}"
    return f"{words}. {one.note}" if one.note else words
