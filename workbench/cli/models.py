"""workbench models"""

from __future__ import annotations

import click

from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session, plain
from workbench.cli._table import table
from workbench.cli._terminal import rater_name
from workbench.spec import canonical_json
from workbench.store import models as catalog
from workbench.views.home import home


@click.group(cls=Group)
def command() -> None:
    """Fetch and look at models."""


@command.command()
@click.argument("name", default="smollm2")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def pull(session: Session, name: str, detach: bool) -> None:
    """Fetch a model: smollm2, tiny, a hub id, a folder or a .gguf file; or enter a served one by URL#NAME."""
    spec = _parameters.spec("pull", {"name": name})
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
    if not detach:
        where = f"in {job.result['path']}" if job.result["path"] else "where it is served"
        session.answer({"job": job.id, **job.result}, f"{job.result['model']} is ready {where}")


@command.command("list")
@click.pass_obj
def list_(session: Session) -> None:
    """All models of the workspace, with what is known of them."""
    with session.store() as store:
        rows = home(store, rater_name()).rows
    shown = [
        (row.name, row.parent, row.kind, row.answers, row.rated, row.rating.estimate if row.rating else None)
        for row in rows
    ]
    session.answer(rows, table(("model", "parent", "kind", "answers", "rated", "mean"), shown))


@command.command()
@click.argument("name")
@click.pass_obj
def show(session: Session, name: str) -> None:
    """One model with its lineage."""
    with session.store() as store:
        model = catalog.by_name(store, name)
    rows = [
        (key, value if isinstance(value, str | int) else canonical_json(value)) for key, value in plain(model).items()
    ]
    session.answer(model, table(("field", "value"), rows))
