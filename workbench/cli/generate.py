"""workbench generate"""

from __future__ import annotations

from typing import Any

import click

from workbench.cli import _attach, _parameters
from workbench.cli._session import Command, Session
from workbench.text import plural


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
        answers, batch = job.result["answers"], job.result["batch"]
        session.answer(
            {"job": job.id, **job.result},
            f"{plural(answers, 'answer')} in batch {batch}; next: workbench rate --batch {batch}",
        )
