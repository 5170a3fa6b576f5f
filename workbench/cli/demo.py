"""workbench demo"""

from __future__ import annotations

import click

from workbench import workspace as places
from workbench.cli import _attach, _parameters
from workbench.cli._session import Command, Session
from workbench.cli._terminal import open_terminal
from workbench.store import Store, batches, jobs, open_store, settings

PROMPTS = 12


@click.command(cls=Command)
@click.option("--headless", is_flag=True, help="Prepare everything, but do not open the terminal.")
@click.pass_obj
def command(session: Session, headless: bool) -> None:
    """Try the workbench: a real model answers a dozen prompts twice, and you rate."""
    workspace = places.find(session.explicit) if session.explicit else places.demo()
    with open_store(workspace) as store:
        if not batches.all_batches(store):
            _prepare(session, store)
        batch = batches.all_batches(store)[0]
    session.say(f"demo workspace: {workspace.root}")
    if headless:
        session.answer({"workspace": workspace.root, "batch": batch.id}, f"batch {batch.id} is ready to rate")
        return
    raise SystemExit(open_terminal(workspace, start="rate", batch=batch.id))


def _prepare(session: Session, store: Store) -> None:
    """Fetch the model and let it answer; a demo that was broken off goes on where it was."""
    settings.put(store, settings.EVALUATION_SHARE, "0")  # every rated prompt may be trained on
    unfinished = next((job for job in jobs.recent(store) if job.kind == "generate" and job.state != "done"), None)
    if unfinished is None:
        _attach.run(session, store, _parameters.spec("pull", {"name": "smollm2"}), detach=False)
        spec = _parameters.spec("generate", {"model": "smollm2", "data": "prompts", "limit": PROMPTS, "n": 2})
        _attach.run(session, store, spec, detach=False)
    else:
        if unfinished.ended:
            jobs.requeue(store, unfinished.id)
        _attach.attach(session, store, unfinished.id)
