"""workbench train"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from workbench import jobs as kinds
from workbench import launch
from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session, key_values
from workbench.cli._table import seconds, table
from workbench.jobs._stages import read
from workbench.spec import JobSpec
from workbench.store import Store
from workbench.text import one_line, plural
from workbench.views import preflight as views
from workbench.views import unseen
from workbench.views.data_check import data_check
from workbench.views.few_rows import few_rows
from workbench.views.forgetting import forgetting
from workbench.views.forgetting import lines as told
from workbench.views.training import looked_at, task_losses

_ROWS = 5  # of a pre-flight, in tokens; --json has them all
_WIDE = 2000  # characters of a stretch of tokens


@click.group(cls=Group)
def command() -> None:
    """Train the next round of a model."""


def _options(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What every training takes: a spec file, its parameters as options, --set, --preflight and --detach."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.pass_obj,
            click.option("--preflight", is_flag=True, help="Only show what would be trained on, token by token."),
            click.option("--detach", is_flag=True, help="Queue it, print its number, and return."),
            click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help="Set any parameter by its name."),
            _parameters.options(kind),
            click.argument(
                "spec_file", metavar="[SPEC.toml]", required=False, type=click.Path(path_type=Path, dir_okay=False)
            ),
        ):
            function = option(function)
        return function

    return decorate


@command.command()
@_options("train-sft")
def sft(
    session: Session, /, spec_file: Path | None, pairs: tuple[str, ...], preflight: bool, detach: bool, **given: Any
) -> None:
    """Fine-tune on instructions and their answers; the new model enters the catalog."""
    spec = _parameters.spec_from("train-sft", spec_file, given, key_values(pairs))
    _start(session, spec, preflight, detach, "chat {model}")


@command.command()
@_options("train-dpo")
def dpo(
    session: Session, /, spec_file: Path | None, pairs: tuple[str, ...], preflight: bool, detach: bool, **given: Any
) -> None:
    """DPO on preference pairs; the new model enters the catalog."""
    spec = _parameters.spec_from("train-dpo", spec_file, given, key_values(pairs))
    _start(session, spec, preflight, detach, "generate --model {model}")


@command.command()
@_options("train-kto")
def kto(
    session: Session, /, spec_file: Path | None, pairs: tuple[str, ...], preflight: bool, detach: bool, **given: Any
) -> None:
    """KTO on answers labelled good or bad; the new model enters the catalog."""
    spec = _parameters.spec_from("train-kto", spec_file, given, key_values(pairs))
    _start(session, spec, preflight, detach, "generate --model {model}")


def _start(session: Session, spec: JobSpec, preflight: bool, detach: bool, following: str) -> None:
    if preflight:
        _look(session, spec, detach)
    else:
        _train(session, spec, detach, following)


def _look(session: Session, spec: JobSpec, detach: bool) -> None:
    """Say what a training would learn, without starting it."""
    with session.store() as store:
        job = _attach.run(
            session, store, kinds.parse("preflight", {"training": spec.kind, "params": spec.params}), detach
        )
        if detach:
            return
        found = views.preflight(store, job.id)
    session.answer(found, "\n".join(_told(found)))


def _told(found: views.Preflight) -> Iterator[str]:
    yield table(("", "rows", ""), [(one.label, one.number, one.meaning) for one in found.counts])
    if found.few:
        yield f"\n! {found.few}"
    if found.looked_at:
        yield f"\nlooks: {found.looked_at}"
    if found.refused:
        yield f"\n✗ it would not start: {found.refused}"
    if found.estimate:
        steps = plural(found.estimate.steps, "step")
        memory = f"{found.estimate.memory / 1e9:.1f} GB at the peak"
        yield f"\nabout {seconds(found.estimate.seconds)} for {steps}, {memory}: from one batch of the longest rows"
        rows = [(one.name, str(one.value), one.reason) for one in found.machine]
        yield "\n" + table(("setting", "", "because"), rows)
    for row in found.shown[:_ROWS]:
        yield f"\n{views.heading(row)}"
        yield from (f"  {line.label:<16}{one_line(line.text, _WIDE)}" for line in views.lines(row))


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--detach", is_flag=True, help="Queue them, print their numbers, and return.")
@click.pass_obj
def stages(session: Session, file: Path, detach: bool) -> None:
    """Several trainings from FILE.toml, each on the model of the one before: [[stages]] with kind and [stages.params].

    Each is a job of its own that waits for the one before; resume the one that failed, and the rest follows.
    """
    tables = [_parameters.stage(one) for one in read(file)]
    with session.store() as store:
        queued = launch.submit_stages(store, tables)
        for job in queued:
            _warn(session, store, JobSpec.from_json(job.spec))
        ended = [job if detach else _attach.attach(session, store, job.id) for job in queued]
    rows = [(job.id, job.name, job.state, job.result.get("model")) for job in ended]
    answer = [{"job": job.id, "name": job.name, "state": job.state, **job.result} for job in ended]
    session.answer(answer, table(("job", "stage", "state", "model"), rows))


def _train(session: Session, spec: JobSpec, detach: bool, following: str) -> None:
    """Queue the training, watch it, and say what it trained on, what came of it, and what may follow."""
    with session.store() as store:
        _warn(session, store, spec)
        job = _attach.run(session, store, spec, detach)
        if detach:
            return
        for side in ("before", "after") if job.result["old_task"] else ():
            _attach.attach(session, store, job.result["old_task"][side])
        cost = forgetting(store, job.result["model"])
    result = job.result
    counts = result["preflight"]
    lines = [
        f"{result['model']}: {plural(result['steps'], 'step')} on {counts['kept']} of {plural(counts['rows'], 'row')} "
        f"({counts['truncated']} cut short), loss {result['first_loss']:.4f} -> {result['last_loss']:.4f}; "
        f"next: workbench {following.format(model=result['model'])}",
        *_look_lines(result),
        *result["health"],
        *_task_lines(result),
        *_check_lines(result),
    ]
    lines += unseen.lines(result)
    lines += told(cost) if cost else []
    session.answer({"job": job.id, **result, "forgetting": cost}, "\n".join(lines))


def _warn(session: Session, store: Store, spec: JobSpec) -> None:
    """What can be expected of so few rows."""
    if few := few_rows(store, spec):
        session.say(f"! {few}")


def _look_lines(result: dict[str, Any]) -> list[str]:
    """The loss on the rows that were held out, if any were, and which these are."""
    looks, which = result["looks"], looked_at(result)
    if looks is None:
        return []
    first, best, last = (
        "no number" if looks[name] is None else f"{looks[name]:.4f}" for name in ("first", "best", "last")
    )
    stopped = "stopped early; " if looks["stopped_early"] else ""
    words = f"on {plural(looks['rows'], 'held-out row')}: loss {first} -> {best} at step {looks['best_step']}"
    return [f"{words} ({stopped}{last} at the last look), whose weights were kept", *([which] if which else [])]


def _task_lines(result: dict[str, Any]) -> list[str]:
    """The loss on each task before and after, where the rows name tasks."""
    rows = [(one.task, one.rows, f"{one.before:.4f}", f"{one.after:.4f}") for one in task_losses(result)]
    return ["", table(("task", "rows", "loss before", "after"), rows)] if rows else []


def _check_lines(result: dict[str, Any]) -> list[str]:
    """What the checks of the rows have against them."""
    found = data_check(result["checks"])
    lines = [f"{one.level:<8}{one.sentence} {one.advice}" for one in found.grave]
    return ["", f"checks of {found.data}: {found.verdict}", *lines] if lines else []
