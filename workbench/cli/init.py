"""workbench init"""

from __future__ import annotations

import os
from pathlib import Path

import click

from workbench.cli._session import Command, Session
from workbench.store import open_store
from workbench.workspace import VARIABLE, Workspace


@click.command(cls=Command)
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def command(session: Session, folder: Path | None) -> None:
    """Make a workspace in FOLDER (default: --workspace, else $WORKBENCH_WORKSPACE, else the current folder)."""
    root = (folder or Path(session.explicit or os.environ.get(VARIABLE) or ".")).expanduser().resolve()
    with open_store(Workspace(root)) as store:
        session.answer({"workspace": str(root), "database": str(store.path)}, f"workspace ready: {root}")
