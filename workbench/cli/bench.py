"""workbench bench"""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import Any

import click

from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session
from workbench.cli._table import table
from workbench.errors import UnknownName
from workbench.statistics.mean import Interval
from workbench.store import runs
from workbench.tasks import index
from workbench.tasks import suites as task_suites
from workbench.text import plural
from workbench.views.bench import RunRow, item_rows, run_row, run_rows
from workbench.views.efficiency import RunCost, run_cost

_RIGHT_OR_WRONG = {True: "right", False: "WRONG", None: ""}


@click.group(cls=Group)
def command() -> None:
    """Measure models on benchmark tasks; every answer is kept."""


@command.command()
@_parameters.options("bench")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def run(session: Session, /, detach: bool, **given: Any) -> None:
    """One model on a task, a group of tasks or a suite."""
    spec = _parameters.spec("bench", given)
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
        if not detach:
            rows = [run_row(store, runs.by_id(store, one["run"])) for one in job.result["runs"]]
            scored, left_out = job.result["groups"], job.result["left_out"]
            answer = {"job": job.id, "run": rows[0], "runs": rows, "groups": scored, "left_out": left_out}
            session.answer(answer, "\n".join([_table(rows), *_group_lines(scored), *_left_out_lines(left_out)]))


@command.command()
@click.pass_obj
def suites(session: Session) -> None:
    """Suites of tasks, and what they lack."""
    found = task_suites.suites()
    lines = [
        f"{suite.name:<14}{suite.about}\n{'':<14}{', '.join(suite.tasks)}"
        + "".join(f"\n{'':<14}missing: {name} ({reason})" for name, reason in suite.missing.items())
        for suite in found
    ]
    session.answer(found, "\n".join(lines))


@command.command()
@click.argument("words", nargs=-1)
@click.pass_obj
def tasks(session: Session, words: tuple[str, ...]) -> None:
    """Names of tasks and groups, bundled ones first; with WORDS, those that hold every one."""
    found = index.search(words)
    if words and not found:
        raise UnknownName("task", " ".join(words), {*index.bundled(), *index.installed()})
    session.answer(found, "\n".join(found))


@command.command("list")
@click.pass_obj
def list_(session: Session) -> None:
    """All runs, newest first."""
    with session.store() as store:
        rows = run_rows(store)
    session.answer(rows, _table(rows))


@command.command()
@click.argument("run", type=int)
@click.option("--wrong", is_flag=True, help="Only items answered wrongly.")
@click.pass_obj
def show(session: Session, run: int, wrong: bool) -> None:
    """The items of a run: what was asked, the answer, and by how much."""
    with session.store() as store:
        rows = [row for row in item_rows(store, run) if not wrong or row.correct is False]
        spent = run_cost(store, run)
    shown = [
        (row.position, row.context, _RIGHT_OR_WRONG[row.correct], row.text or _choice(row.choices, row.answer),
         _choice(row.choices, row.gold), row.margin)
        for row in rows
    ]  # fmt: skip
    items = table(("item", "asked", "", "answer", "gold", "margin"), shown)
    session.answer(rows, "\n".join([items, *_cost_lines(spent)]))


@command.command()
@click.argument("run", type=int)
@click.pass_obj
def cost(session: Session, run: int) -> None:
    """What a run took: seconds an item, tokens a second, peak memory."""
    with session.store() as store:
        found = run_cost(store, runs.by_id(store, run).id)
    session.answer(found, "\n".join(_cost_lines(found)) or "Nothing was measured.")


@command.command()
@click.argument("numbers", nargs=-1, required=True, type=int, metavar="RUN...")
@_parameters.options("export-bench", leave_out=("runs",))
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def export(session: Session, /, numbers: tuple[int, ...], detach: bool, **given: Any) -> None:
    """Write finished runs as lm-eval's result folder, as csv, parquet or a Markdown table."""
    spec = _parameters.spec("export-bench", {"runs": ", ".join(map(str, numbers)), **given})
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
    if not detach:
        found = job.result
        words = f"{found['path']}: {plural(len(found['runs']), 'run')}, {plural(found['items'], 'item')}"
        session.answer({"job": job.id, **found}, words)


@command.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def import_(session: Session, path: Path, detach: bool) -> None:
    """Read PATH, a result folder of lm-eval with its samples; its tasks become runs."""
    spec = _parameters.spec("import-bench", {"path": str(path.expanduser().resolve())})
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
        if not detach:
            rows = [run_row(store, runs.by_id(store, one["run"])) for one in job.result["runs"]]
            left_out = job.result["left_out"]
            answer = {"job": job.id, "runs": rows, "left_out": left_out}
            session.answer(answer, "\n".join([_table(rows), *_left_out_lines(left_out)]))


def interval(value: Interval | None) -> str | None:
    """`.412 [.340, .488]`; without bounds, and `–`, where they and it are not known; None stays None."""
    if value is None:
        return None
    if isnan(value.estimate):
        return "–"
    estimate = f"{value.estimate:.3f}"
    return estimate if isnan(value.low) else f"{estimate} [{value.low:.3f}, {value.high:.3f}]"


def _table(rows: list[RunRow]) -> str:
    shown = [(row.id, row.model, row.task, row.variant, row.items, row.metric, interval(row.accuracy), row.guess)
             for row in rows]  # fmt: skip
    return table(("run", "model", "task", "variant", "n", "metric", "value [95 %]", "guess"), shown)


def _group_lines(scored: dict[str, dict[str, Any]]) -> list[str]:
    return [
        f"{group}: {metric} {one['value']:.3f} (n {one['n']:,})"
        for group, its in scored.items()
        for metric, one in its.items()
    ]


def _cost_lines(cost: RunCost | None) -> list[str]:
    """What the run cost; nothing where it was not measured."""
    if cost is None:
        return []
    peak = cost.peak_memory.interval.estimate
    words = [
        f"{interval(cost.seconds_per_item.interval)} seconds an item",
        f"{interval(cost.tokens_per_second.interval)} tokens a second",
        f"peak memory {'–' if isnan(peak) else f'{peak / 2**20:,.0f} MiB'}",
    ]
    cut = [f"{plural(cost.truncated, 'request')} cut on the left to fit"] if cost.truncated else []
    return [f"{', '.join(words)} (batches timed: {cost.seconds_per_item.interval.n:,})", *cut]


def _left_out_lines(left_out: dict[str, str]) -> list[str]:
    return [f"left out: {task}: {reason}" for task, reason in left_out.items()]


def _choice(choices: tuple[str, ...], at: int | None) -> str | None:
    return choices[at].strip() if at is not None else None
