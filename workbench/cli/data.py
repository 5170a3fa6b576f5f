"""workbench data"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from workbench.cli import _attach, _mixture, _parameters
from workbench.cli._session import Group, Session, plain
from workbench.cli._table import table
from workbench.data import sources
from workbench.data.mixtures.mix import TaskCount
from workbench.errors import UsageError
from workbench.store import mirrors
from workbench.text import clean
from workbench.views.catalog import bundled_sets, catalog
from workbench.views.data_check import DataCheck, data_check
from workbench.views.data_rows import DataShown, RowShown, data_rows, data_shown
from workbench.views.mixture import mixture_preview

_MOST = 10**12  # rows: more than any file has
_MIRRORED = (".jsonl", ".json", ".csv", ".tsv", ".parquet")  # what the tasks' own loading reads


@click.group(cls=Group)
def command() -> None:
    """Bring data sets in and look at them."""


@command.command("import")
@click.argument("path")
@_parameters.options("import-data", leave_out=("path", "map"))
@click.option("--map", "mapped", multiple=True, help="OURS=THEIRS: which column of the file is ours; may be repeated.")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def import_(session: Session, /, path: str, mapped: tuple[str, ...], detach: bool, **given: Any) -> None:
    """Bring in PATH: a file of rows, a folder saved by the datasets library, or a hub id.

    Every row is checked; ctrl+c ends the import, and nothing of it is left.
    """
    there = Path(path).expanduser()
    given |= {"path": str(there.resolve()) if there.exists() else path, "map": ", ".join(mapped) or None}
    spec = _parameters.spec("import-data", given)
    with session.store() as store:
        job = _attach.run(session, store, spec, detach, ends_with_us=True)
    if not detach:
        result = job.result
        session.answer(
            {"job": job.id, **result},
            f"{result['data']}: {result['rows']:,} rows, layout {result['layout']}\n{_imported(result)}",
        )


@command.command("list")
@click.pass_obj
def list_(session: Session) -> None:
    """The data sets of the workspace, and the bundled ones."""
    with session.store() as store:
        sets = catalog(store).data
    names = {one.name for one in sets}
    uses = ("prompts", "pairs", "instructions")
    bundled = [name for use in uses for name in bundled_sets(use) if name not in names]
    shown = [(one.name, one.layout, one.rows, one.source) for one in sets] + [
        (name, None, None, "bundled") for name in bundled
    ]
    session.answer({"data": sets, "bundled": bundled}, table(("name", "layout", "rows", "source"), shown))


@command.command()
@click.argument("name")
@click.option("--rows", "count", type=click.IntRange(0, _MOST), default=3, show_default=True, help="How many rows.")
@click.option(
    "--from", "first", type=click.IntRange(1, _MOST), default=1, show_default=True, help="Number of the first."
)
@click.pass_obj
def show(session: Session, name: str, count: int, first: int) -> None:
    """What a data set holds: layout, columns, counts, splits, and rows as they are."""
    with session.store() as store:
        found, rows = data_shown(store, name), data_rows(store, name, first, count)
    session.answer({**plain(found), "shown": rows}, _shown(found, rows))


@command.command()
@click.argument("hub_id")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--config", default="", help="The data set's configuration on the hub (GLUE's SST-2: sst2).")
@click.option("--split", default="validation", show_default=True, help="Which split the file stands in for.")
@click.pass_obj
def mirror(session: Session, hub_id: str, path: Path, config: str, split: str) -> None:
    """Let a local file (jsonl, json, csv, tsv or parquet) stand in for HUB_ID: stock tasks then run offline."""
    if path.suffix.lower() not in _MIRRORED:
        raise UsageError(f"{path}: no task could read it.", f"A mirror ends in {', '.join(_MIRRORED)}.")
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


@command.command()
@click.argument("data")
@_parameters.options("export-data", leave_out=("data",))
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def export(session: Session, /, data: str, detach: bool, **given: Any) -> None:
    """Write DATA as jsonl, parquet, a datasets folder, or ready for TRL or LLaMA-Factory, with a card."""
    spec = _parameters.spec("export-data", {"data": data, **given})
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
    if not detach:
        result = job.result
        counts = ", ".join(f"{split} {count:,}" for split, count in result["counts"].items())
        session.answer({"job": job.id, **result}, f"{result['path']}: {result['rows']:,} rows ({counts}), and a card")


@command.command()
@click.argument("parts", metavar="SPEC.toml | SET[=WEIGHT]...", nargs=-1, required=True)
@_parameters.options("mix-data", leave_out=("sources", "replay"))
@click.option("--replay", multiple=True, metavar="SET=SHARE", help="Part of the whole from an older set; repeatable.")
@click.option("--preview", type=click.IntRange(min=1), help="Show the counts and that many rows; write nothing.")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def mix(
    session: Session,
    /,
    parts: tuple[str, ...],
    replay: tuple[str, ...],
    preview: int | None,
    detach: bool,
    **given: Any,
) -> None:
    """Make one data set of several: by size, weight or quota, with templates and examples where a spec says so."""
    if preview is not None and detach:
        raise UsageError("--detach does not go with --preview, which queues nothing.", "Leave one of them out.")
    spec = _mixture.spec(parts, replay, given)
    with session.store() as store:
        if preview is not None:
            found = mixture_preview(store, spec.params, preview)
            session.answer(plain(found), _mixture.previewed(found))
            return
        job = _attach.run(session, store, spec, detach)
    if not detach:
        result = job.result
        counts = _mixture.counted(tuple(TaskCount(**one) for one in result["counts"]))
        session.answer(
            {"job": job.id, **result},
            f"{result['data']}: {result['rows']:,} rows, layout {result['layout']}\n\n{counts}",
        )


def _shown(data: DataShown, rows: list[RowShown]) -> str:
    """The facts, a table of the columns, and each row with a line a column."""
    facts = [
        f"{data.name}: {data.rows:,} rows, layout {data.layout} (for TRL: {data.trl})",
        f"to train on {data.training:,}, for evaluation only {data.evaluation:,}",
        f"from {data.source}, kept as {data.path}",
    ]
    columns = [(one.name, one.kinds, one.filled) for one in data.columns]
    lines = [*facts, "", table(("column", "holds", f"filled of {data.sampled:,}"), columns)]
    for row in rows:
        lines += ["", f"row {row.number:,}, {row.part}"]
        lines += [f"  {name}: {_value(value)}" for name, value in row.values.items()]
    return "\n".join(lines)


def _value(value: Any) -> str:
    """A text as it is, anything else as JSON; safe for a terminal."""
    return clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).replace("\n", "\n    ")


def _imported(result: dict[str, Any]) -> str:
    """What was recognised, and the rows held out."""
    lines = [result["recognised"]]
    if "evaluation" in result:
        lines.append(f"{result['training']:,} rows to train on, {result['evaluation']:,} for evaluation only")
    return "\n".join(lines)


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
