"""workbench generate"""

from __future__ import annotations

from typing import Any

import click

from workbench.cli import _attach, _parameters
from workbench.cli._session import Command, Session
from workbench.store import batches
from workbench.text import plural
from workbench.views.batches import command_of


@click.command(cls=Command)
@_parameters.options("generate")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def command(session: Session, /, detach: bool, **given: Any) -> None:
    """Answer prompts n times each; the answers become a batch to rate."""
    spec = _parameters.spec("generate", given)
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
        if not detach:
            if "gold_left_out" in job.result:
                session.say(job.result["gold_left_out"])
            made = batches.by_id(store, job.result["batch"])
            words = f"{plural(job.result['answers'], 'answer')} in batch {made.id}; next: workbench"
            session.answer({"job": job.id, **job.result}, f"{words} {command_of(made.mode)} --batch {made.id}")
