"""workbench backup"""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli._session import Command, Session
from workbench.store.backup import backup


@click.command(cls=Command)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where to (default: backups/ by time).")
@click.pass_obj
def command(session: Session, out: Path | None) -> None:
    """Copy the database while it is in use; the copy is checked."""
    with session.store() as store:
        target = backup(store, out.expanduser().resolve() if out else None)
    session.answer({"backup": target, "bytes": target.stat().st_size}, f"backed up to {target}")
