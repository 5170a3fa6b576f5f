"""workbench export"""

from __future__ import annotations

from typing import Any

import click

from workbench import jobs as kinds
from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session
from workbench.cli._table import table
from workbench.views.preferences import preview

KIND = "export-preferences"


@click.group(cls=Group)
def command() -> None:
    """Write ratings as training data."""


@command.command()
@_parameters.options(KIND)
@click.option("--preview", "preview_only", is_flag=True, help="Show what would be kept and dropped; write nothing.")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def preferences(session: Session, /, preview_only: bool, detach: bool, **given: Any) -> None:
    """Preference pairs for DPO, in TRL's format; the counts come first."""
    spec = _parameters.spec(KIND, given)
    with session.store() as store:
        shown = preview(store, kinds.params(KIND)(**spec.params))  # type: ignore[arg-type]
        counts = table(("pairs", "count"), list(shown.counts.items()))
        if preview_only:
            session.answer(shown, f"{counts}\n{shown.advice or ''}".rstrip())
            return
        session.say(counts)
        job = _attach.run(session, store, spec, detach)
    if not detach:
        rows, path, name = job.result["rows"], job.result["path"], job.result["data"]
        session.answer(
            {"job": job.id, **job.result}, f"{rows} pairs in {path}; next: workbench train dpo --data {name}"
        )
