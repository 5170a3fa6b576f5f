"""workbench data"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session, plain
from workbench.cli._table import table
from workbench.data import formats, sources
from workbench.store import mirrors
from workbench.views.catalog import bundled_sets, catalog
from workbench.views.data_check import DataCheck, data_check


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


@command.command()
@click.argument("hub_id")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--config", default="", help="The data set's configuration on the hub (GLUE's SST-2: sst2).")
@click.option("--split", default="validation", show_default=True, help="Which split the file stands in for.")
@click.pass_obj
def mirror(session: Session, hub_id: str, path: Path, config: str, split: str) -> None:
    """Let a local file (jsonl, csv, tsv, parquet) stand in for HUB_ID, so that stock tasks run without a network."""
    with session.store() as store:
        stored, fingerprint = sources.keep(path.resolve(), session.workspace)
        mirrors.add(store, hub_id, config, split, str(stored), fingerprint)
    where = f"{hub_id}{', ' + config if config else ''}, {split}"
    session.answer(
        {"hub_id": hub_id, "config": config, "split": split, "path": stored}, f"{where} is {path} from now on"
    )


@command.command()
@click.argument("data")
@_parameters.options("check-data", leave_out=("data",))
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def check(session: Session, /, data: str, detach: bool, **given: Any) -> None:
    """Look at the rows of DATA (a name or a file) before training on them: doubles, contradictions, leaks and more."""
    spec = _parameters.spec("check-data", {"data": data, **given})
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
    if not detach:
        found = data_check(job.result)
        session.answer({"job": job.id, **plain(found)}, _findings(found))


@command.command()
@click.argument("data")
@click.option("--out", "name", help="Name of the new data set (default: DATA-redacted).")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def redact(session: Session, data: str, name: str | None, detach: bool) -> None:
    """Copy DATA with e-mail addresses, telephone, card, account and id numbers replaced by their kind."""
    spec = _parameters.spec("redact-data", {"data": data, "name": name})
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
    if not detach:
        result = job.result
        session.answer(
            {"job": job.id, **result}, f"{result['data']}: {result['changed']:,} of {result['rows']:,} rows changed"
        )


def _findings(found: DataCheck) -> str:
    """Errors and warnings with their examples and advice, then one line a note."""
    lines = [f"{found.data}: {found.verdict}"]
    for finding in found.findings:
        lines.append(f"{finding.level:<8} {finding.check:<18}  {finding.sentence}")
        lines += [f"{'':29}{_numbers(one.rows)}: {one.text}" for one in finding.examples]
        lines += [f"{'':29}-> {finding.advice}"] if finding.advice else []
    return "\n".join(lines)


def _numbers(rows: tuple[int, ...]) -> str:
    """`row 3`, or `rows 3, 2` for rows that were found together."""
    return f"row{'s' * (len(rows) > 1)} {', '.join(map(str, rows))}"
