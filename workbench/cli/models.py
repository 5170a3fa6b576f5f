"""workbench models"""

from __future__ import annotations

from typing import Any

import click

from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session, plain
from workbench.cli._table import table
from workbench.cli._terminal import rater_name
from workbench.spec import canonical_json
from workbench.store import models as catalog
from workbench.store.lineage import lineage
from workbench.views import unseen
from workbench.views.catalog import made_by
from workbench.views.forgetting import forgetting
from workbench.views.forgetting import lines as told
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


@command.command()
@click.argument("model")
@_parameters.options("export-model", leave_out=("model",))
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def export(session: Session, /, model: str, detach: bool, **given: Any) -> None:
    """Write a model as safetensors with its tokenizer, chat template and card; what serves it is printed."""
    spec = _parameters.spec("export-model", {"model": model, **given})
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
    if not detach:
        on = f", an adapter on {job.result['base']}" if job.result["base"] else ""
        commands = [f"{program}: {words}" for program, words in job.result["serve"].items()]
        lines = [f"{job.result['model']} is in {job.result['path']}{on}", *commands]
        session.answer({"job": job.id, **job.result}, "\n".join(lines))


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
        steps, made = lineage(store, model), made_by(store, model)
        cost = forgetting(store, name)
    rows = [
        (key, value if isinstance(value, str | int) else canonical_json(value)) for key, value in plain(model).items()
    ]
    lines = [line for heading, facts in made for line in ("", heading, *(f"  {key}: {facts[key]}" for key in facts))]
    lines += ["", *unseen.lines(model.details)] if unseen.unseen(model.details) else []
    lines += ["", *told(cost)] if cost else []
    session.answer(
        {**plain(model), "lineage": steps, "forgetting": cost},
        "\n".join([table(("field", "value"), rows), *lines]),
    )
