"""workbench data"""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session
from workbench.cli._table import table
from workbench.data import formats
from workbench.views.catalog import bundled_sets, catalog


@click.group(cls=Group)
def command() -> None:
    """Bring data sets in and look at them."""


@command.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the data set (default: the file's).")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def import_(session: Session, path: Path, name: str | None, detach: bool) -> None:
    """Check a file of rows and copy it into the workspace."""
    formats.read(path)  # refused here, at once, rather than in the worker
    spec = _parameters.spec("import-data", {"path": str(path.resolve()), "name": name})
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
    if not detach:
        result = job.result
        session.answer(
            {"job": job.id, **result}, f"{result['data']}: {result['rows']:,} rows, layout {result['layout']}"
        )


@command.command("list")
@click.pass_obj
def list_(session: Session) -> None:
    """The data sets of the workspace, and the bundled ones."""
    with session.store() as store:
        sets = catalog(store).data
    names = {one.name for one in sets}
    bundled = [name for name in (*bundled_sets("prompts"), *bundled_sets("pairs")) if name not in names]
    shown = [(one.name, one.layout, one.rows, one.source) for one in sets] + [
        (name, None, None, "bundled") for name in bundled
    ]
    session.answer({"data": sets, "bundled": bundled}, table(("name", "layout", "rows", "source"), shown))
