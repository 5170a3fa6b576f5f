"""workbench bench"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan
from pathlib import Path
from typing import Any

import click

from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session
from workbench.cli._table import table
from workbench.errors import UnknownName, UsageError
from workbench.store import runs
from workbench.tasks import index
from workbench.tasks import suites as task_suites
from workbench.text import plural
from workbench.tui import figures
from workbench.views.bench import ItemRow, RunRow, item_rows, run_row, run_rows
from workbench.views.efficiency import RunCost, run_cost
from workbench.views.run_detail import RunDetail, run_detail
from workbench.views.suite_data import TaskData, suite_data
from workbench.views.suites import SuiteLines, suite_table

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
    if given["task"] and given["suite"]:
        raise UsageError(
            f"Both --task {given['task']} and --suite {given['suite']} are given.",
            "Name one of them: a suite is run with all of its tasks.",
        )
    spec = _parameters.spec("bench", given)
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
        if not detach:
            rows = [run_row(store, runs.by_id(store, one["run"])) for one in job.result["runs"]]
            scored, left_out = job.result["groups"], job.result["left_out"]
            answer = {"job": job.id, "run": rows[0], "runs": rows, "groups": scored, "left_out": left_out}
            session.answer(answer, "\n".join([_table(rows), *_group_lines(scored), *_left_out_lines(left_out)]))


@command.command()
@click.argument("name", required=False)
@click.pass_obj
def suites(session: Session, name: str | None) -> None:
    """Suites of tasks, and what they lack; of suite NAME the rows of each task, and what is not mirrored yet."""
    if name:
        with session.store() as store:
            data = suite_data(store, name)
        session.answer({"suite": task_suites.get(name), "tasks": data}, "\n".join(_suite_data_lines(name, data)))
        return
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
@click.pass_obj
def scores(session: Session) -> None:
    """Suites x models: the newest finished run of each on every task, group scores, and the mean of each suite."""
    with session.store() as store:
        found = suite_table(store)
    rows = [row for suite in found.suites for row in _suite_rows(suite)]
    session.answer(found, table(("suite and task", *found.models), rows))


@command.command()
@click.argument("run", type=int)
@click.option("--wrong", is_flag=True, help="Only items answered wrongly.")
@click.pass_obj
def show(session: Session, run: int, wrong: bool) -> None:
    """A run in full: its metrics and classes, its items with their answers, and what it cost."""
    with session.store() as store:
        rows = [row for row in item_rows(store, run) if not wrong or row.correct is False]
        detail, spent = run_detail(store, run), run_cost(store, run)
    answer = {"run": detail.row, "metrics": detail.metrics, "classes": detail.classes, "confusion": detail.confusion,
              "items": rows, "cost": spent}  # fmt: skip
    session.answer(answer, "\n".join([*_detail_lines(detail), "", _item_table(rows), *_cost_lines(spent)]))


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


def _suite_data_lines(name: str, found: Sequence[TaskData]) -> Iterator[str]:
    shown = []
    for one in found:
        its = one.source
        where = (its.hub_id, its.config, ", ".join(its.splits)) if its else ("bundled" if one.bundled else None, "", "")
        shown.append((one.task, *where, "" if one.bundled else figures.MISSING if one.mirror or not its else "yes"))
    yield table(("task", "rows", "configuration", "splits", "mirrored"), shown)
    yield from (f"missing: {what} ({reason})" for what, reason in task_suites.get(name).missing.items())
    commands = dict.fromkeys(command for one in found for command in one.mirror)
    if commands:
        yield "\nThese come from the hub; where there is none, let a file stand in for each:"
        yield from commands


def _table(rows: list[RunRow]) -> str:
    shown = [
        (row.id, row.model, row.task, row.asked, row.variant, row.items, row.metric, figures.interval(row.accuracy, 3),
         figures.ratio(row.guess), figures.number(row.contaminated))
        for row in rows
    ]  # fmt: skip
    headings = ("run", "model", "task", "asked", "variant", "n", "metric", "value [95 %]", "guess", "seen")
    return table(headings, shown)


def _detail_lines(found: RunDetail) -> list[str]:
    """The run, every metric, and on classification each class and the confusion matrix."""
    row = found.row
    head = ", ".join(
        words for words in (f"run {row.id}", row.model, f"{row.task} {row.version}", row.asked, row.variant) if words
    )
    metrics = [(one.name, figures.interval(one.value, 3), one.value.n, one.reason or "") for one in found.listed]
    lines = (
        [head, table(("metric", "value [95 %]", "n", ""), metrics)] if metrics else [head, "nothing is measured yet"]
    )
    lines += [f"guessing: {figures.ratio(row.guess)}"] if row.guess is not None else []
    lines.append(f"seen in training: {figures.number(row.contaminated)} of {row.items:,} items")
    if found.classes:
        each = [(one.label, *(figures.interval(value, 3) for value in (one.recall, one.precision, one.f1)), one.f1.n)
                for one in found.classes]  # fmt: skip
        lines += ["", table(("class", "recall [95 %]", "precision [95 %]", "F1 [95 %]", "n"), each)]
        given = [(one.label, *counts) for one, counts in zip(found.classes, found.confusion, strict=True)]
        lines += ["", table(("gold \\ answered", *(one.label for one in found.classes)), given)]
    return lines


def _item_table(rows: list[ItemRow]) -> str:
    shown = [
        (row.position, row.question, _RIGHT_OR_WRONG[row.correct], row.text or _choice(row.choices, row.answer),
         _choice(row.choices, row.gold), row.margin, _scores(row))
        for row in rows
    ]  # fmt: skip
    return table(("item", "asked", "", "answer", "gold", "margin", "scores"), shown)


def _scores(row: ItemRow) -> str:
    return ", ".join(f"{name} {figures.number(value)}" for name, value in row.scores.items())


def _suite_rows(suite: SuiteLines) -> Iterator[tuple[str, ...]]:
    """The suite, its groups, its tasks; `!`: some of the items were seen in training."""
    yield (f"{suite.name}, mean of {suite.compared}", *(figures.interval(one, 3) for one in suite.means))
    for group in suite.groups:
        yield (f"  {group.name} ({group.metric})", *(figures.interval(one, 3) for one in group.scores))
    for line in suite.tasks:
        yield (f"    {line.task}", *(_score(run) for run in line.runs))


def _score(run: RunRow | None) -> str:
    if run is None:
        return figures.MISSING
    if not run.finished:
        return f"{figures.share(run.answered, run.items)} answered"
    return f"{figures.interval(run.accuracy, 3)}{'!' if run.contaminated else ''}"


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
        f"{figures.interval(cost.seconds_per_item.interval, 3)} seconds an item",
        f"{figures.interval(cost.tokens_per_second.interval, 3)} tokens a second",
        f"peak memory {'–' if isnan(peak) else f'{peak / 2**20:,.0f} MiB'}",
    ]
    cut = [f"{plural(cost.truncated, 'request')} cut on the left to fit"] if cost.truncated else []
    return [f"{', '.join(words)} (batches timed: {cost.seconds_per_item.interval.n:,})", *cut]


def _left_out_lines(left_out: dict[str, str]) -> list[str]:
    return [f"left out: {task}: {reason}" for task, reason in left_out.items()]


def _choice(choices: tuple[str, ...], at: int | None) -> str | None:
    return choices[at].strip() if at is not None else None
